window.BENCHMARK_DATA = {
  "lastUpdate": 1767355200000,
  "repoUrl": "https://example.org/sorting",
  "entries": {
    "Rust Benchmark": [
      {
        "commit": {
          "author": {
            "email": "a@example.org",
            "name": "A",
            "username": "a"
          },
          "committer": {
            "email": "a@example.org",
            "name": "A",
            "username": "a"
          },
          "distinct": true,
          "id": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
          "message": "Sort",
          "timestamp": "2026-01-01T12:00:00Z",
          "tree_id": "0000000000000000000000000000000000000000",
          "url": "https://example.org/commit/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        },
        "date": 1767268800000,
        "tool": "cargo",
        "benches": [
          {
            "name": "fib_10",
            "value": 286,
            "range": "± 26",
            "unit": "ns/iter"
          },
          {
            "name": "sort::hundred",
            "value": 601,
            "range": "± 198",
            "unit": "ns/iter"
          }
        ]
      },
      {
        "commit": {
          "author": {
            "email": "a@example.org",
            "name": "A",
            "username": "a"
          },
          "committer": {
            "email": "a@example.org",
            "name": "A",
            "username": "a"
          },
          "distinct": true,
          "id": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
          "message": "Sort faster",
          "timestamp": "2026-01-02T12:00:00Z",
          "tree_id": "0000000000000000000000000000000000000000",
          "url": "https://example.org/commit/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
        },
        "date": 1767355200000,
        "tool": "cargo",
        "benches": [
          {
            "name": "fib_10",
            "value": 281,
            "range": "± 22",
            "unit": "ns/iter"
          },
          {
            "name": "sort::hundred",
            "value": 402,
            "range": "± 98",
            "unit": "ns/iter"
          }
        ]
      }
    ],
    "Python Benchmark": [
      {
        "commit": {
          "author": {
            "email": "a@example.org",
            "name": "A",
            "username": "a"
          },
          "committer": {
            "email": "a@example.org",
            "name": "A",
            "username": "a"
          },
          "distinct": true,
          "id": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
          "message": "Sort faster",
          "timestamp": "2026-01-02T12:00:00Z",
          "tree_id": "0000000000000000000000000000000000000000",
          "url": "https://example.org/commit/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
        },
        "date": 1767355100000,
        "tool": "pytest",
        "benches": [
          {
            "name": "tests/test_sort.py::test_sort",
            "value": 1250.5,
            "range": "stddev: 0.00012",
            "unit": "iter/sec",
            "extra": "mean: 799.68 usec\nrounds: 1000"
          }
        ]
      }
    ],
    "Size": [
      {
        "commit": {
          "author": {
            "email": "a@example.org",
            "name": "A",
            "username": "a"
          },
          "committer": {
            "email": "a@example.org",
            "name": "A",
            "username": "a"
          },
          "distinct": true,
          "id": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
          "message": "Sort",
          "timestamp": "2026-01-01T12:00:00Z",
          "tree_id": "0000000000000000000000000000000000000000",
          "url": "https://example.org/commit/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        },
        "date": 1767268700000,
        "tool": "customSmallerIsBetter",
        "benches": [
          {
            "name": "binary",
            "value": 1.5,
            "unit": "MiB"
          },
          {
            "name": "start",
            "value": 12.5,
            "unit": "ms"
          }
        ]
      }
    ]
  }
}
"""The benchmarks, as pytest-benchmark has them; each checks its result."""

import words

TEXT = "the quick brown fox jumps over the lazy dog " * 200


def test_count(benchmark):
    counts = benchmark(words.count, TEXT)
    assert counts["the"] == 400


def test_longest(benchmark):
    assert benchmark(words.longest, TEXT) == "quick"

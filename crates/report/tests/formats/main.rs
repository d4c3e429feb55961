//! Every format on values with a bit of everything: as it looks, and what must hold of it whatever the names.

mod fixture;

use fabench_gate::Comparison;
use fabench_record::Run;
use fabench_report::{Format, MARKDOWN_LIMIT, Style, annotations, histograms};

use fixture::{goals, large_comparison, mixed_comparison, mixed_run};

fn of_run(format: Format, run: &Run) -> String {
    format.renderer(Style::Plain).run(run, &goals(run))
}

fn of_comparison(format: Format, comparison: &Comparison) -> String {
    format.renderer(Style::Plain).comparison(comparison)
}

#[test]
fn formats_look_as_they_did() {
    let (run, comparison) = (mixed_run(), mixed_comparison());
    for (name, format) in Format::ALL {
        // The stored file is pinned by its own golden files, the page by its tables' and pictures' snapshots.
        if matches!(format, Format::Json | Format::Html) {
            continue;
        }
        insta::assert_snapshot!(format!("run_{name}"), of_run(format, &run));
        insta::assert_snapshot!(
            format!("comparison_{name}"),
            of_comparison(format, &comparison)
        );
    }
    insta::assert_snapshot!("annotations", annotations(&comparison));
}

#[test]
fn the_same_value_gives_the_same_bytes() {
    let (run, comparison) = (mixed_run(), mixed_comparison());
    for (name, format) in Format::ALL {
        assert_eq!(of_run(format, &run), of_run(format, &run.clone()), "{name}");
        let again = of_comparison(format, &comparison.clone());
        assert_eq!(of_comparison(format, &comparison), again, "{name}");
    }
}

#[test]
fn json_is_read_back_as_it_was() {
    let (run, comparison) = (mixed_run(), mixed_comparison());
    assert_eq!(
        Run::from_json(of_run(Format::Json, &run).as_bytes()).unwrap(),
        run
    );
    let read = Comparison::from_json(of_comparison(Format::Json, &comparison).as_bytes()).unwrap();
    assert_eq!(read, comparison);
}

#[test]
fn a_comment_never_outgrows_its_limit() {
    for count in [0, 1, 100, 1_000, 10_000] {
        let comparison = large_comparison(count);
        let comment = of_comparison(Format::Markdown, &comparison);
        assert!(
            comment.len() <= MARKDOWN_LIMIT,
            "{count}: {} bytes",
            comment.len()
        );
        assert_eq!(
            comment.matches("<details>").count(),
            comment.matches("</details>").count()
        );
        assert!(comment.contains("<summary>Reproduce</summary>"), "{count}");
        if count == 10_000 {
            assert!(
                comment.contains("more, in the report file"),
                "what is left out is told"
            );
            assert!(
                comment.len() > MARKDOWN_LIMIT * 9 / 10,
                "the room is used: {}",
                comment.len()
            );
        }
    }
    let benchmarks =
        (0..10_000).map(|index| fixture::benchmark(&format!("c{}/{index}", index % 99), 5.0));
    let run = fixture::run("r", benchmarks.collect());
    let comment = of_run(Format::Markdown, &run);
    assert!(comment.len() <= MARKDOWN_LIMIT, "{} bytes", comment.len());
}

#[test]
fn the_verdict_is_the_first_line_and_the_rest_of_a_table_stays_in_it() {
    let comment = of_comparison(Format::Markdown, &mixed_comparison());
    assert!(
        comment.starts_with("🔴 **Slower**: regression: "),
        "{comment}"
    );
    let mut columns = 0;
    for line in comment.lines() {
        let bars = line.matches('|').count() - line.matches(r"\|").count();
        if line.starts_with("|---")
            || line.starts_with("| verdict")
            || line.starts_with("| benchmark")
        {
            columns = bars;
        } else if line.starts_with('|') {
            assert_eq!(bars, columns, "{line}");
        }
        assert!(
            !line.contains("<script") && !line.contains('\u{202e}'),
            "{line}"
        );
        // Mentions notify people.
        assert!(!line.contains("@everyone"), "{line}");
    }
}

#[test]
fn markup_holds_no_markup_of_a_name() {
    let (run, comparison) = (mixed_run(), mixed_comparison());
    for format in [Format::Html, Format::Svg, Format::Junit] {
        for text in [of_run(format, &run), of_comparison(format, &comparison)] {
            for part in [
                "<script",
                "<b>",
                "\u{202e}",
                "\u{1b}",
                "]]>",
                "javascript:",
                "http://",
                "https://",
            ] {
                let text = text.replace("http://www.w3.org/2000/svg", "");
                assert!(!text.contains(part), "{part} in {format:?}");
            }
            assert_well_formed(&text, format);
        }
    }
}

/// Every element that begins ends, in order; void elements of HTML aside.
fn assert_well_formed(text: &str, format: Format) {
    let mut open: Vec<&str> = Vec::new();
    for tag in text.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').expect("a tag ends");
        let name = tag
            .split([' ', '/'])
            .find(|part| !part.is_empty())
            .unwrap_or_default();
        if tag.starts_with(['!', '?']) || tag.ends_with('/') || name == "meta" {
            continue;
        }
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "{format:?}");
        } else {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{format:?}: {open:?}");
}

#[test]
fn a_page_of_many_benchmarks_stays_readable() {
    let benchmarks = (0..1_000).map(|index| fixture::benchmark(&format!("many/{index}"), 5.0));
    let run = fixture::run("r", benchmarks.collect());
    let page = of_run(Format::Html, &run);
    assert!(
        page.contains("Only the first 400"),
        "what is not drawn is told"
    );
    assert!(page.len() < 8_000_000, "{} bytes", page.len());
    assert_eq!(
        page.matches("<tr>").count(),
        1 + 1_000 + 4 + 9,
        "every benchmark has its line, beside goals and environment"
    );
}

#[test]
fn annotations_are_lines_of_their_own_and_few() {
    let text = annotations(&large_comparison(1_000));
    assert_eq!(
        text.lines()
            .filter(|line| line.starts_with("::error "))
            .count(),
        10
    );
    assert_eq!(
        text.lines()
            .filter(|line| line.starts_with("::warning "))
            .count(),
        10
    );
    assert_eq!(text.lines().count(), 20);
    assert!(text.contains("more in the report"), "{text}");
}

#[test]
fn each_benchmark_and_each_category_has_a_picture_of_its_own() {
    let pictures = histograms(&mixed_run());
    let mut paths: Vec<String> = pictures.iter().map(|it| it.path.to_lowercase()).collect();
    assert_eq!(paths.len(), 3 + 9, "{paths:?}");
    assert!(
        paths.contains(&"split/spaces.svg".to_owned()) && paths.contains(&"join.svg".to_owned()),
        "{paths:?}"
    );
    paths.sort();
    paths.dedup();
    assert_eq!(paths.len(), pictures.len());
    for picture in &pictures {
        assert!(picture.svg.starts_with("<svg ") && picture.svg.ends_with("</svg>\n"));
        assert!(
            picture.svg.contains("launches"),
            "{} says on what it rests",
            picture.path
        );
    }
}

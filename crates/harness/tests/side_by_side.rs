//! Two executables measured in turn.

mod support;

use std::time::Duration;

use fabench_harness::runner::{Cancel, Executable, Limits};
use fabench_harness::side_by_side::{Next, PairSettings, PairedLaunch, Side, SideBySide};
use fabench_record::Round;
use support::{declared, suite};

fn pair(settings: PairSettings) -> SideBySide {
    // However busy the machine is, launches are not cut short.
    let settings = PairSettings {
        time: Duration::from_secs(60),
        ..settings
    };
    SideBySide::new(suite(), suite(), settings, Cancel::default())
}

/// Median over the rounds of the log-ratio of the round minima, and over the launches the median of that.
fn slowdown(launches: &[PairedLaunch]) -> f64 {
    let fastest = |times: &[u64]| *times.iter().min().unwrap() as f64;
    let median = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let of_launch = |launch: &PairedLaunch| {
        let pairs = launch.baseline.rounds.iter().zip(&launch.candidate.rounds);
        median(
            pairs
                .map(|(old, new)| (fastest(&new.cpu_ns) / fastest(&old.cpu_ns)).ln())
                .collect(),
        )
    };
    median(launches.iter().map(of_launch).collect()).exp()
}

#[test]
fn sides_alternate_alike_from_a_seeded_first_one() {
    let benchmark = &declared(&["steady"])[0];
    let firsts = |seed| {
        let mut both = pair(PairSettings {
            seed,
            rounds: 4,
            ..PairSettings::default()
        });
        let launches: Vec<_> = (0..8).map(|_| both.launch(benchmark).unwrap()).collect();
        for launch in &launches {
            assert_eq!((launch.baseline.rounds.len(), launch.first.len()), (4, 4));
            assert!(launch.core.is_some());
            for pair in launch.first.windows(2) {
                assert_eq!(pair[1], pair[0].other(), "AB BA AB BA");
            }
            let size = |round: &Round| (round.iterations, round.wall_ns.len());
            for (old, new) in launch.baseline.rounds.iter().zip(&launch.candidate.rounds) {
                assert_eq!(size(old), size(&launches[0].baseline.rounds[0]));
                assert_eq!(size(old), size(new));
            }
        }
        launches
            .iter()
            .map(|launch| launch.first[0])
            .collect::<Vec<_>>()
    };
    let drawn = firsts(3);
    assert_eq!(drawn, firsts(3));
    assert!(
        drawn.contains(&Side::Baseline) && drawn.contains(&Side::Candidate),
        "{drawn:?}"
    );
}

#[test]
fn an_injected_slow_down_shows_and_a_copy_does_not() {
    let benchmark = &declared(&["steady"])[0];
    let measured = |extra_work_permille| {
        let settings = PairSettings {
            extra_work_permille,
            ..PairSettings::default()
        };
        let mut launches = Vec::new();
        pair(settings)
            .measure(benchmark, &mut |launch| {
                launches.push(launch.clone());
                if launches.len() < 9 {
                    Next::Measure
                } else {
                    Next::Stop(())
                }
            })
            .unwrap();
        slowdown(&launches)
    };
    let (copy, slower) = (measured(0), measured(500));
    // Wide limits, for a machine on which other tests run: the gate has its own tests of its error rates.
    assert!((0.85..1.15).contains(&copy), "{copy}");
    assert!((1.25..1.75).contains(&slower), "{slower}");
}

#[test]
fn slow_work_gets_its_whole_share_of_extra_work() {
    let benchmark = &declared(&["slow"])[0];
    let settings = PairSettings {
        extra_work_permille: 500,
        rounds: 1,
        ..PairSettings::default()
    };
    let mut both = pair(settings);
    let launches: Vec<_> = (0..5).map(|_| both.launch(benchmark).unwrap()).collect();
    for launch in &launches {
        let iterations =
            [&launch.baseline, &launch.candidate].map(|side| side.rounds[0].iterations);
        assert_eq!(
            iterations,
            [1, 1],
            "a whole iteration more would be too much"
        );
    }
    let slower = slowdown(&launches);
    assert!((1.25..1.75).contains(&slower), "{slower}");
}

#[test]
fn allocations_are_counted_on_both_sides() {
    let benchmark = &declared(&["allocates"])[0];
    let counts = pair(PairSettings::default())
        .count_allocations(benchmark)
        .unwrap();
    for count in counts {
        let count = count.unwrap();
        assert_eq!(count.count, 3 * count.iterations);
    }
}

#[test]
fn the_side_that_fails_is_named() {
    let benchmark = &declared(&["steady"])[0];
    let broken = Executable::new("/bin/false");
    let settings = PairSettings {
        limits: Limits::default(),
        ..PairSettings::default()
    };
    let mut both = SideBySide::new(suite(), broken, settings, Cancel::default());
    let error = both.launch(benchmark).unwrap_err();
    assert_eq!(error.side, Side::Candidate);
    assert!(
        error.to_string().starts_with("candidate: /bin/false: "),
        "{error}"
    );
}

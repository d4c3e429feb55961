//! Taking turns. Invariant: every contender does the same number of operations in every round, and the first
//! is the one the others are compared with.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures_util::future::LocalBoxFuture;

/// One way to do the work. A turn returns how long its timed part took.
pub(crate) struct Contender<'a> {
    name: &'static str,
    turn: Box<dyn FnMut() -> LocalBoxFuture<'a, Result<Duration>> + 'a>,
    /// Seconds of each turn.
    seconds: Vec<f64>,
}

impl<'a> Contender<'a> {
    pub(crate) fn new<F>(name: &'static str, mut turn: impl FnMut() -> F + 'a) -> Self
    where
        F: Future<Output = Result<Duration>> + 'a,
    {
        Self {
            name,
            turn: Box::new(move || Box::pin(turn())),
            seconds: Vec::new(),
        }
    }
}

/// Lets the contenders take `rounds` turns each, and prints how they compare. `operations` is what one turn
/// does, counted in `unit`.
pub(crate) async fn contest(
    title: &str,
    rounds: usize,
    operations: usize,
    unit: &str,
    mut contenders: Vec<Contender<'_>>,
) -> Result<()> {
    ensure!(rounds > 0, "at least one round is needed");
    // The first turn of each warms caches and connections, and is not counted.
    for contender in &mut contenders {
        (contender.turn)()
            .await
            .with_context(|| format!("{title}: {}", contender.name))?;
    }
    for round in 0..rounds {
        let mut order: Vec<usize> = (0..contenders.len()).collect();
        if round % 2 == 1 {
            order.reverse();
        }
        for at in order {
            let contender = &mut contenders[at];
            let took = (contender.turn)()
                .await
                .with_context(|| format!("{title}: {}", contender.name))?;
            contender.seconds.push(took.as_secs_f64());
        }
    }
    println!("\n{title}");
    println!(
        "  {:<44} {:>16} {:>10} {:>9} {:>9}",
        "ratios to the first",
        format!("{unit}/s, best"),
        "each",
        "of bests",
        "median"
    );
    let reference = contenders[0].seconds.clone();
    let reference_best = least(&reference);
    for contender in &contenders {
        let best = least(&contender.seconds);
        let ratios: Vec<f64> = reference
            .iter()
            .zip(&contender.seconds)
            .map(|(reference, own)| reference / own)
            .collect();
        println!(
            "  {:<44} {:>16} {:>10} {:>9.2} {:>9.2}",
            contender.name,
            thousands(operations as f64 / best),
            each(best / operations as f64),
            reference_best / best,
            median(ratios)
        );
    }
    Ok(())
}

fn least(seconds: &[f64]) -> f64 {
    seconds.iter().copied().fold(f64::MAX, f64::min)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 {
        values[middle]
    } else {
        f64::midpoint(values[middle - 1], values[middle])
    }
}

fn each(seconds: f64) -> String {
    if seconds < 1e-6 {
        format!("{:.0} ns", seconds * 1e9)
    } else {
        format!("{:.2} µs", seconds * 1e6)
    }
}

/// A whole number with its thousands apart.
fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

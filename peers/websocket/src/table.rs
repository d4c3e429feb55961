//! Figures as a table: the median of the rounds, and the ratio to the gateway.

use serde_json::Value;

/// A figure: its key, title, unit, divisor, and whether more is better.
const FIGURES: [(&str, &str, &str, f64, bool); 5] = [
    ("setup_p50_us", "setup p50", "µs", 1.0, false),
    ("crowd_p99_ms", "1000 at once p99", "ms", 1.0, false),
    ("echo_p50_us", "echo p50", "µs", 1.0, false),
    ("deliveries_per_s", "deliveries to 1000", "k/s", 1e3, true),
    (
        "bytes_per_connection",
        "idle connection",
        "bytes",
        1.0,
        false,
    ),
];

/// Prints one line a figure and system. The first system is what others are compared with.
pub(crate) fn print(rows: &[(&str, &[Value])]) {
    println!(
        "{:<20} {:<18} {:>12} {:<6} {:>10}",
        "figure", "system", "median", "", "ratio"
    );
    for (key, title, unit, divisor, more_is_better) in FIGURES {
        let own = rows.first().and_then(|(_, results)| median(results, key));
        for (name, results) in rows {
            let Some(value) = median(results, key) else {
                continue;
            };
            let times = own.map(|own| {
                if more_is_better {
                    own / value
                } else {
                    value / own
                }
            });
            let ratio = times.map_or(String::new(), |times| format!("{times:.2} x"));
            println!(
                "{title:<20} {name:<18} {:>12.1} {unit:<6} {ratio:>10}",
                value / divisor
            );
        }
    }
    println!("ratio: how many times better the gateway is; below 1 the peer is better");
}

fn median(results: &[Value], key: &str) -> Option<f64> {
    let mut values: Vec<f64> = results
        .iter()
        .filter_map(|result| result[key].as_f64())
        .collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

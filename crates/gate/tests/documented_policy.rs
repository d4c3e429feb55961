//! The policy that `docs/statistics.md` shows can be read, and its defaults are the defaults.

use fabench_gate::Policy;
use fabench_record::BenchmarkId;

#[derive(serde::Deserialize)]
struct File {
    policy: Policy,
}

#[test]
fn the_documented_policy_is_read() {
    let page = include_str!("../../../docs/statistics.md");
    let (_, rest) = page.split_once("```toml\n").unwrap();
    let (text, _) = rest.split_once("```").unwrap();
    let policy = toml::from_str::<File>(text).unwrap().policy;
    let defaults = Policy::default();
    assert_eq!(policy.critical, defaults.critical);
    assert_eq!(policy.warning, defaults.warning);
    assert_eq!(policy.improvement, defaults.improvement);
    assert_eq!(policy.family_wise_error, defaults.family_wise_error);
    assert_eq!(policy.run_spread, defaults.run_spread);
    let id = BenchmarkId::new("message_throughput/bulk").unwrap();
    assert!(policy.judges(&id, "peak_rss"));
    assert_eq!(policy.thresholds(&id, "peak_rss").critical.get(), 0.2);
    assert_eq!(policy.mutes[0].until(), "2026-12-31");
}

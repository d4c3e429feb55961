//! From numbers to what a person can do about them.

use fabench_record::Environment;

use super::calibration::{Calibration, Core, Floor};

/// Share of stolen time above which the machine is not one's own.
const MUCH_STOLEN: f64 = 0.02;

/// Said of a machine with one core.
pub(super) const ONE_CORE: &str =
    "there is one core, which benchmarks share with everything else: a second one would be quieter";

/// Difference between cores from which stored runs suffer.
const UNEQUAL_CORES: f64 = 0.03;

/// A change that everybody wants to see in 3 s.
const WANTED: f64 = 0.1;

/// What to do, most effective first; never empty.
pub(super) fn advice(calibration: &Calibration) -> Vec<String> {
    let mut advice = Vec::new();
    machine(&calibration.environment, &mut advice);
    cores(&calibration.cores, &mut advice);
    benchmarks(&calibration.benchmarks, &mut advice);
    if advice.is_empty() {
        advice.push(
            "nothing needs to be done: every benchmark shows a change of 10 % within 3 s".into(),
        );
    }
    advice
}

fn machine(environment: &Environment, advice: &mut Vec<String>) {
    let cores = f64::from(environment.machine.cores);
    if let Some(steal) = environment.steal.filter(|steal| *steal > MUCH_STOLEN) {
        advice.push(format!(
            "the hypervisor took {:.1} % of the CPU time: a machine with cores of its own would be quieter",
            steal * 100.0
        ));
    }
    if environment.load_average > 0.5 * cores {
        advice.push(format!(
            "other programs were running (load {:.1} on {cores:.0} cores): stop them, or measure when they rest",
            environment.load_average
        ));
    }
    if let Some(governor) = environment
        .governor
        .as_deref()
        .filter(|governor| *governor != "performance")
    {
        advice.push(format!(
            "the frequency governor is `{governor}`: set it with `cpupower frequency-set -g performance`"
        ));
    }
    if environment.machine.cores == 1 {
        advice.push(ONE_CORE.to_owned());
    }
}

fn cores(cores: &[Core], advice: &mut Vec<String>) {
    let by_cost = |a: &&Core, b: &&Core| a.relative_cost.total_cmp(&b.relative_cost);
    let (Some(fast), Some(slow)) = (cores.iter().min_by(by_cost), cores.iter().max_by(by_cost))
    else {
        return;
    };
    let difference = slow.relative_cost / fast.relative_cost - 1.0;
    if difference > UNEQUAL_CORES {
        advice.push(format!(
            "core {} is {:.0} % slower than core {}: `compare` keeps both sides on one core and does not suffer, stored \
             runs do",
            slow.core,
            difference * 100.0,
            fast.core
        ));
    }
}

fn benchmarks(floors: &[Floor], advice: &mut Vec<String>) {
    let shows = |floor: &Floor, index: usize| {
        floor
            .detectable
            .get(index)
            .and_then(|detectable| detectable.change)
            .is_some_and(|change| change <= WANTED)
    };
    let named = |floors: Vec<&Floor>| {
        let ids: Vec<&str> = floors
            .iter()
            .map(|floor| floor.benchmark.as_str())
            .collect();
        ids.join(", ")
    };
    let slow: Vec<&Floor> = floors
        .iter()
        .filter(|floor| !shows(floor, 1) && shows(floor, 2))
        .collect();
    if !slow.is_empty() {
        advice.push(format!(
            "10 s instead of 3 s are needed to show 10 % in {}: give `compare` a --budget to match",
            named(slow)
        ));
    }
    let restless: Vec<&Floor> = floors.iter().filter(|floor| !shows(floor, 2)).collect();
    if !restless.is_empty() {
        advice.push(format!(
            "10 s do not show 10 % in {}: make its iterations shorter or its work steadier, or give it wider thresholds \
             in fabench.toml",
            named(restless)
        ));
    }
}

#[cfg(test)]
mod tests {
    use fabench_gate::{NoiseFloor, Policy};
    use fabench_record::{BenchmarkId, MachineClass, Suite};

    use super::*;

    fn calibration(pair_log_sd: f64) -> Calibration {
        let floor = NoiseFloor {
            pair_log_sd,
            pair_ms: 150.0,
            pairs: 20,
        };
        let id = BenchmarkId::new("work/first").unwrap();
        Calibration {
            schema_version: 1,
            started_at: String::new(),
            suite: Suite {
                name: "s".into(),
                version: "1".into(),
            },
            environment: Environment {
                machine: MachineClass {
                    cpu: "c".into(),
                    cores: 2,
                    os: "o".into(),
                    arch: "a".into(),
                    toolchain: "t".into(),
                    allocator: "a".into(),
                },
                kernel: "k".into(),
                memory_bytes: 1,
                load_average: 0.0,
                steal: None,
                governor: None,
            },
            benchmarks: vec![Floor::new(id, "cpu_time".into(), floor, &Policy::default())],
            cores: Vec::new(),
            advice: Vec::new(),
        }
    }

    #[test]
    fn a_quiet_machine_needs_none() {
        let said = advice(&calibration(0.01));
        assert_eq!(said.len(), 1);
        assert!(said[0].starts_with("nothing"), "{said:?}");
    }

    #[test]
    fn each_trouble_is_named() {
        let mut troubled = calibration(0.5);
        troubled.environment.load_average = 7.0;
        troubled.environment.steal = Some(0.1);
        troubled.environment.governor = Some("powersave".into());
        let core = |core, relative_cost| Core {
            core,
            relative_cost,
            launches: 9,
        };
        troubled.cores = vec![core(0, 1.0), core(1, 1.25)];
        let said = advice(&troubled).join("\n");
        for part in [
            "load 7.0",
            "10.0 %",
            "powersave",
            "core 1 is 25 % slower",
            "10 s do not show 10 % in work/first",
        ] {
            assert!(said.contains(part), "{part} is not in {said}");
        }
        assert!(
            advice(&calibration(0.15))
                .join("\n")
                .contains("10 s instead of 3 s")
        );
    }
}

//! How the machine's CPU time was spent, from `/proc/stat`: what the hypervisor took is `steal`.

/// CPU time of the whole machine since it booted, in ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ProcessorTime {
    all: u64,
    stolen: u64,
}

impl ProcessorTime {
    /// Reads the summary line: user nice system idle iowait irq softirq steal guest guest_nice.
    pub(super) fn parse(stat: &str) -> Option<Self> {
        let line = stat.lines().find_map(|line| line.strip_prefix("cpu "))?;
        let ticks: Vec<u64> = line
            .split_whitespace()
            .map(str::parse)
            .collect::<Result<_, _>>()
            .ok()?;
        // Guest time is contained in user time (proc(5)), so only the first eight are added up.
        let stolen = *ticks.get(7)?;
        Some(Self {
            all: ticks[..8].iter().sum(),
            stolen,
        })
    }

    /// Share of the time since `earlier` that was stolen, 0 to 1; `None` if no time passed.
    pub(super) fn stolen_since(self, earlier: Self) -> Option<f64> {
        let all = self.all.checked_sub(earlier.all).filter(|all| *all > 0)?;
        let stolen = self.stolen.checked_sub(earlier.stolen)?;
        Some((stolen as f64 / all as f64).min(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steal_is_its_share_of_all_time() {
        let before = ProcessorTime::parse("cpu  10 0 10 80 0 0 0 0 5 0\ncpu0 1 1\n").unwrap();
        let after = ProcessorTime::parse("cpu  60 0 20 110 0 0 0 10 50 0\n").unwrap();
        assert_eq!(after.stolen_since(before), Some(0.1));
        assert_eq!(before.stolen_since(before), None);
        assert_eq!(before.stolen_since(after), None);
        assert_eq!(ProcessorTime::parse("intr 5\n"), None);
    }
}

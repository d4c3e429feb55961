//! Reads the texts in which Linux describes a machine.

/// CPU model from `/proc/cpuinfo`; on ARM, which names no model, its implementer and part.
pub(super) fn cpu_model(cpuinfo: &str) -> Option<String> {
    let field = |name: &str| {
        cpuinfo.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            (key.trim() == name && !value.trim().is_empty()).then(|| value.trim().to_owned())
        })
    };
    field("model name").or_else(|| {
        let (implementer, part) = (field("CPU implementer")?, field("CPU part")?);
        Some(format!("implementer {implementer} part {part}"))
    })
}

/// Name and version of the system from `/etc/os-release`.
pub(super) fn os_name(os_release: &str) -> Option<String> {
    let field = |name: &str| {
        os_release.lines().find_map(|line| {
            let value = line.strip_prefix(name)?.strip_prefix('=')?;
            Some(value.trim().trim_matches(['"', '\'']).to_owned())
        })
    };
    field("PRETTY_NAME")
        .or_else(|| field("ID"))
        .filter(|name| !name.is_empty())
}

/// Memory of the machine from `/proc/meminfo`.
pub(super) fn memory_bytes(meminfo: &str) -> Option<u64> {
    let value = meminfo
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kibibytes: u64 = value.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

/// One-minute load average from `/proc/loadavg`.
pub(super) fn load(loadavg: &str) -> Option<f64> {
    let load: f64 = loadavg.split_whitespace().next()?.parse().ok()?;
    (load.is_finite() && load >= 0.0).then_some(load)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_model_on_x86_and_on_arm() {
        let x86 = "processor\t: 0\nmodel name\t: Intel(R) Xeon(R) CPU\nflags\t: fpu\n";
        assert_eq!(cpu_model(x86).unwrap(), "Intel(R) Xeon(R) CPU");
        let arm = "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n";
        assert_eq!(cpu_model(arm).unwrap(), "implementer 0x41 part 0xd0c");
        assert_eq!(cpu_model(""), None);
    }

    #[test]
    fn finds_system_memory_and_load() {
        let debian = "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\n";
        assert_eq!(os_name(debian).unwrap(), "Debian GNU/Linux 12 (bookworm)");
        assert_eq!(os_name("ID=alpine\n").unwrap(), "alpine");
        assert_eq!(memory_bytes("MemTotal:        1000 kB\n"), Some(1_024_000));
        assert_eq!(load("0.52 0.58 0.59 1/389 12345\n"), Some(0.52));
        assert_eq!(load("nan 0 0"), None);
    }
}

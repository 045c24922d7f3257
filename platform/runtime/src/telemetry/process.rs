//! Figures of the process itself from `/proc`, under the names that Prometheus clients share.
//! Where there is no `/proc` they are left out.

use std::fmt::Write;

/// Clock ticks per second in `/proc/<pid>/stat`: the kernel shows user space 100 on every architecture (`USER_HZ`).
const TICKS_PER_SECOND: f64 = 100.0;

/// Processor time used, user and system, in seconds.
pub const CPU_SECONDS: &str = "process_cpu_seconds_total";
/// Resident memory in bytes.
pub const RESIDENT_MEMORY: &str = "process_resident_memory_bytes";
/// Operating-system threads.
pub const THREADS: &str = "process_threads";
/// Open file descriptors.
pub const OPEN_FILES: &str = "process_open_fds";

/// Writes the figures in the Prometheus text format.
pub(super) fn append_to(page: &mut String) {
    let mut figure = |name: &str, kind: &str, value: Option<f64>| {
        if let Some(value) = value {
            let _ = writeln!(page, "# TYPE {name} {kind}\n{name} {value}");
        }
    };
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    figure(CPU_SECONDS, "counter", cpu_seconds(&stat));
    figure(RESIDENT_MEMORY, "gauge", resident_bytes(&status));
    figure(THREADS, "gauge", status_value(&status, "Threads:"));
    figure(OPEN_FILES, "gauge", open_files());
}

/// The 14th and 15th field; the second is a name in parentheses that may itself contain blanks.
fn cpu_seconds(stat: &str) -> Option<f64> {
    let after_name = stat.get(stat.rfind(')')? + 1..)?;
    let mut ticks = after_name.split_ascii_whitespace().skip(11);
    let user: f64 = ticks.next()?.parse().ok()?;
    let system: f64 = ticks.next()?.parse().ok()?;
    Some((user + system) / TICKS_PER_SECOND)
}

fn resident_bytes(status: &str) -> Option<f64> {
    status_value(status, "VmRSS:").map(|kib| kib * 1024.0)
}

fn status_value(status: &str, name: &str) -> Option<f64> {
    let value = status.lines().find_map(|line| line.strip_prefix(name))?;
    value.split_ascii_whitespace().next()?.parse().ok()
}

fn open_files() -> Option<f64> {
    let count = std::fs::read_dir("/proc/self/fd").ok()?.count();
    // The listing itself holds one open.
    u32::try_from(count)
        .ok()
        .map(|count| f64::from(count.saturating_sub(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAT: &str =
        "42 (rev) cart (x) S 1 42 42 0 -1 4194560 900 0 1 0 250 50 0 0 20 0 9 0 1000 0 0";

    #[test]
    fn processor_time_is_read_past_a_name_with_blanks_and_parentheses() {
        assert_eq!(cpu_seconds(STAT), Some(3.0));
    }

    #[test]
    fn resident_memory_is_in_bytes() {
        let status = "Name:\trevcart\nVmRSS:\t    2048 kB\nThreads:\t9\n";
        assert_eq!(resident_bytes(status), Some(2_097_152.0));
        assert_eq!(status_value(status, "Threads:"), Some(9.0));
    }

    #[test]
    fn figures_that_cannot_be_read_are_left_out() {
        assert_eq!(cpu_seconds(""), None);
        assert_eq!(resident_bytes("Name:\trevcart\n"), None);
    }
}

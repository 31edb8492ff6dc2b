use std::fmt::Write as _;
use std::fs;

use super::catalogue::{
    CPU, Kind, Metric, OPEN_FILES, OPEN_FILES_MAX, RESIDENT_MEMORY, START_TIME, THREADS,
};

/// Ticks a second in /proc/PID/stat: USER_HZ, which the kernel keeps at 100 on every machine that Rust
/// builds for (include/asm-generic/param.h; proc_pid_stat(5), fields 14, 15 and 22).
const TICKS_PER_SECOND: f64 = 100.0;

/// What Linux tells of this process; nothing on other systems.
pub(super) fn render() -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    // the entry that reads the folder is one of them
    let files = fs::read_dir("/proc/self/fd").map(|entries| entries.count().saturating_sub(1));
    let told = Told {
        status: read("/proc/self/status"),
        stat: read("/proc/self/stat"),
        limits: read("/proc/self/limits"),
        system: read("/proc/stat"),
        files: files.ok().and_then(|files| u32::try_from(files).ok()),
    };
    told.render()
}

struct Told {
    status: String,
    stat: String,
    limits: String,
    system: String,
    files: Option<u32>,
}

impl Told {
    fn render(&self) -> String {
        // `1 (name with ) and spaces) S 0 …`: what follows the last bracket begins with field 3
        let after_name = self.stat.rsplit_once(')').map_or("", |(_, rest)| rest);
        let field = |number: usize| -> Option<f64> {
            after_name.split_ascii_whitespace().nth(number.checked_sub(3)?)?.parse().ok()
        };
        let seconds = |ticks: f64| ticks / TICKS_PER_SECOND;
        let kib = line(&self.status, "VmRSS:").and_then(|text| number(text, 0));
        let booted = line(&self.system, "btime ").and_then(|text| number(text, 0));
        let values: [(Metric, Option<f64>); 6] = [
            (RESIDENT_MEMORY, kib.map(|kib| kib * 1024.0)),
            (OPEN_FILES, self.files.map(f64::from)),
            (OPEN_FILES_MAX, line(&self.limits, "Max open files").and_then(|text| number(text, 0))),
            (THREADS, line(&self.status, "Threads:").and_then(|text| number(text, 0))),
            (CPU, field(14).zip(field(15)).map(|(user, system)| seconds(user + system))),
            (START_TIME, booted.zip(field(22)).map(|(booted, after)| booted + seconds(after))),
        ];
        let mut text = String::new();
        for (metric, value) in values {
            let Some(value) = value else { continue };
            let (name, help) = (metric.name, metric.help);
            let kind = if metric.kind == Kind::Counter { "counter" } else { "gauge" };
            // writing to a String cannot fail
            let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n\n");
        }
        text
    }
}

/// What follows `start` on the first line that begins with it.
fn line<'t>(text: &'t str, start: &str) -> Option<&'t str> {
    text.lines().find_map(|line| line.strip_prefix(start))
}

fn number(text: &str, place: usize) -> Option<f64> {
    text.split_ascii_whitespace().nth(place)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_linux_tells_is_read() {
        let told = Told {
            status: "Name:\tx\nVmRSS:\t    2048 kB\nThreads:\t7\n".into(),
            stat: "42 (a) b) S 1 42 42 0 -1 4194560 1 2 3 4 250 50 0 0 20 0 7 0 1000 5 6\n".into(),
            limits: "Limit Soft Hard Units\nMax open files            1024   4096    files\n"
                .into(),
            system: "cpu 1 2\nbtime 1700000000\n".into(),
            files: Some(9),
        };
        let text = told.render();
        for line in [
            "process_resident_memory_bytes 2097152",
            "process_open_fds 9",
            "process_max_fds 1024",
            "process_threads 7",
            "process_cpu_seconds_total 3",
            "process_start_time_seconds 1700000010",
            "# TYPE process_cpu_seconds_total counter",
        ] {
            assert!(text.lines().any(|l| l == line), "{line} is not in\n{text}");
        }
    }

    #[test]
    fn what_is_not_told_is_left_out() {
        let (status, stat, limits, system) = Default::default();
        assert_eq!(Told { status, stat, limits, system, files: None }.render(), "");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_is_told_of() {
        let text = render();
        let value = |name: &str| -> f64 {
            text.lines().find_map(|l| l.strip_prefix(name)?.trim().parse().ok()).expect(name)
        };
        assert!(value("process_resident_memory_bytes ") > 1_000_000.0, "{text}");
        assert!(value("process_open_fds ") >= 3.0, "{text}");
        assert!(value("process_start_time_seconds ") > 1_600_000_000.0, "{text}");
    }
}

use super::{Disk, Health, Queue, Reach, Said, Status, Work};

/// A job that has been due for longer means that there are too few workers.
const LATE_S_MAX: u64 = 300;
/// Less room than this will soon stop the database or an export.
const FREE_BYTES_MIN: u64 = 1 << 30;

/// What all that comes to. `said`: what the database said, if it answered.
pub(super) fn judge(said: Option<Said>, disk: Option<Disk>) -> Health {
    let mut problems = Vec::new();
    let (database, celery) = match &said {
        None => {
            problems.push(
                "The database does not answer: see that it runs and can be reached; captely goes on \
                 by itself once it does."
                    .to_owned(),
            );
            (Reach::Unreachable, Work::Unknown)
        }
        Some(Said { queue, workers, notices }) => {
            problems.extend(late(*queue));
            problems.extend_from_slice(notices);
            if workers.alive == 0 {
                problems.push(
                    "No worker runs, so jobs wait: start `captely worker`, or look at the log of \
                     those that should run."
                        .to_owned(),
                );
            }
            (Reach::Connected, if workers.alive == 0 { Work::Stopped } else { Work::Running })
        }
    };
    problems.extend(full(disk));
    let status = match (&said, problems.is_empty()) {
        (None, _) => Status::Unhealthy,
        (Some(_), true) => Status::Healthy,
        (Some(_), false) => Status::Degraded,
    };
    let (queue, workers) = said.map(|said| (said.queue, said.workers)).unzip();
    let version = env!("CARGO_PKG_VERSION");
    Health { status, problems, database, redis: database, celery, queue, workers, disk, version }
}

fn late(queue: Queue) -> Option<String> {
    (queue.oldest_due_s > LATE_S_MAX).then(|| {
        format!(
            "A job has waited for {} s: add workers, or see what keeps them busy.",
            queue.oldest_due_s
        )
    })
}

fn full(disk: Option<Disk>) -> Option<String> {
    match disk {
        Some(disk) if disk.free_bytes < FREE_BYTES_MIN => Some(format!(
            "The disk of the data folder has {} MiB left: make room.",
            disk.free_bytes >> 20
        )),
        Some(_) => None,
        None => Some("The data folder cannot be looked at: see that its disk is there.".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::health::Workers;

    const CALM: Queue = Queue { pending: 3, oldest_due_s: 0, failed_last_hour: 9 };
    const LATE: Queue = Queue { oldest_due_s: 301, ..CALM };
    const TWO: Workers = Workers { alive: 2, last_seen_s: Some(1) };
    const NONE: Workers = Workers { alive: 0, last_seen_s: Some(99) };
    const ROOMY: Disk = Disk { free_bytes: 1 << 30, total_bytes: 1 << 40 };
    const FULL: Disk = Disk { free_bytes: (1 << 30) - 1, ..ROOMY };

    fn said(said: Option<(Queue, Workers)>) -> Option<Said> {
        said.map(|(queue, workers)| Said { queue, workers, notices: Vec::new() })
    }

    #[track_caller]
    fn check(
        known: Option<(Queue, Workers)>,
        disk: Option<Disk>,
        expected: Status,
        about: &[&str],
    ) {
        let health = judge(said(known), disk);
        assert_eq!(health.status, expected);
        assert_eq!(health.problems.len(), about.len(), "{:?}", health.problems);
        for (problem, word) in health.problems.iter().zip(about) {
            assert!(problem.contains(word), "{problem:?} lacks {word:?}");
        }
    }

    #[test]
    fn each_trouble_has_its_sentence() {
        check(Some((CALM, TWO)), Some(ROOMY), Status::Healthy, &[]);
        check(Some((LATE, TWO)), Some(ROOMY), Status::Degraded, &["301 s"]);
        check(Some((CALM, NONE)), Some(ROOMY), Status::Degraded, &["captely worker"]);
        check(Some((LATE, NONE)), Some(FULL), Status::Degraded, &["301 s", "worker", "1023 MiB"]);
        check(Some((CALM, TWO)), None, Status::Degraded, &["data folder"]);
        check(None, Some(ROOMY), Status::Unhealthy, &["database"]);
    }

    #[test]
    fn the_names_that_monitors_know() {
        let words = |health: Health| {
            let json = serde_json::to_value(health).unwrap();
            ["status", "database", "redis", "celery"]
                .map(|name| json[name].as_str().unwrap().to_owned())
        };
        let well = words(judge(said(Some((CALM, TWO))), Some(ROOMY)));
        assert_eq!(well, ["healthy", "connected", "connected", "running"]);
        let idle = words(judge(said(Some((CALM, NONE))), Some(ROOMY)));
        assert_eq!(idle, ["degraded", "connected", "connected", "stopped"]);
        let down = words(judge(None, Some(ROOMY)));
        assert_eq!(down, ["unhealthy", "unreachable", "unreachable", "unknown"]);
    }
}

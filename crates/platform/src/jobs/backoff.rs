use std::time::Duration;

/// The wait after the first attempt.
const FIRST: Duration = Duration::from_secs(2);
/// The longest wait, before chance moves it.
const MAX: Duration = Duration::from_mins(15);

/// By how much of itself chance makes a wait longer or shorter, so that jobs that failed together do
/// not come back together.
pub(super) const JITTER: f64 = 0.25;

/// How long a job waits after its attempt number `attempt` (from 1) came to trouble: 2 s, 4 s, 8 s, …,
/// 15 min. A [`Runner`](super::Runner) makes it up to a quarter longer or shorter.
pub fn backoff(attempt: u32) -> Duration {
    let doublings = attempt.saturating_sub(1).min(30);
    FIRST.saturating_mul(1 << doublings).min(MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_up_to_a_quarter_of_an_hour() {
        for (attempt, expected_s) in
            [(0, 2), (1, 2), (2, 4), (5, 32), (9, 512), (10, 900), (u32::MAX, 900)]
        {
            assert_eq!(backoff(attempt), Duration::from_secs(expected_s), "attempt {attempt}");
        }
    }
}

use std::time::Duration;

/// What servers that greylist ask for when they name no time: 300 s is Postgrey's default delay.
pub(crate) const GREYLIST_WAIT: Duration = Duration::from_mins(5);
/// For other passing troubles.
pub(crate) const TEMPORARY_WAIT: Duration = Duration::from_mins(15);
/// No hint is believed beyond a day.
const HINT_MAX: Duration = Duration::from_hours(24);

/// The waiting time that a reply's words name: `try again in 300 seconds`, `retry in 5 minutes`,
/// `greylisted for 00:04:52`.
pub(crate) fn named_wait(lower_text: &str) -> Option<Duration> {
    let mut words = lower_text.split([' ', ',', ';', '(', ')', '.', '!']).filter(|w| !w.is_empty());
    let mut number: Option<u64> = None;
    let wait = words.find_map(|word| {
        if let Some(clock) = clock(word) {
            return Some(clock);
        }
        let seconds = match word {
            "s" | "sec" | "secs" | "second" | "seconds" => 1,
            "m" | "min" | "mins" | "minute" | "minutes" => 60,
            "h" | "hour" | "hours" => 3_600,
            _ => {
                number = word.parse().ok();
                return attached_unit(word);
            }
        };
        number.map(|n| n.saturating_mul(seconds))
    })?;
    (wait > 0).then(|| Duration::from_secs(wait).min(HINT_MAX))
}

/// `300s`, `5min`.
fn attached_unit(word: &str) -> Option<u64> {
    let unit_at = word.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = word.split_at_checked(unit_at)?;
    let seconds = match unit {
        "s" | "sec" | "secs" => 1,
        "m" | "min" | "mins" => 60,
        _ => return None,
    };
    number.parse::<u64>().ok().map(|n| n.saturating_mul(seconds))
}

/// `00:04:52`.
fn clock(word: &str) -> Option<u64> {
    let mut parts = word.split(':').map(|part| part.parse::<u64>().ok().filter(|n| *n < 60));
    let (h, m, s) = (parts.next()??, parts.next()??, parts.next()??);
    let end = parts.next().is_none();
    end.then(|| h.saturating_mul(3_600).saturating_add(m.saturating_mul(60)).saturating_add(s))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_waits() {
        for (text, seconds) in [
            ("greylisted, please try again in 300 seconds", Some(300)),
            ("try again in 5 minutes.", Some(300)),
            ("retry after 1 hour", Some(3_600)),
            ("greylisted for 00:04:52", Some(292)),
            ("come back in 60s", Some(60)),
            ("try again later", None),
            ("in 0 seconds", None),
            ("seconds", None),
            ("retry in 99999999999999999 hours", Some(86_400)),
        ] {
            assert_eq!(named_wait(text), seconds.map(Duration::from_secs), "{text}");
        }
    }
}

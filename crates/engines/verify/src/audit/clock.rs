use jiff::fmt::rfc2822::DateTimeParser;

use super::finding::{AuditFinding, AuditState};
use super::mail_port::{Greeted, Welcome};

const WHAT: &str = "clock";
/// How far the clock may be off. Waits for greylisting and the dates of results stay right within it.
const TOLERANCE_US: i64 = 30_000_000;

/// A clock that ours was compared with.
struct Witness {
    who: String,
    /// How far it is ahead of ours.
    ahead_us: i64,
    /// Whether it alone is proof.
    is_time_server: bool,
}

/// Compares the clock with the time server's answer, or with the dates in mail servers' greetings.
pub(super) fn finding(
    asked: Option<(String, Result<i64, String>)>,
    greeted: &[Greeted],
) -> AuditFinding {
    let mut note = String::new();
    let mut witnesses: Vec<Witness> = greeted.iter().filter_map(greeting).collect();
    match asked {
        Some((who, Ok(ahead_us))) => {
            witnesses = vec![Witness { who, ahead_us, is_time_server: true }];
        }
        Some((who, Err(why))) => note = format!(" (the time server {who} failed: {why})"),
        None => {}
    }
    // One that agrees is enough: two clocks seldom err alike.
    let Some(nearest) = witnesses.iter().min_by_key(|witness| witness.ahead_us.abs()) else {
        let says = format!("could not be compared with another{note}");
        return AuditFinding::new(WHAT, "clock_unknown", AuditState::Missing, says)
            .unlocking("knowing that dates of results and waits for greylisting are right")
            .mended_by("set doctor.ntp_server to a time server");
    };
    // Rounded: a fraction is within the round trip.
    let seconds = nearest.ahead_us.abs().saturating_add(500_000).div_euclid(1_000_000);
    if nearest.ahead_us.abs() <= TOLERANCE_US {
        let says = format!("within {} s of {}{note}", seconds.max(1), nearest.who);
        return AuditFinding::new(WHAT, "clock_right", AuditState::Works, says);
    }
    let direction = if nearest.ahead_us > 0 { "behind" } else { "ahead of" };
    let says = format!("{seconds} s {direction} {}{note}", nearest.who);
    let sure = nearest.is_time_server || witnesses.len() > 1;
    let state = if sure { AuditState::Broken } else { AuditState::Limited };
    AuditFinding::new(WHAT, "clock_wrong", state, says)
        .unlocking("encrypted connections, right dates of results and right waits for greylisting")
        .mended_by("let the system keep time by NTP (timedatectl set-ntp true)")
}

/// The date in a greeting, as Exim, Sendmail and Microsoft write it. It was taken between the two
/// moments at which we began to call and had the answer, and has whole seconds.
fn greeting(greeted: &Greeted) -> Option<Witness> {
    let Welcome { host, greeting, from, to, .. } = greeted.welcome()?;
    let said = date_in(greeting)?;
    let early = said.saturating_sub(to.as_micros());
    let late = said.saturating_add(999_999).saturating_sub(from.as_micros());
    let ahead_us = if early > 0 {
        early
    } else if late < 0 {
        late
    } else {
        0
    };
    Some(Witness { who: host.clone(), ahead_us, is_time_server: false })
}

/// The first RFC 5322 date with a time zone in a text, in microseconds since 1970.
fn date_in(text: &str) -> Option<i64> {
    const WEEKDAYS: [&str; 7] = ["Mon,", "Tue,", "Wed,", "Thu,", "Fri,", "Sat,", "Sun,"];
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let at = words.iter().position(|word| WEEKDAYS.contains(word))?;
    // Weekday, day, month, year, time, zone.
    let date = words.get(at..at.saturating_add(6))?.join(" ");
    Some(DateTimeParser::new().parse_timestamp(&date).ok()?.as_microsecond())
}

#[cfg(test)]
mod tests {
    use captely_contact::Timestamp;

    use super::super::mail_port::Outcome;
    use super::*;

    /// 2026-11-21T20:52:03Z.
    const NOW_US: i64 = 1_795_294_323_000_000;

    fn greeted(greeting: &str) -> Greeted {
        let welcome = Welcome {
            host: "mx.example".into(),
            greeting: greeting.into(),
            hello: String::new(),
            from: Timestamp::micros(NOW_US),
            to: Timestamp::micros(NOW_US + 400_000),
        };
        Greeted { domain: "example.com".parse().unwrap(), outcome: Outcome::Welcome(welcome) }
    }

    #[track_caller]
    fn check(greetings: &[&str], code: &str, state: AuditState) {
        let all: Vec<Greeted> = greetings.iter().map(|text| greeted(text)).collect();
        let finding = finding(None, &all);
        assert_eq!((finding.code, finding.state), (code, state), "{finding:?}");
    }

    #[test]
    fn dates_in_greetings() {
        const RIGHT: &str = "220 mx.example ESMTP Exim 4.98 Sat, 21 Nov 2026 20:52:03 +0000";
        const ZONE: &str = "220 mx ESMTP MAIL Service ready at Sat, 21 Nov 2026 15:52:20 -0500 [x]";
        const WRONG: &str = "220 mx.example ESMTP Sat, 21 Nov 2026 20:59:03 +0000";
        check(&[RIGHT], "clock_right", AuditState::Works);
        check(&[ZONE], "clock_right", AuditState::Works);
        check(&[WRONG], "clock_wrong", AuditState::Limited);
        check(&[WRONG, RIGHT], "clock_right", AuditState::Works);
        check(&[WRONG, WRONG], "clock_wrong", AuditState::Broken);
        for text in ["220 mx.example ESMTP Postfix", "220 mx Sat, 21 Nov", "220 mx Sat, a b c d e"]
        {
            check(&[text], "clock_unknown", AuditState::Missing);
        }
        assert_eq!(date_in(RIGHT), Some(NOW_US));
    }
}

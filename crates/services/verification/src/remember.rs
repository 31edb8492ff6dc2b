//! Which answers are final, and which of those that are known answers a question. Pure.

use std::time::Duration;

use captely_contact::{EmailStatus, Timestamp};
use captely_verify::{EmailVerdict, Level, syntax};

use crate::list::List;
use crate::model::{Check, CheckSettings};

/// Answers that leave the status unknown and yet are the last word of the mail host, the domain or the
/// address itself.
const FINAL_THOUGH_UNKNOWN: [&str; 8] = [
    "syntax_quoted",
    "syntax_address_literal",
    "private_mx",
    "bad_mx",
    "parked_domain",
    "mailbox_full",
    "relay_denied",
    "smtputf8_not_supported",
];

/// No final answer.
pub(crate) const NOT_FINAL: i64 = -1;

/// The longest that a put-off address is left alone; the engine believes no server's time beyond it.
const PUT_OFF_MAX: Duration = Duration::from_hours(24);

/// The subject of a check: the address's normal form, or `None` where the text is no address. Such a text
/// needs no memory: what is wrong with it is found at once.
pub fn subject(text: &str) -> Option<String> {
    syntax(text).ok().map(|email| email.to_string())
}

/// The deepest level, 0 syntax to 3 smtp, at which a verdict answers the question for good; [`NOT_FINAL`]
/// where it was put off, or where our own host, DNS or the way there was in trouble. A code that this
/// list does not know is trouble: asking again is the smaller mistake.
pub(crate) fn good_for(asked: Level, verdict: &EmailVerdict) -> i64 {
    if verdict.retry_after.is_some() {
        return NOT_FINAL;
    }
    match verdict.status {
        // what ends at a shallow level ends there at any
        EmailStatus::Invalid => depth(Level::Smtp),
        EmailStatus::Unknown => match verdict.code {
            "syntax_ok" => depth(Level::Syntax),
            "domain_exists" => depth(Level::Domain),
            "mx_found" => depth(Level::Mx),
            code if FINAL_THOUGH_UNKNOWN.contains(&code) => depth(Level::Smtp),
            _ => NOT_FINAL,
        },
        _ => depth(asked.max(verdict.level)),
    }
}

fn depth(level: Level) -> i64 {
    match level {
        Level::Syntax => 0,
        Level::Domain => 1,
        Level::Mx => 2,
        Level::Smtp => 3,
    }
}

/// What is known of an address that a list asks about.
#[derive(Debug, Clone)]
pub(crate) enum Known {
    /// It has its answer.
    Answered(Check),
    /// Its mail server put the answer off, and its time has not come.
    PutOff(Check),
}

/// Whether, and how, checks answer what a list asks.
pub(crate) struct Question<'a> {
    pub(crate) settings: &'a CheckSettings,
    pub(crate) list: &'a List,
}

impl Question<'_> {
    /// Checks before this time answer nothing.
    pub(crate) fn since(&self) -> Timestamp {
        let opened = self.list.opened_at;
        let remembered = opened.minus(self.settings.remember);
        self.list.since.min(remembered).min(opened.minus(PUT_OFF_MAX))
    }

    /// What the checks of one address come to: the latest final one, else what this round brought, else
    /// one that was put off and whose time had not come when the list was opened.
    pub(crate) fn answer(&self, mut checks: Vec<Check>) -> Option<Known> {
        checks.sort_unstable_by_key(|check| check.id);
        let latest = |fits: &dyn Fn(&Check) -> bool| checks.iter().rev().find(|c| fits(c)).cloned();
        latest(&|check| self.is_final(check))
            .map(Known::Answered)
            .or_else(|| latest(&|check| self.is_of_round(check)).map(Known::Answered))
            .or_else(|| latest(&|check| self.is_put_off(check)).map(Known::PutOff))
    }

    fn is_final(&self, check: &Check) -> bool {
        let believed = if self.settings.fresh {
            self.is_of_round(check)
        } else {
            check.checked_at >= self.list.opened_at.minus(self.settings.remember)
        };
        believed && check.good_for >= depth(self.settings.level)
    }

    fn is_of_round(&self, check: &Check) -> bool {
        check.list == self.list.id && check.checked_at >= self.list.since
    }

    fn is_put_off(&self, check: &Check) -> bool {
        check.retry_at.is_some_and(|at| at > self.list.opened_at)
    }
}

#[cfg(test)]
mod tests {
    use captely_contact::EmailStatus::{AcceptAll, Disposable, Invalid, Unknown, Valid};
    use captely_verify::Level::{Domain, Mx, Smtp, Syntax};
    use captely_verify::{EmailVerifier, VerifyConfig};

    use super::*;

    const SMTP: i64 = 3;

    #[tokio::test]
    async fn what_is_final_and_how_deep() {
        let verifier = EmailVerifier::new(VerifyConfig::default(), 1).unwrap();
        let verdict = verifier.verify("ada@gmail.com", Level::Syntax).await;
        let check = |status, code, reached, asked| {
            let level = reached;
            good_for(asked, &EmailVerdict { status, code, level, ..verdict.clone() })
        };
        for (status, code, reached, asked, expected) in [
            (Invalid, "no_such_domain", Domain, Domain, SMTP),
            (Valid, "accepted", Smtp, Smtp, SMTP),
            (AcceptAll, "accept_all", Smtp, Smtp, SMTP),
            (Disposable, "disposable", Mx, Smtp, SMTP),
            (Disposable, "disposable", Domain, Domain, 1),
            (Unknown, "syntax_ok", Syntax, Syntax, 0),
            // asked for more and got no further: that is known and no more
            (Unknown, "mx_found", Mx, Smtp, 2),
            (Unknown, "mailbox_full", Smtp, Smtp, SMTP),
            (Unknown, "parked_domain", Mx, Smtp, SMTP),
            (Unknown, "accepted_catch_all_not_tested", Smtp, Smtp, NOT_FINAL),
            (Unknown, "smtp_connect_timeout", Mx, Smtp, NOT_FINAL),
            (Unknown, "dns_timeout", Syntax, Smtp, NOT_FINAL),
            (Unknown, "sender_blocked", Mx, Smtp, NOT_FINAL),
            (Unknown, "a_word_of_tomorrow", Smtp, Smtp, NOT_FINAL),
        ] {
            assert_eq!(check(status, code, reached, asked), expected, "{code}");
        }
        let put_off = EmailVerdict { retry_after: Some(Duration::from_mins(5)), ..verdict };
        assert_eq!(good_for(Syntax, &put_off), NOT_FINAL);
    }
}

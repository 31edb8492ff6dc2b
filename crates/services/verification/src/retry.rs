//! When an address whose answer was put off is asked again. Pure.

use std::time::Duration;

use captely_contact::Timestamp;
use captely_verify::EmailVerdict;

/// How often in a row an address is asked again by a job. A server that still puts it off then does not
/// want to answer; the next run begins anew.
const AGAIN_MAX: u32 = 5;
/// The same where our own verifier left the host alone for a moment: another look, no more.
const AGAIN_AFTER_PAUSE_MAX: u32 = 1;
/// Waits grow up to this, where the server names no longer one.
const WAIT_MAX: Duration = Duration::from_hours(4);

/// When to ask again: the time that the server named (or the usual one, see
/// `EmailVerdict::retry_after`), doubled with each time it was put off before, never sooner than named.
/// `longest` cuts it short for a sandbox.
pub(crate) fn retry_at(
    verdict: &EmailVerdict,
    put_off: u32,
    now: Timestamp,
    longest: Option<Duration>,
) -> Option<Timestamp> {
    let named = verdict.retry_after?;
    let doublings = doublings(verdict, put_off);
    let doubled = named.saturating_mul(2_u32.saturating_pow(doublings)).min(WAIT_MAX);
    let wait = doubled.max(named);
    Some(now.plus(longest.map_or(wait, |longest| wait.min(longest))))
}

/// How often the named wait is doubled after `before` times. Where the greylist has let the address itself
/// pass and puts off the made-up one of the catch-all test, that one is new to it.
fn doublings(verdict: &EmailVerdict, before: u32) -> u32 {
    if verdict.code == "accepted_catch_all_not_tested" { 0 } else { before }
}

/// How long to wait where our own pace left no room for the question: nobody was asked.
pub(crate) fn paced(verdict: &EmailVerdict) -> Option<Duration> {
    verdict.retry_after.filter(|_| verdict.code == "smtp_paced")
}

/// Whether an address that was put off, after `put_off` times before, gets another question by a job.
pub(crate) fn is_asked_again(verdict: &EmailVerdict, put_off: u32) -> bool {
    let most = if verdict.code == "smtp_host_paused" { AGAIN_AFTER_PAUSE_MAX } else { AGAIN_MAX };
    put_off < most
}

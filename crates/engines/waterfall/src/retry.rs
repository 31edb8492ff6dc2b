use std::time::Duration;

use captely_providers::ProviderError;

/// The pause before the first repeat where the provider named none.
const PAUSE_FIRST: Duration = Duration::from_millis(500);
/// The longest pause that we choose ourselves.
const PAUSE_MAX: Duration = Duration::from_secs(30);
/// The longest pause that a provider may ask of a row; beyond it the row goes on without it.
const PAUSE_ASKED_MAX: Duration = Duration::from_mins(5);

/// What to do after a failed call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backoff {
    /// Ask again after this time.
    Again(Duration),
    /// This question has no more chance with this provider.
    GiveUp,
}

/// Whether and when to repeat, after `failed` failed calls of one question (1 = the first call).
///
/// The provider's own wish for a pause is honoured, others double from half a second, each spread by
/// `chance` (0–1) over ±50 % so that rows which failed together do not return together.
pub fn backoff(error: &ProviderError, failed: u32, retries_max: u32, chance: f64) -> Backoff {
    if !error.is_transient() || failed > retries_max {
        return Backoff::GiveUp;
    }
    let spread = |pause: Duration| pause.mul_f64(0.5 + chance.clamp(0.0, 1.0));
    match error {
        ProviderError::RateLimited { after: Some(after) } if *after > PAUSE_ASKED_MAX => {
            Backoff::GiveUp
        }
        // never earlier than asked: the spread only adds
        ProviderError::RateLimited { after: Some(after) } => {
            Backoff::Again(after.saturating_add(PAUSE_FIRST.mul_f64(chance.clamp(0.0, 1.0))))
        }
        _ => {
            let doubled = PAUSE_FIRST.saturating_mul(1 << failed.saturating_sub(1).min(10));
            Backoff::Again(spread(doubled.min(PAUSE_MAX)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed() -> ProviderError {
        ProviderError::Failed { status: 503, detail: String::new() }
    }

    #[test]
    fn doubles_spreads_and_ends() {
        assert_eq!(backoff(&failed(), 1, 2, 0.5), Backoff::Again(Duration::from_millis(500)));
        assert_eq!(backoff(&failed(), 2, 2, 0.0), Backoff::Again(Duration::from_millis(500)));
        assert_eq!(backoff(&failed(), 2, 2, 1.0), Backoff::Again(Duration::from_millis(1_500)));
        assert_eq!(backoff(&failed(), 3, 2, 0.5), Backoff::GiveUp);
        assert_eq!(backoff(&ProviderError::OutOfCredits, 1, 2, 0.5), Backoff::GiveUp);
    }

    #[test]
    fn the_providers_own_wish_is_the_least_pause() {
        let asked = |s| ProviderError::RateLimited { after: Some(Duration::from_secs(s)) };
        assert_eq!(backoff(&asked(7), 1, 2, 0.0), Backoff::Again(Duration::from_secs(7)));
        assert_eq!(backoff(&asked(3_600), 1, 2, 0.0), Backoff::GiveUp);
    }
}

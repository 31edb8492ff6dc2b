use std::time::Duration;

use captely_platform::telemetry::metrics;
use captely_providers::{Asked, ProviderError};

/// Counts a call to a provider, by how it ended.
pub(super) fn called(provider: &'static str, asked: &Result<Asked, ProviderError>, took: Duration) {
    let outcome = match asked {
        Ok(Asked::Answered(_)) => "answered",
        Ok(Asked::Pending(_)) => "pending",
        Err(error) => word(error),
    };
    metrics::provider_called(provider, outcome, took);
}

/// A word of ours, so that a label never holds what a provider wrote.
const fn word(error: &ProviderError) -> &'static str {
    match error {
        ProviderError::RateLimited { .. } => "rate_limited",
        ProviderError::OutOfCredits => "out_of_credits",
        ProviderError::KeyRefused { .. } => "key_refused",
        ProviderError::NotInPlan { .. } => "not_in_plan",
        ProviderError::BadQuestion { .. } => "bad_question",
        ProviderError::PersonRefused => "person_refused",
        ProviderError::Failed { .. } => "failed",
        ProviderError::Unreachable { .. } => "unreachable",
        ProviderError::NoAnswer { .. } => "no_answer",
        ProviderError::Garbled { .. } => "garbled",
        ProviderError::Guarded { .. } => "guarded",
    }
}

use std::time::Duration;

use captely_enrichment::{ProviderSeat, SlotLimits};
use captely_providers::{Http, ProviderSettings};

use crate::exit::CliError;

/// A provider's seat: its client, and what its sheet and settings say of price and pace.
pub(super) fn seat(
    name: &str,
    http: &Http,
    settings: &ProviderSettings,
    calls_at_once: usize,
) -> Result<ProviderSeat, CliError> {
    let client = captely_providers::client(name, http.clone(), settings)
        .map_err(|error| CliError::usage(error.to_string()))?;
    let sheet = client.sheet();
    let minute = Duration::from_mins(1);
    let limits = if sheet.calls_per_minute == 0 {
        SlotLimits::default()
    } else {
        let own = sheet.own_limits.iter().copied().filter(|(calls, time)| {
            // a window that the limit a minute never fills needs no watching
            u128::from(sheet.calls_per_minute) > u128::from(*calls) || *time > minute
        });
        let asks = std::iter::once((sheet.calls_per_minute, minute)).chain(own).collect();
        let polls = sheet.polls_per_minute.filter(|n| *n > 0).map(|n| (n, minute));
        SlotLimits { asks, polls: polls.into_iter().collect() }
    };
    Ok(ProviderSeat {
        usd_per_credit: sheet.usd_per_credit,
        key_mark: settings.key.mark(),
        limits,
        poll_every: sheet.poll_every,
        calls_at_once,
        client: client.into(),
    })
}

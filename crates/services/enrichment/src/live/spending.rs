//! What providers cost and what came of it, for the books beside the credits.

use captely_contact::Field;
use captely_credits::{Cost, ProviderSpend};
use captely_platform::ids::{RunId, UserId};

use super::journal::EndedRow;
use crate::store::attempts::Attempt;

/// The status of an address whose mailbox was confirmed.
const VERIFIED: &str = "valid";

/// A call that has ended: what it cost, and whether it found something.
pub(super) fn of_attempt(attempt: &Attempt, member: Option<UserId>) -> ProviderSpend {
    let found = attempt.answer.as_ref().map_or(0, |answer| {
        u64::from(!answer.emails.is_empty()).saturating_add(u64::from(!answer.phones.is_empty()))
    });
    let cost = Cost { calls: 1, found, usd: attempt.cost, ..Cost::default() };
    spend(&attempt.provider, attempt.run, member, cost)
}

/// What a row that has ended took over: from whom, and what a check confirmed of it.
pub(super) fn of_row(row: &EndedRow, member: Option<UserId>) -> Vec<ProviderSpend> {
    let delivered = row.owed.iter().filter_map(|owed| {
        let provider = owed.delivered_by.as_deref()?;
        Some(spend(provider, row.run, member, Cost { delivered: 1, ..Cost::default() }))
    });
    let confirmed = row.findings.iter().filter(|finding| {
        finding.field == Field::Email
            && finding.status == VERIFIED
            && finding.provenance.source != "input"
    });
    let verified = confirmed.map(|finding| {
        let cost = Cost { verified: 1, ..Cost::default() };
        spend(&finding.provenance.source, row.run, member, cost)
    });
    delivered.chain(verified).collect()
}

fn spend(provider: &str, run: RunId, member: Option<UserId>, cost: Cost) -> ProviderSpend {
    ProviderSpend { provider: provider.to_owned(), run: Some(run), member, cost }
}

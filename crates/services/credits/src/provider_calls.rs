//! Calls of providers where it is known only after credits were set aside who is asked, as in runs: counted where a
//! call is let through, against the same limit and by the same counters as orders that name their provider
//! (REQUIREMENTS BIL-13).

use std::collections::BTreeMap;

use captely_contact::{Credits, Timestamp, month_after};
use captely_platform::db::Tx;
use captely_platform::ids::WorkspaceId;

use crate::counters::of_provider;
use crate::store::counter::{self, CounterKey};
use crate::{CreditError, Ledger, Limit, Refusal};

/// Calls that were counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallsTaken {
    /// How many may be made.
    pub calls: u32,
    /// Why not more; none where all may be made.
    pub refused: Option<Refusal>,
}

/// Calls that were counted and never made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallsBack {
    /// The provider's short name.
    pub provider: String,
    /// When they were counted.
    pub taken_at: Timestamp,
    /// How many.
    pub calls: u32,
}

impl Ledger {
    /// Counts up to `wanted` calls of a provider in the month (UTC) of `at`: as many as the workspace's policy of now
    /// leaves, by whomever they are made. One question about one person is one call. The counter is locked
    /// until the transaction ends; whoever needs other locks takes them before.
    pub async fn take_calls(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        provider: &str,
        wanted: u32,
        at: Timestamp,
    ) -> Result<CallsTaken, CreditError> {
        if wanted == 0 {
            return Ok(CallsTaken { calls: 0, refused: None });
        }
        let key = of_provider(provider, at);
        let policy = self.policy(tx, workspace).await?;
        let Some(max) = policy.provider_monthly_max.get(provider).copied() else {
            // Counted all the same: a limit may come before the month is over.
            counter::take(tx, workspace, &key, wanted.into(), i64::MAX).await?;
            return Ok(CallsTaken { calls: wanted, refused: None });
        };
        let most = i64::from(max);
        if wanted <= max && counter::take(tx, workspace, &key, wanted.into(), most).await? {
            return Ok(CallsTaken { calls: wanted, refused: None });
        }
        let known = counter::lock(tx, workspace, std::slice::from_ref(&key)).await?;
        let used = known.get(&key).copied().unwrap_or(0);
        let calls = u32::try_from((most - used).max(0)).unwrap_or(0).min(wanted);
        if calls > 0 && !counter::take(tx, workspace, &key, calls.into(), most).await? {
            return Err(CreditError::Broken("a counter that was locked has changed"));
        }
        let left_out = i64::from(wanted) - i64::from(calls);
        let refused = Some(too_many(&key, max, used + i64::from(calls), left_out));
        Ok(CallsTaken { calls, refused })
    }

    /// Why none of `wanted` calls could be made as things stand; none where one could, or there is no limit. It reads
    /// alone, counts nothing and locks nothing: what it says holds until somebody gives calls back or changes the policy.
    pub async fn no_calls_left(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        provider: &str,
        wanted: u32,
        at: Timestamp,
    ) -> Result<Option<Refusal>, CreditError> {
        let policy = self.policy(tx, workspace).await?;
        let Some(max) = policy.provider_monthly_max.get(provider).copied() else { return Ok(None) };
        let key = of_provider(provider, at);
        let known = counter::of(tx, workspace, std::slice::from_ref(&key)).await?;
        let used = known.get(&key).copied().unwrap_or(0);
        Ok((used >= i64::from(max)).then(|| too_many(&key, max, used, wanted.into())))
    }

    /// Gives back calls that were counted by [`Self::take_calls`] and never made. The counters are locked until the
    /// transaction ends, as there.
    pub async fn give_calls_back(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        back: impl IntoIterator<Item = CallsBack>,
    ) -> Result<(), CreditError> {
        // Each once and always in the same order.
        let mut together: BTreeMap<CounterKey, i64> = BTreeMap::new();
        for CallsBack { provider, taken_at, calls } in back {
            *together.entry(of_provider(&provider, taken_at)).or_default() += i64::from(calls);
        }
        for (key, calls) in together {
            counter::give_back(tx, workspace, &key, calls).await?;
        }
        Ok(())
    }
}

/// The refusal of `asked` calls beside the `used` ones.
pub(crate) fn too_many(key: &CounterKey, max: u32, used: i64, asked: i64) -> Refusal {
    let whole = |calls: i64| Credits::millis(calls.saturating_mul(1_000));
    Refusal {
        limit: Limit::ProviderMonthly,
        of: key.subject.clone(),
        value: whole(max.into()),
        left: whole((i64::from(max) - used).max(0)),
        needed: whole(asked),
        resets_at: month_after(key.period),
    }
}

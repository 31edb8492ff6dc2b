//! What providers cost in money, beside what was paid for it in credits (REQUIREMENTS CRD-03, ANA-07).

use std::collections::BTreeMap;

use captely_contact::Usd;
use captely_platform::db::Tx;
use captely_platform::ids::{RunId, UserId, WorkspaceId};

use crate::account::day_of;
use crate::{CreditError, Ledger, store};

/// What a provider cost, as whoever called it reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderSpend {
    /// The provider's short name.
    pub provider: String,
    /// In which run.
    pub run: Option<RunId>,
    /// For which member.
    pub member: Option<UserId>,
    /// How much of what.
    pub cost: Cost,
}

/// Calls of a provider, what came of them, and what they cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cost {
    /// Questions asked.
    pub calls: u64,
    /// Values that it gave.
    pub found: u64,
    /// Those of them that a check found to be right.
    pub verified: u64,
    /// Those of them that were delivered to the workspace.
    pub delivered: u64,
    /// What it charged.
    pub usd: Usd,
}

impl Cost {
    pub(crate) fn read(counts: [i64; 4], usd_micros: i64) -> Self {
        let [calls, found, verified, delivered] =
            counts.map(|count| u64::try_from(count).unwrap_or(0));
        Self { calls, found, verified, delivered, usd: Usd::micros(usd_micros) }
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            calls: self.calls.saturating_add(other.calls),
            found: self.found.saturating_add(other.found),
            verified: self.verified.saturating_add(other.verified),
            delivered: self.delivered.saturating_add(other.delivered),
            usd: self.usd.plus(other.usd),
        }
    }

    /// Dollars for each of `count`, rounded up to a millionth; none where there were none.
    pub fn per(self, count: u64) -> Option<Usd> {
        let count = i64::try_from(count).ok().filter(|count| *count > 0)?;
        let micros = self.usd.as_micros();
        let up = i64::from(micros % count > 0);
        Some(Usd::micros(micros / count + up))
    }
}

impl Ledger {
    /// Notes today what providers cost, in the caller's transaction; negative money, where a provider gave
    /// something back, counts against it.
    pub async fn spend(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        lines: &[ProviderSpend],
    ) -> Result<(), CreditError> {
        // One statement may touch a row once, and always in the same order.
        let mut together: BTreeMap<_, Cost> = BTreeMap::new();
        for line in lines {
            let of = (line.provider.as_str(), line.run, line.member);
            let sum = together.entry(of).or_default();
            *sum = sum.plus(line.cost);
        }
        let lines: Vec<ProviderSpend> = together
            .into_iter()
            .map(|((provider, run, member), cost)| {
                let provider = provider.to_owned();
                ProviderSpend { provider, run, member, cost }
            })
            .collect();
        let day = day_of(self.clock().now());
        Ok(store::spend::add(tx, workspace, day, &lines).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_for_each_is_rounded_up() {
        let cost = Cost { usd: Usd::micros(10), found: 3, ..Cost::default() };
        assert_eq!(cost.per(cost.found), Some(Usd::micros(4)));
        assert_eq!(cost.per(5), Some(Usd::micros(2)));
        assert_eq!(cost.per(0), None);
    }
}

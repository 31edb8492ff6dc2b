use captely_contact::Usd;
use serde::{Deserialize, Serialize};

/// The most money that may be spent on provider calls. `None` means no limit of that kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Budget {
    /// For all rows of the run together.
    pub run_max: Option<Usd>,
    /// For one row.
    pub row_max: Option<Usd>,
}

/// Which budget a call does not fit into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The row's.
    Row,
    /// The run's.
    Run,
}

impl Budget {
    /// Whether a call that costs at most `worst` fits beside what the row has `spent`.
    pub fn row_allows(&self, spent: Usd, worst: Usd) -> bool {
        self.row_max.is_none_or(|max| spent.plus(worst) <= max)
    }

    /// Whether a call that costs at most `worst` fits beside what the run has spent and held.
    pub fn run_allows(&self, committed: Usd, worst: Usd) -> bool {
        self.run_max.is_none_or(|max| committed.plus(worst) <= max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_price_counts_and_the_limit_itself_fits() {
        let budget = Budget { run_max: Some(Usd::micros(100)), row_max: Some(Usd::micros(30)) };
        assert!(budget.row_allows(Usd::micros(10), Usd::micros(20)));
        assert!(!budget.row_allows(Usd::micros(11), Usd::micros(20)));
        assert!(budget.run_allows(Usd::micros(80), Usd::micros(20)));
        assert!(!budget.run_allows(Usd::micros(81), Usd::micros(20)));
        assert!(Budget::default().run_allows(Usd::MAX, Usd::MAX));
    }
}

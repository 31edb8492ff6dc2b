//! What asking an outside verifier would come to.

use captely_contact::{Field, Usd};
use captely_providers::CheckerSheet;
use captely_verification::Budget;

use super::answer::Kind;
use super::columns::Asked;
use crate::ui::{count, money};

/// What there is to ask about.
#[derive(Debug, Default)]
pub(super) struct Forecast {
    /// Texts of the kind that the verifier checks.
    of_kind: u64,
    /// Subjects that it would have to be asked about and paid for.
    open: u64,
}

impl Forecast {
    /// Counts some texts, and which subjects of theirs are open.
    pub(super) fn add(&mut self, kind: Kind, asked: &[Asked], open: &[String]) {
        let of_kind = asked.iter().filter(|one| one.kind == Some(kind)).count();
        let sum = |n: u64, more: usize| n.saturating_add(u64::try_from(more).unwrap_or(u64::MAX));
        (self.of_kind, self.open) = (sum(self.of_kind, of_kind), sum(self.open, open.len()));
    }

    /// What asking this verifier would cost, each check `worst`, or why it is not asked.
    pub(super) fn sentence(&self, sheet: &CheckerSheet, worst: Usd, budget: Budget) -> String {
        let (kind, mixed) = match sheet.checks {
            Field::Phone => {
                (Kind::Phone, "; where a row has an address, its number is not checked")
            }
            _ => (Kind::Email, ""),
        };
        let (title, nouns) = (sheet.title, kind.plural());
        if self.of_kind == 0 {
            return format!("{title} checks {nouns}, and there are none to check here{mixed}");
        }
        let n = i64::try_from(self.open).unwrap_or(i64::MAX);
        let all = Usd::micros(worst.as_micros().saturating_mul(n));
        let limit = match budget {
            Budget { checks_max, .. } if checks_max < i64::MAX => format!("{checks_max} checks"),
            Budget { usd_max, .. } => money(usd_max),
        };
        format!(
            "{} {nouns} to ask {title} about: at most {} ({} each); the budget is {limit}",
            count(self.open),
            money(all),
            money(worst)
        )
    }
}

//! What a caller is told of an error.

use captely_contact::Timestamp;
use captely_platform::http::{Problem, codes};
use serde_json::Value;

use super::{CreditError, codes as own};
use crate::{Limit, Refusal};

impl Refusal {
    /// As an answer: with what stands in the way as members, and from `now` how long to wait.
    pub fn problem(&self, now: Timestamp) -> Problem {
        let code = match self.limit {
            Limit::Balance => &own::SHORT,
            Limit::Plan => &codes::NOT_IN_PLAN,
            Limit::Daily | Limit::ProviderMonthly | Limit::Member | Limit::RunBudget => &own::LIMIT,
        };
        let resets_at = self.resets_at.map_or(Value::Null, |at| at.to_string().into());
        let problem = Problem::new(code, sentence(&self.to_string()))
            .with("limit", self.limit.as_str())
            .with("of", self.of.as_str())
            .with("value", self.value.to_string())
            .with("left", self.left.to_string())
            .with("needed", self.needed.to_string())
            .with("resets_at", resets_at);
        match self.resets_at {
            Some(at) => problem.retry_after(at.since(now)),
            None => problem,
        }
    }
}

impl CreditError {
    /// As an answer at this moment.
    pub fn problem(self, now: Timestamp) -> Problem {
        match self {
            Self::Refused(refusal) => refusal.problem(now),
            Self::KeyReused => Problem::new(
                &codes::KEY_REUSED,
                "This Idempotency-Key was used before for something else; use a new one.",
            )
            .at("Idempotency-Key"),
            Self::Amount(_) => Problem::new(&codes::INVALID, sentence(&self.to_string())),
            Self::Time(said) => Problem::new(&codes::INVALID, sentence(said)),
            Self::TooLittle { .. } | Self::AboveCharge { .. } => {
                Problem::new(&codes::CONFLICT, sentence(&self.to_string()))
            }
            Self::NotFound(what) => Problem::not_found(what),
            Self::Db(why) => why.into(),
            Self::Broken(_) => Problem::internal(&self),
        }
    }
}

/// With a large letter and a full stop.
fn sentence(said: &str) -> String {
    let mut letters = said.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).chain(['.']).collect()
}

#[cfg(test)]
mod tests {
    use captely_contact::Credits;

    use super::*;

    fn refusal(limit: Limit) -> Refusal {
        Refusal {
            limit,
            of: "x".to_owned(),
            value: Credits::whole(50),
            left: Credits::millis(500),
            needed: Credits::whole(1),
            resets_at: None,
        }
    }

    #[test]
    fn each_limit_has_its_status() {
        let statuses = [
            (Limit::Balance, 402),
            (Limit::Daily, 429),
            (Limit::ProviderMonthly, 429),
            (Limit::Plan, 403),
            (Limit::Member, 429),
            (Limit::RunBudget, 429),
        ];
        for (limit, status) in statuses {
            let problem = refusal(limit).problem(Timestamp::micros(0));
            assert_eq!(problem.status().as_u16(), status, "{limit:?}");
        }
    }
}

use captely_contact::Credits;
use captely_platform::ids::{RunId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{Action, GrantId, HistoryLine, HoldId};

/// One entry of the ledger: an amount moved out of one account of the workspace into another.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CreditHistoryItem)]
pub struct HistoryItem {
    /// Its number: 1, 2, 3, … without gaps.
    #[schema(example = 17)]
    seq: i64,
    #[schema(example = "2026-01-05T09:00:00Z")]
    at: String,
    /// `grant`, `hold`, `capture`, `release`, `charge`, `refund`, `expire`, `rollover`, `adjust_add` or
    /// `adjust_take`.
    #[schema(example = "hold")]
    kind: &'static str,
    /// What it did to the balance.
    #[schema(example = "-1")]
    change: String,
    /// The balance then.
    #[schema(example = "940.500")]
    balance_after: String,
    /// Why, where somebody said so.
    #[schema(example = "hard bounce")]
    reason: String,
    /// How much it moved.
    #[schema(example = "1")]
    amount: String,
    /// Out of which account: `available`, `held`, `spent`, `granted`, `expired` or `adjusted`.
    #[schema(example = "available")]
    from_account: &'static str,
    /// Into which.
    #[schema(example = "held")]
    to_account: &'static str,
    action: Option<Action>,
    /// How many of it.
    #[schema(example = 1)]
    quantity: i64,
    #[schema(example = "hunter")]
    provider: Option<String>,
    #[schema(value_type = Option<String>, example = "run_019900000000700080000000000000ab")]
    run_id: Option<RunId>,
    #[schema(value_type = Option<String>, example = "usr_019900000000700080000000000000ab")]
    member_id: Option<UserId>,
    /// The contact or profile: the 32 digits of its id.
    #[schema(example = "019900000000700080000000000000ab")]
    subject: Option<String>,
    #[schema(value_type = Option<String>, example = "hold_019900000000700080000000000000ab")]
    hold_id: Option<HoldId>,
    /// The grant that it came from or went to.
    #[schema(value_type = Option<String>, example = "grant_019900000000700080000000000000ab")]
    grant_id: Option<GrantId>,
}

impl HistoryItem {
    /// As an entry says.
    pub fn of(line: HistoryLine) -> Self {
        let (from_account, to_account) = line.accounts();
        Self {
            seq: line.seq,
            at: line.at.to_string(),
            kind: line.kind.as_str(),
            change: Credits::millis(line.change_millis()).to_string(),
            balance_after: line.balance_after.to_string(),
            amount: line.amount.to_string(),
            from_account,
            to_account,
            action: line.action,
            quantity: line.quantity,
            provider: line.provider,
            run_id: line.run,
            member_id: line.member,
            subject: line.subject.map(|id| id.simple().to_string()),
            hold_id: line.hold,
            grant_id: line.grant,
            reason: line.reason,
        }
    }
}

#![doc = include_str!("../README.md")]

mod account;
mod action;
mod adjust;
mod afresh;
mod by_hand;
mod capture;
mod charge;
mod counters;
mod desk;
mod drawn;
mod entry;
mod error;
mod expire;
mod grant;
mod grants;
mod history;
mod history_export;
mod hold;
mod jobs;
mod key;
mod ledger;
mod merge;
mod model;
mod open_holds;
mod owed;
mod period;
mod policy;
mod provider_calls;
mod provider_spend;
mod refund;
mod refusal;
mod routes;
mod session;
mod standing;
mod store;
mod take_back;
mod turn;
mod usage;
mod verify;

use captely_platform::db::Migration;
use captely_platform::id_type;

pub use account::Kind as EntryKind;
pub use action::Action;
pub use afresh::SetAside;
pub use drawn::Drawn;
pub use error::{CODES, CreditError};
pub use history::{HistoryFilter, HistoryLine, HistoryPage};
pub use jobs::{ExpireHolds, RollUpUsage, VerifyLedgers, schedules};
pub use key::{Key, KeyError};
pub use ledger::Ledger;
pub use model::{
    AMOUNT_MAX, Adjustment, Capture, CaptureError, Charged, Ending, Grant, GrantSource, Held, Hold,
    NewGrant, Of, Order, Purpose, Refund, Rollover,
};
pub use owed::Owed;
pub use period::{Period, PeriodError};
pub use policy::{Gates, Policy};
pub use provider_calls::{CallsBack, CallsTaken};
pub use provider_spend::{Cost, ProviderSpend};
pub use refusal::{Limit, Refusal};
pub use routes::{CreditRoutes, CreditsView, HistoryItem, UsageView, routes};
pub use standing::{Alert, Standing};
pub use usage::{By, USAGE_LINES_MAX, Usage, UsageLine, Used, UsedOn};
pub use verify::Checked;

id_type!(HoldId, "hold");
id_type!(GrantId, "grant");

/// The tables of this service.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        family: "credits",
        number: 1,
        name: "ledger",
        sql: include_str!("../migrations/0001_ledger.sql"),
    },
    Migration {
        family: "credits",
        number: 2,
        name: "usage",
        sql: include_str!("../migrations/0002_usage.sql"),
    },
    Migration {
        family: "credits",
        number: 3,
        name: "ends",
        sql: include_str!("../migrations/0003_ends.sql"),
    },
];

/// Every statement of this service, for the test that prepares them on both databases.
pub fn statements() -> Vec<&'static str> {
    store::statements()
}

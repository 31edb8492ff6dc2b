#![doc = include_str!("../README.md")]

mod account;
mod action;
mod adjust;
mod afresh;
mod capture;
mod charge;
mod counters;
mod desk;
mod entry;
mod error;
mod expire;
mod grant;
mod grants;
mod hold;
mod key;
mod ledger;
mod merge;
mod model;
mod month;
mod owed;
mod policy;
mod refund;
mod refusal;
mod session;
mod standing;
mod store;
mod turn;
mod verify;

use captely_platform::db::Migration;
use captely_platform::id_type;

pub use action::Action;
pub use afresh::SetAside;
pub use error::CreditError;
pub use key::{Key, KeyError};
pub use ledger::Ledger;
pub use model::{
    AMOUNT_MAX, Adjustment, Capture, CaptureError, Charged, Ending, Grant, GrantSource, Held, Hold,
    NewGrant, Of, Order, Purpose, Refund, Rollover,
};
pub use owed::Owed;
pub use policy::{Gates, Policy};
pub use refusal::{Limit, Refusal};
pub use standing::Standing;
pub use verify::Checked;

id_type!(HoldId, "hold");
id_type!(GrantId, "grant");

/// The tables of this service.
pub const MIGRATIONS: &[Migration] = &[Migration {
    family: "credits",
    number: 1,
    name: "ledger",
    sql: include_str!("../migrations/0001_ledger.sql"),
}];

/// Every statement of this service, for the test that prepares them on both databases.
pub fn statements() -> Vec<&'static str> {
    store::statements()
}

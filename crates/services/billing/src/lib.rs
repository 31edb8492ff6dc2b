#![doc = include_str!("../README.md")]

pub mod catalogue;
pub mod change;
pub mod cycle;
pub mod dunning;
pub mod ids;
pub mod jobs;
pub mod period;
pub mod proration;
pub mod subscription;
pub mod tax;
pub mod vat_id;

mod adopt;
mod cancel;
mod change_plan;
mod desk;
mod details;
mod error;
mod invoice;
mod issue;
mod manual;
mod model;
mod overview;
mod paid;
mod post;
mod print;
mod purchase;
mod refund;
mod reinstate;
mod routes;
mod service;
mod steps;
mod store;
mod stripe;
mod subscribe;
mod sweep;

use captely_platform::db::Migration;

pub use error::{BillingError, CODES};
pub use routes::{BillingRoutes, routes};
pub use service::{Billing, BillingSettings, Mode, Parts, StartError, StripeAccess};

/// The tables of this service.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        family: "billing",
        number: 1,
        name: "billing",
        sql: include_str!("../migrations/0001_billing.sql"),
    },
    Migration {
        family: "billing",
        number: 2,
        name: "money",
        sql: include_str!("../migrations/0002_money.sql"),
    },
    Migration {
        family: "billing",
        number: 3,
        name: "stripe",
        sql: include_str!("../migrations/0003_stripe.sql"),
    },
    Migration {
        family: "billing",
        number: 4,
        name: "fetched",
        sql: include_str!("../migrations/0004_fetched.sql"),
    },
    Migration {
        family: "billing",
        number: 5,
        name: "reversals",
        sql: include_str!("../migrations/0005_reversals.sql"),
    },
    Migration {
        family: "billing",
        number: 6,
        name: "open_calls",
        sql: include_str!("../migrations/0006_open_calls.sql"),
    },
];

/// Every statement of this service, for the test that prepares them on both databases.
pub fn statements() -> Vec<&'static str> {
    store::statements()
}

#![doc = include_str!("../README.md")]

pub mod access_token;
pub mod code;
pub mod ids;
pub mod oidc;
pub mod passkey;
pub mod password;
pub mod recovery;
pub mod sign_up_policy;
pub mod token;
pub mod totp;
pub mod user_agent;

mod accept;
mod api_keys;
mod audit;
mod audit_export;
mod authenticate;
mod authenticator;
mod challenge;
mod confirm;
mod elsewhere;
mod email;
mod error;
mod forget;
mod identities;
mod installation;
mod invitations;
mod jobs;
mod members;
mod model;
mod passkey_proof;
mod passkeys;
mod payers;
mod plan;
mod post;
mod preferences;
mod refresh;
mod reset;
mod routes;
mod second_factor;
mod service;
mod session;
mod set_up;
mod sign_in;
mod sign_out;
mod sign_up;
mod store;
mod ways_in;
mod workspaces;

use captely_platform::db::Migration;

pub use audit::{Action, Actor, Entry, Outcome};
pub use error::{AccountError, CODES};
pub use forget::ForgetOld;
pub use members::spending_limit;
pub use model::{Opened, Origin};
pub use plan::PlanLimits;
pub use routes::{AccountRoutes, RequestOrigin, routes};
pub use service::{AccountSettings, Accounts, Parts, StartError, WorkspaceMade};
pub use set_up::SetUp;

/// The tables of this service.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        family: "accounts",
        number: 1,
        name: "person",
        sql: include_str!("../migrations/0001_person.sql"),
    },
    Migration {
        family: "accounts",
        number: 2,
        name: "session",
        sql: include_str!("../migrations/0002_session.sql"),
    },
    Migration {
        family: "accounts",
        number: 3,
        name: "workspace",
        sql: include_str!("../migrations/0003_workspace.sql"),
    },
    Migration {
        family: "accounts",
        number: 4,
        name: "plan",
        sql: include_str!("../migrations/0004_plan.sql"),
    },
];

/// Every statement of this service, for the test that prepares them on both databases.
pub fn statements() -> Vec<&'static str> {
    store::statements()
}

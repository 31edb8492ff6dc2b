//! Who asks, and what they may do. The service `accounts` finds it out; every other service only reads it.

mod identity;
mod role;
mod scope;
mod tier;

pub use identity::{Authenticate, Identity, Means, Person, Refusal, Seat};
pub use role::Role;
pub use scope::{Scope, Scopes};
pub use tier::Tier;

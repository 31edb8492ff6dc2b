//! The rules of the house, one a file.

mod axum;
mod clock;
mod floors;
pub(crate) mod length;
mod machine;
mod map;
mod names;
mod readme;
mod scope;
mod sql;
mod sqlx;
mod unfinished;

pub(crate) use floors::SERVICES;

use crate::licences;
use crate::report::Rule;

/// Every rule, in the order in which they are run and printed.
pub(crate) const RULES: &[Rule] = &[
    floors::RULE,
    sql::RULE,
    scope::RULE,
    sqlx::RULE,
    axum::RULE,
    clock::RULE,
    length::RULE,
    names::RULE,
    readme::RULE,
    map::RULE,
    machine::RULE,
    unfinished::RULE,
    licences::RULE,
];

/// The rules themselves name what they forbid.
fn is_rule(path: &str) -> bool {
    path.starts_with("crates/xtask/src/")
}

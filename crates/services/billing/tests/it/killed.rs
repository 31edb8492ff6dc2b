//! `kill -9` behind any statement of what brings or takes money, then the same again in another process, until it is done:
//! in the end everything has happened exactly once, and the ledger holds what the table says.
//!
//! The killed process is this test binary again ([`Victim`]). It does one act and dies after its `n`-th answer from the
//! database. The next one does the same act and dies a few statements later, or, where the one before got something
//! committed, early again: so the kills fall before, in and after every transaction of an act, and before and after
//! every call to Stripe, since statements stand on both sides of each.

mod act;
mod by_hand;
mod site;

use captely_testkit::Victim;

pub(crate) use act::{Act, Told};
pub(crate) use site::Site;

/// The process that is killed: not a test of its own.
#[test]
fn victim() {
    let Some(file) = Victim::told() else { return };
    let told: Told = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    captely_testkit::run(async {
        let app = told.app().await;
        if let Some(n) = told.dies_after {
            Victim::die_after_statements(n);
        }
        println!("victim: {}", told.act.done(&app).await);
    });
}

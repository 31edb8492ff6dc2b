//! Exim, whose words come without enhanced status codes.

use captely_contact::{CatchAll, EmailStatus};
use captely_verify::{Guess, Level};

use crate::mailboxes::{address, domain};
use crate::servers::{ABSENT, ACCEPT_ALL, LIVE, check, verifier};

#[tokio::test]
async fn live_absent_alias_closed_full_and_all() {
    let Some(verifier) = verifier() else { return };
    for (email, expected) in [
        ("ada@exim.test", LIVE),
        ("sales@exim.test", ("accepted_role", EmailStatus::Valid, CatchAll::No, Level::Smtp)),
        ("nobody@exim.test", ABSENT),
        ("closed@exim.test", ("mailbox_disabled", EmailStatus::Invalid, CatchAll::No, Level::Smtp)),
        // Not one of the words that say "absent".
        ("moved@exim.test", ("mailbox_refused", EmailStatus::Invalid, CatchAll::No, Level::Smtp)),
        ("ada@catchall-exim.test", ACCEPT_ALL),
        ("whoever@catchall-exim.test", ACCEPT_ALL),
    ] {
        check(&verifier.verify(email, Level::Smtp).await, expected);
    }
    // Said of the mailbox, and with a code that says "for now".
    let verdict = verifier.verify("hoarder@exim.test", Level::Smtp).await;
    assert_eq!(
        (verdict.code, verdict.status),
        ("mailbox_full", EmailStatus::Unknown),
        "{verdict:#?}"
    );
}

#[tokio::test]
async fn the_live_one_of_several_names() {
    let Some(verifier) = verifier() else { return };
    let names =
        ["a.lovelace", "lovelace", "ada", "closed"].map(|n| address(&format!("{n}@exim.test")));
    let domain = domain("exim.test");
    match verifier.first_deliverable(&domain, &names).await {
        Guess::Found { email, verdict } => {
            assert_eq!(email, address("ada@exim.test"));
            check(&verdict, LIVE);
        }
        other => panic!("{other:?}"),
    }
}

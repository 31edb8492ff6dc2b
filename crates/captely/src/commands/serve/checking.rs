//! The check of imports' addresses by a process of the platform.

use std::sync::Arc;

use captely_verification::VerifyImport;

use super::platform::Platform;
use crate::commands::verifier;
use crate::config::Settings;

/// What does it, with one verifier for all imports. Where that cannot be set up, imports that want it are told why,
/// and whatever else the process does goes on.
pub(super) fn of(platform: &Platform, settings: &Settings) -> VerifyImport {
    let made = verifier::of(&settings.verify, &platform.place);
    VerifyImport {
        db: platform.db.clone(),
        ids: Arc::clone(&platform.ids),
        clock: Arc::clone(&platform.clock),
        ledger: platform.ledger.clone(),
        worker: platform.worker.clone(),
        verifier: made.map_err(|why| {
            tracing::warn!(why = why.sentence, "Addresses of imports cannot be checked here");
            why.sentence
        }),
        settings: verifier::checks(&settings.verify),
    }
}

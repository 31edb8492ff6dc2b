//! The check of an import's addresses in the same process.

use std::time::Duration;

use captely_imports::{ImportState, Verified, ask_to_verify, checked};
use captely_platform::db::DbError;
use captely_platform::ids::{ImportId, WorkspaceId};
use captely_verification::{Patience, Verification};
use captely_verify::Level;

use crate::commands::local::{Local, database, ledger};
use crate::commands::verifier;
use crate::config::Settings;
use crate::exit::CliError;
use crate::ui;

/// Checks imports of this machine.
pub(super) struct Checker {
    service: Verification,
    /// How long put-off addresses are waited for.
    wait: Duration,
}

impl Checker {
    /// Before anything is imported, so that what keeps addresses from being checked is told first.
    pub(super) fn of(local: &Local, settings: &Settings) -> Result<Self, CliError> {
        if settings.verify.level == Level::Syntax {
            let sentence = "--verify asks about addresses, and verify.level is syntax";
            return Err(CliError::usage(sentence).try_this("--set verify.level=smtp"));
        }
        let service = Verification {
            db: local.db.clone(),
            ids: local.ids.clone(),
            ledger: ledger(&local.db, &local.ids, &local.clock),
            clock: local.clock.clone(),
            workspace: WorkspaceId::LOCAL,
            worker: local.worker.clone(),
            verifier: verifier::of(&settings.verify, &local.place)?,
            settings: verifier::checks(&settings.verify),
        };
        Ok(Self { service, wait: Duration::from_secs(settings.verify.wait_s.into()) })
    }

    /// Checks all of it; what came of that.
    pub(super) async fn run(&self, import: ImportId, quiet: bool) -> Result<Verified, CliError> {
        let bar = ui::Progress::rows(None, quiet);
        bar.say("checking addresses");
        let done = self.check(import, &mut |rows| bar.set(rows)).await;
        bar.finish();
        let done = done.map_err(|why| database(&why))?;
        done.ok_or_else(|| CliError::internal("the import is gone"))
    }

    async fn check(
        &self,
        import: ImportId,
        progress: &mut (dyn FnMut(u64) + Send),
    ) -> Result<Option<Verified>, DbError> {
        let (service, workspace) = (&self.service, self.service.workspace);
        let now = service.clock.now();
        let mut tx = service.db.writer().await?;
        ask_to_verify(&mut tx, workspace, import, now).await?;
        tx.commit().await?;
        let until = now.plus(self.wait);
        // All of it is one turn: nobody would take another.
        let patience = Patience { turn_ends: None, stays_until: until, waits_until: until };
        service.verify_import(import, |_began_at| patience, progress).await?;
        let mut tx = service.db.reader().await?;
        let checked = checked(&mut tx, workspace, import).await?;
        Ok(checked.map(|checked| checked.shown(ImportState::Done)))
    }
}

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use captely_contact::Timestamp;
use captely_credits::Ledger;
use captely_imports::{VERIFY_IMPORT, end_checked, import_to_verify};
use captely_platform::clock::Clock;
use captely_platform::db::{Db, DbError};
use captely_platform::ids::{Ids, ImportId, WorkspaceId};
use captely_platform::jobs::{Handler, Job, Verdict};
use captely_verify::EmailVerifier;

use crate::{CheckSettings, Patience, Turn, Verification};

/// After so long the rest is left to another turn, so that none takes longer than jobs may.
const TURN: Duration = Duration::from_mins(3);
/// Put-off addresses of an import are waited for as long; most greylists let pass within the hour.
const WAIT_MAX: Duration = Duration::from_hours(6);

/// Checks the addresses of imports of all workspaces.
pub struct VerifyImport {
    /// Where answers are remembered.
    pub db: Db,
    /// Makes the ids of checks.
    pub ids: Arc<Ids>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Credits are set aside here before anybody is asked.
    pub ledger: Ledger,
    /// This process, as the job queue knows it.
    pub worker: String,
    /// Asks DNS and mail servers; why nobody can be asked, in a sentence, where it could not be set up.
    pub verifier: Result<EmailVerifier, String>,
    /// How deep to look, and what to believe.
    pub settings: CheckSettings,
}

#[async_trait]
impl Handler for VerifyImport {
    fn queue(&self) -> &'static str {
        VERIFY_IMPORT
    }

    async fn run(&self, job: &Job) -> Verdict {
        let import = match import_to_verify(job) {
            Ok(import) => import,
            Err(why) => return Verdict::Fail { why },
        };
        match self.turn(job.workspace, import).await {
            Ok(Turn::Ended) => Verdict::Done,
            Ok(Turn::TimeUp) => Verdict::Retry { after: Duration::ZERO },
            Ok(Turn::PutOff(at)) => Verdict::Retry { after: at.since(self.clock.now()) },
            Err(why) => Verdict::Trouble { why: why.to_string() },
        }
    }
}

impl VerifyImport {
    async fn turn(&self, workspace: WorkspaceId, import: ImportId) -> Result<Turn, DbError> {
        let verifier = match &self.verifier {
            Ok(verifier) => verifier.clone(),
            Err(why) => return self.refuse(workspace, import, why).await,
        };
        let service = Verification {
            db: self.db.clone(),
            ids: Arc::clone(&self.ids),
            ledger: self.ledger.clone(),
            clock: Arc::clone(&self.clock),
            workspace,
            worker: self.worker.clone(),
            verifier,
            settings: self.settings.clone(),
        };
        let now = self.clock.now();
        let patience = |began_at: Timestamp| Patience {
            turn_ends: Some(now.plus(TURN)),
            stays_until: now,
            waits_until: began_at.plus(WAIT_MAX),
        };
        service.verify_import(import, patience, &mut |_rows| ()).await
    }

    async fn refuse(
        &self,
        workspace: WorkspaceId,
        import: ImportId,
        why: &str,
    ) -> Result<Turn, DbError> {
        let mut tx = self.db.writer().await?;
        let why = format!("no address can be checked here: {why}");
        let whose = (workspace, import);
        end_checked(&mut tx, &self.ids, whose, Some(why), self.clock.now()).await?;
        tx.commit().await?;
        Ok(Turn::Ended)
    }
}

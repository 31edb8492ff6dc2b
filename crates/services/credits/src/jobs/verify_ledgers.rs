use std::time::Duration;

use async_trait::async_trait;
use captely_platform::health;
use captely_platform::ids::WorkspaceId;
use captely_platform::jobs::{self, Handler, Job, NewJob, Verdict};
use captely_platform::telemetry::metrics;
use serde::{Deserialize, Serialize};

use crate::{CreditError, Ledger};

pub(super) const QUEUE: &str = "credits_verify_ledgers.v1";
/// Under this name /api/health tells of faults.
const NOTICE: &str = "ledger";
/// After so long the rest is left to another job.
const TURN: Duration = Duration::from_mins(5);

/// Checks the ledger of every workspace. What is wrong is logged, counted, and told by `/api/health` until a
/// check finds all right.
pub struct VerifyLedgers(pub Ledger);

/// How far a check has come: what the next job goes on from.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct SoFar {
    after: Option<WorkspaceId>,
    entries: u64,
    faults: u64,
    wrong_workspaces: u64,
}

#[async_trait]
impl Handler for VerifyLedgers {
    fn queue(&self) -> &'static str {
        QUEUE
    }

    async fn run(&self, job: &Job) -> Verdict {
        match serde_json::from_value(job.payload.clone()) {
            Ok(so_far) => super::verdict(self.check(so_far).await),
            Err(why) => Verdict::Fail { why: format!("its payload cannot be read: {why}") },
        }
    }
}

impl VerifyLedgers {
    async fn check(&self, mut so_far: SoFar) -> Result<(), CreditError> {
        let begun = self.0.clock().now();
        loop {
            let page = self.0.workspaces(so_far.after).await?;
            if page.is_empty() {
                return self.tell(&so_far).await;
            }
            for workspace in page {
                self.check_one(workspace, &mut so_far).await?;
                if self.0.clock().now().since(begun) > TURN {
                    return self.go_on(&so_far).await;
                }
            }
        }
    }

    async fn check_one(
        &self,
        workspace: WorkspaceId,
        so_far: &mut SoFar,
    ) -> Result<(), CreditError> {
        let checked = self.0.verify(workspace).await?;
        so_far.after = Some(workspace);
        so_far.entries = so_far.entries.saturating_add(checked.entries);
        so_far.faults = so_far.faults.saturating_add(checked.fault_count());
        so_far.wrong_workspaces += u64::from(!checked.is_right());
        for fault in &checked.faults {
            tracing::error!(%workspace, fault, "The ledger of credits is wrong");
        }
        Ok(())
    }

    /// Leaves the rest to another job, so that none takes longer than jobs may.
    async fn go_on(&self, so_far: &SoFar) -> Result<(), CreditError> {
        let next = NewJob {
            workspace: WorkspaceId::INSTALLATION,
            queue: QUEUE,
            group: None,
            payload: serde_json::json!(so_far),
            run_at: self.0.clock().now(),
            attempts_max: super::ATTEMPTS_MAX,
        };
        let mut tx = self.0.db().writer().await?;
        jobs::push(&mut tx, self.0.ids(), vec![next]).await?;
        Ok(tx.commit().await?)
    }

    async fn tell(&self, so_far: &SoFar) -> Result<(), CreditError> {
        let SoFar { entries, faults, wrong_workspaces: wrong, .. } = so_far;
        tracing::info!(entries, faults, "The ledgers of credits were checked");
        metrics::ledger_checked(*faults);
        let mut tx = self.0.db().writer().await?;
        if *wrong == 0 {
            health::settle(&mut tx, NOTICE).await?;
        } else {
            let said = format!(
                "The ledger of credits is wrong; workspaces concerned: {wrong}. `captely ledger verify` says \
                 what is wrong. Nothing was changed."
            );
            health::complain(&mut tx, NOTICE, &said, self.0.clock().now()).await?;
        }
        Ok(tx.commit().await?)
    }
}

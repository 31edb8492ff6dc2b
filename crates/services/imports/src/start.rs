//! Starting an import: what its columns are, who wins, and whether the plan has room, all before any work.

use std::collections::BTreeMap;

use captely_contact::{Timestamp, month_after, month_of, month_start};
use captely_credits::Gates;
use captely_crm::Policy;
use captely_platform::db::Tx;
use captely_platform::events::{self, Event};
use captely_platform::ids::{ImportId, WorkspaceId};
use captely_platform::jobs::{self, NewJob};
use serde_json::json;

use crate::asked::check;
use crate::jobs::RUN_IMPORT;
use crate::mapping::{ColumnMap, MappingError, mapping_used, save_mapping};
use crate::store::jobs::Terms;
use crate::store::{list, states};
use crate::trial::Trial;
use crate::{ImportJob, ImportState, Imports, ImportsError};

/// How often a worker may begin an import; one that dies ends one beginning.
pub(crate) const ATTEMPTS_MAX: u32 = 1_000;

/// How an import is to be done.
#[derive(Debug, Clone, Default)]
pub struct Start {
    /// What the columns of these names (or numbers, from 1) go to; the others go where they were recognised to
    /// belong.
    pub columns: BTreeMap<String, String>,
    /// What happens to contacts that are there already.
    pub policy: Policy,
    /// Tags for each of its contacts.
    pub tags: Vec<String>,
    /// In whose national form phone numbers are read, where neither row nor domain tells.
    pub country: Option<String>,
    /// Whether files with the same header are understood in this way from now on.
    pub remember: bool,
    /// Whether its addresses are checked when it is done.
    pub verify: bool,
}

impl Imports {
    /// An import of the workspace.
    pub async fn get(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        id: ImportId,
    ) -> Result<ImportJob, ImportsError> {
        list::one(tx, workspace, id).await?.ok_or(ImportsError::NotFound)
    }

    /// The same, as nobody else changes it before `tx` ends: what is decided by its state is then true.
    pub(crate) async fn held(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        id: ImportId,
    ) -> Result<ImportJob, ImportsError> {
        states::hold(tx, workspace, id).await?;
        self.get(tx, workspace, id).await
    }

    /// Starts a waiting import in the caller's transaction: a worker takes it up.
    pub async fn start(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        id: ImportId,
        start: &Start,
    ) -> Result<(), ImportsError> {
        // Plans count imports: two at once are counted one after the other.
        tx.one_at_a_time(&format!("new imports of {workspace}")).await?;
        let job = self.held(tx, workspace, id).await?;
        if job.state != ImportState::Ready {
            let can = "only one that is ready can be started";
            return Err(ImportsError::State { state: job.state, can });
        }
        let columns = settled(&job, &start.columns)?;
        check(&start.policy, &start.tags)?;
        let trial = Trial::of(&job, &columns, start)?;
        self.check_plan(tx, workspace, &trial).await?;
        let now = self.clock.now();
        mapping_used(tx, workspace, &job.header, now).await?;
        if start.remember {
            save_mapping(tx, workspace, &job.file_name, &columns, job.created_by, now).await?;
        }
        let Trial { header, columns, policy, tags, options, .. } = &trial;
        let terms = Terms::of((header, columns), policy, tags, options)?;
        states::start(tx, workspace, id, terms, now).await?;
        if start.verify {
            self.verify(tx, workspace, id).await?;
        }
        self.push(tx, workspace, id, RUN_IMPORT, now).await?;
        self.publish(tx, workspace, id, "import.started", json!({ "file_name": job.file_name }))
            .await
    }

    /// Refuses what the plan has no room for.
    async fn check_plan(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        trial: &Trial,
    ) -> Result<(), ImportsError> {
        let gates = self.gates(tx, workspace).await?;
        self.check_month(tx, workspace, &gates).await?;
        let Some(max) = gates.contacts_max.map(u64::from) else { return Ok(()) };
        let there = captely_crm::count(tx, workspace).await?;
        let tried = self.tried_so(tx, workspace, trial).await?;
        let tried = tried.filter(|report| report.trouble.is_none());
        let coming = tried.map(|report| report.contacts_new);
        // A dry run knows how many are new; without one a full workspace takes no file.
        if coming.map_or(there >= max, |coming| there.saturating_add(coming) > max) {
            let coming =
                coming.map_or_else(String::new, |n| format!(" and this file brings {n} new ones"));
            return Err(ImportsError::NotInPlan(format!(
                "the plan has room for {max} contacts; {there} are there{coming}; choose a larger plan, or import \
                 fewer rows"
            )));
        }
        Ok(())
    }

    /// Refuses one import more in this month (UTC) than the plan has.
    pub(crate) async fn check_month(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        gates: &Gates,
    ) -> Result<(), ImportsError> {
        let Some(max) = gates.imports_per_month else { return Ok(()) };
        let month = month_of(self.clock.now());
        let begins = month_start(month).unwrap_or(Timestamp::micros(0));
        let started = states::started_since(tx, workspace, begins).await?;
        if started < u64::from(max) {
            return Ok(());
        }
        let again = month_after(month).map_or_else(String::new, |at| format!(" until {at}"));
        Err(ImportsError::NotInPlan(format!(
            "the plan has {max} import(s) a month, and {started} were started{again}; choose a larger plan"
        )))
    }

    pub(crate) async fn gates(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
    ) -> Result<Gates, ImportsError> {
        Ok(self.ledger.policy(tx, workspace).await?.gates.clone())
    }

    /// Leaves work on an import to a worker.
    pub(crate) async fn push(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        id: ImportId,
        queue: &'static str,
        run_at: Timestamp,
    ) -> Result<(), ImportsError> {
        let job = NewJob {
            workspace,
            queue,
            group: Some(id.as_uuid()),
            payload: json!({ "import": id }),
            run_at,
            attempts_max: ATTEMPTS_MAX,
        };
        Ok(jobs::push(tx, &self.ids, vec![job]).await?)
    }

    /// Whether any job of it waits or runs, or is held back.
    pub(crate) async fn is_worked_on(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        id: ImportId,
    ) -> Result<bool, ImportsError> {
        let counts = jobs::counts(tx, workspace, id.as_uuid()).await?;
        Ok(counts.pending > 0 || counts.processing > 0 || counts.paused > 0)
    }

    pub(crate) async fn publish(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        id: ImportId,
        kind: &'static str,
        data: serde_json::Value,
    ) -> Result<(), ImportsError> {
        let event = Event { workspace, kind, subject: id.as_uuid(), data, at: self.clock.now() };
        Ok(events::publish(tx, &self.ids, &[event]).await?)
    }
}

/// What the columns go to: as recognised, and as chosen.
pub(crate) fn settled(
    job: &ImportJob,
    chosen: &BTreeMap<String, String>,
) -> Result<ColumnMap, ImportsError> {
    let refused =
        |why: MappingError| ImportsError::Invalid { field: "columns", why: why.to_string() };
    let mut columns =
        ColumnMap::of_words(&job.header, &job.columns, "as recognised").map_err(refused)?;
    columns.choose(chosen).map_err(refused)?;
    columns.problem().map_or(Ok(columns), |why| Err(refused(why)))
}

//! The check of an import's addresses. A service above does it: imports leave it a job in a queue that is theirs, in
//! the transaction in which an import is done, and keep what came of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use captely_contact::Timestamp;
use captely_platform::db::{DbError, Tx};
use captely_platform::events::{self, Event};
use captely_platform::ids::{Ids, ImportId, WorkspaceId};
use captely_platform::jobs::Job;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::store::{advance, verified};
use crate::{CheckState, ImportState, Imports, ImportsError};

/// The queue of imports that are done and whose addresses are to be checked.
pub const VERIFY_IMPORT: &str = "imports_verify.v1";

/// How many rows have an address of which status.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportAddressCounts)]
pub struct AddressCounts {
    /// Rows that were looked at: those that name somebody.
    #[schema(example = 1200)]
    pub rows: u64,
    /// Of these, rows whose contact has no address.
    #[schema(example = 40)]
    pub without_address: u64,
    /// Of these, rows whose address was not asked about: credits were short, or no answer could be kept.
    #[schema(example = 0)]
    pub not_checked: u64,
    /// Of these, rows whose mail server put the answer off; they are `unknown` until it is asked again.
    #[schema(example = 3)]
    pub put_off: u64,
    /// The others by the status of their address: `valid`, `accept_all`, `webmail`, `unknown`, `disposable`,
    /// `invalid`.
    #[schema(example = json!({"valid": 1000, "accept_all": 120, "unknown": 15, "invalid": 25}))]
    pub statuses: BTreeMap<String, u64>,
}

/// How far a check is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SoFar {
    /// When addresses were first asked about.
    pub began_at: Option<Timestamp>,
    /// The last data row of this pass; what stands behind it is still to be looked at.
    pub after: u64,
    /// What this pass has counted.
    pub counts: AddressCounts,
    /// What the pass before has counted, where there was one: put-off addresses make another necessary.
    pub before: Option<AddressCounts>,
}

/// The check of an import's addresses, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Whether it waits, runs or has ended.
    pub state: CheckState,
    /// How far it is.
    pub so_far: SoFar,
    /// Why it stopped, in a sentence.
    pub trouble: Option<String>,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

/// What came of the check of an import's addresses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ImportVerified)]
pub struct Verified {
    /// `waiting` for the import's end or a worker, `running`, `done`, or `stopped` before every address was checked.
    #[schema(example = "done")]
    pub status: &'static str,
    /// Why it stopped; null where it did not.
    #[schema(
        example = "this needs 0.5 credits and 0 are left; buy a package or choose a larger plan"
    )]
    pub trouble: Option<String>,
    /// How many rows have an address of which status, so far.
    pub counts: AddressCounts,
    /// When it ended; null where it goes on.
    #[schema(example = "2026-01-02T03:15:00Z")]
    pub finished_at: Option<String>,
}

impl Checked {
    /// As it is shown beside an import in `state`.
    pub fn shown(self, state: ImportState) -> Verified {
        let never = self.state == CheckState::Waiting && is_never_done(state);
        let (status, trouble) = if never {
            let why =
                format!("the import is {}, and only one that is done is checked", state.as_str());
            (CheckState::Stopped, Some(why))
        } else {
            (self.state, self.trouble)
        };
        // While a later pass is under way, the one before has seen every row.
        let running = self.state == CheckState::Running;
        let counts = self.so_far.before.filter(|_| running).unwrap_or(self.so_far.counts);
        Verified {
            status: status.as_str(),
            trouble,
            counts,
            finished_at: self.finished_at.map(|at| at.to_string()),
        }
    }
}

impl Imports {
    /// Has the addresses of an import checked: now where it is done, else when it is. One that waits or runs already
    /// goes on as it is, also where its job was given up or called off.
    pub async fn verify(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        id: ImportId,
    ) -> Result<(), ImportsError> {
        self.get(tx, workspace, id).await?;
        let state = advance::lock(tx, workspace, id).await?.state;
        if is_never_done(state) {
            let can = "the addresses of one that is done, or will be, can be checked";
            return Err(ImportsError::State { state, can });
        }
        let now = self.clock.now();
        let anew = ask_to_verify(tx, workspace, id, now).await?;
        if state == ImportState::Done && (anew || !self.is_worked_on(tx, workspace, id).await?) {
            self.push(tx, workspace, id, VERIFY_IMPORT, now).await?;
        }
        Ok(())
    }

    /// Leaves a done import to whoever checks addresses, where that was asked for.
    pub(crate) async fn verify_if_asked(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        id: ImportId,
    ) -> Result<(), ImportsError> {
        let asked = verified::load(tx, workspace, id).await?;
        if asked.is_some_and(|asked| asked.state == CheckState::Waiting) {
            self.push(tx, workspace, id, VERIFY_IMPORT, self.clock.now()).await?;
        }
        Ok(())
    }
}

/// Whether it is not done, nor ever will be again.
fn is_never_done(state: ImportState) -> bool {
    use ImportState::{Cancelled, Failed, Undoing, Undone};
    matches!(state, Cancelled | Failed | Undoing | Undone)
}

/// Notes that an import's addresses are to be checked; false where that waits or runs already.
pub async fn ask_to_verify(
    tx: &mut Tx,
    workspace: WorkspaceId,
    import: ImportId,
    now: Timestamp,
) -> Result<bool, DbError> {
    verified::ask(tx, workspace, import, now).await
}

/// Which import a job of [`VERIFY_IMPORT`] is about; the error is a sentence.
pub fn import_to_verify(job: &Job) -> Result<ImportId, String> {
    crate::jobs::import_of(job)
}

/// How far the check of an import's addresses is; none where nobody asked for it.
pub async fn checked(
    tx: &mut Tx,
    workspace: WorkspaceId,
    import: ImportId,
) -> Result<Option<Checked>, DbError> {
    verified::load(tx, workspace, import).await
}

/// The same with the import's state, neither of which anybody changes before `tx` ends: what is written with it is
/// written before an undo, or not at all.
pub async fn hold_checked(
    tx: &mut Tx,
    workspace: WorkspaceId,
    import: ImportId,
) -> Result<Option<(ImportState, Checked)>, DbError> {
    let state = advance::lock(tx, workspace, import).await?.state;
    Ok(verified::load(tx, workspace, import).await?.map(|checked| (state, checked)))
}

/// Notes how far it is; false where it has ended.
pub async fn note_checked(
    tx: &mut Tx,
    workspace: WorkspaceId,
    import: ImportId,
    so_far: &SoFar,
) -> Result<bool, DbError> {
    verified::note(tx, workspace, import, so_far).await
}

/// Ends it and tells listeners: `trouble` says why not every address was checked, in a sentence. Nothing where it has
/// ended already.
pub async fn end_checked(
    tx: &mut Tx,
    ids: &Arc<Ids>,
    (workspace, import): (WorkspaceId, ImportId),
    trouble: Option<String>,
    now: Timestamp,
) -> Result<(), DbError> {
    if !verified::end(tx, workspace, import, trouble, now).await? {
        return Ok(());
    }
    let Some(ended) = verified::load(tx, workspace, import).await? else { return Ok(()) };
    let data = serde_json::json!(ended.shown(ImportState::Done));
    let (kind, subject) = ("import.verified", import.as_uuid());
    events::publish(tx, ids, &[Event { workspace, kind, subject, data, at: now }]).await
}

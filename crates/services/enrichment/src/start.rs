use captely_contact::{Field, Timestamp};
use captely_crm::standing_contacts;
use captely_platform::db::{Db, DbError, Tx};
use captely_platform::ids::{ContactId, Ids, ImportId, RunId, WorkspaceId};
use captely_platform::jobs::{self, NewJob};
use uuid::Uuid;

use crate::live::BatchPayload;
use crate::store::{self, runs};
use crate::{ENRICH_BATCH, RunSettings, Summary};

/// Ids read at a time while the jobs of a run are made.
const IDS_PER_PAGE: u32 = 10_000;
/// How often a batch may be begun; a process that dies ends one beginning.
const BATCH_ATTEMPTS_MAX: u32 = 1_000;

/// A run to work on.
#[derive(Debug, Clone, Copy)]
pub struct Run {
    /// Its id in the workspace.
    pub id: RunId,
    /// Whether an earlier process had begun it.
    pub resumed: bool,
    /// How far it was then; all nothing for a new one.
    pub before: Summary,
}

/// The unfinished run over this import with the same settings, or a new one; budget and retries may
/// differ. Other unfinished runs of the workspace are paused, so that their money is not spent by
/// the way.
pub async fn start_or_resume(
    db: &Db,
    ids: &Ids,
    workspace: WorkspaceId,
    import: ImportId,
    settings: &RunSettings,
    now: Timestamp,
) -> Result<Run, DbError> {
    let json = serde_json::to_string(settings).map_err(|e| DbError::Other(e.to_string()))?;
    let same = sameness(import, settings);
    let mut tx = db.writer().await?;
    // the same command twice at once is one run, or its budget would be spent twice
    tx.one_at_a_time(&format!("runs of {workspace}")).await?;
    for other in runs::unfinished_others(&mut tx, workspace, &same).await? {
        jobs::pause_group(&mut tx, workspace, other.as_uuid(), now).await?;
    }
    if let Some(id) = runs::unfinished(&mut tx, workspace, &same).await? {
        let max = settings.policy.budget.run_max;
        runs::set_budget(&mut tx, workspace, id, max, &json).await?;
        jobs::resume_group(&mut tx, workspace, id.as_uuid(), now).await?;
        let before = runs::summary(&mut tx, workspace, id).await?.unwrap_or_default();
        tx.commit().await?;
        return Ok(Run { id, resumed: true, before });
    }
    let id = RunId::from(ids.uuid());
    store::rows::add_all(&mut tx, workspace, import, id).await?;
    let contacts = only_standing(&mut tx, workspace, id).await?;
    let run = runs::NewRun {
        id,
        import,
        sameness: same,
        settings: json,
        max: settings.policy.budget.run_max,
        contacts: i64::try_from(contacts).unwrap_or(i64::MAX),
        now,
    };
    runs::insert(&mut tx, workspace, run).await?;
    push_batches(&mut tx, ids, workspace, id, now).await?;
    tx.commit().await?;
    let before = Summary { contacts, ..Summary::default() };
    Ok(Run { id, resumed: false, before })
}

/// Puts, for contacts that were merged since the import, those into the run that they were merged into, so that
/// nothing is bought for who is shown no more; how many contacts the run has.
async fn only_standing(tx: &mut Tx, workspace: WorkspaceId, run: RunId) -> Result<u64, DbError> {
    let (mut after, mut contacts) = (Uuid::nil(), 0_u64);
    let mut merged = Vec::new();
    loop {
        let page = store::rows::ids_after(tx, workspace, run, after, IDS_PER_PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.as_uuid();
        let standing = standing_contacts(tx, workspace, &page).await?;
        merged.extend(standing.into_iter().filter(|(id, now)| id != now));
        contacts = contacts.saturating_add(u64::try_from(page.len()).unwrap_or(u64::MAX));
    }
    let (gone, kept): (Vec<ContactId>, Vec<ContactId>) = merged.into_iter().unzip();
    let gone = store::rows::remove(tx, workspace, run, &gone).await?;
    let kept = store::rows::add(tx, workspace, run, &kept).await?;
    Ok(contacts.saturating_sub(gone).saturating_add(kept))
}

/// Two commands with the same of these are one run.
fn sameness(import: ImportId, settings: &RunSettings) -> Vec<u8> {
    let policy = &settings.policy;
    let wants: Vec<&str> = policy.wants.iter().map(|f: &Field| f.as_str()).collect();
    let text = format!(
        "{import}|{}|{}|{:?}|{}|{}",
        wants.join(","),
        policy.stop_at,
        settings.order,
        policy.verify,
        settings.world,
    );
    blake3::hash(text.as_bytes()).as_bytes().to_vec()
}

/// Makes the jobs of a new run, each for some contacts in the order of their ids.
async fn push_batches(
    tx: &mut Tx,
    ids: &Ids,
    workspace: WorkspaceId,
    run: RunId,
    now: Timestamp,
) -> Result<(), DbError> {
    let size = crate::live::BATCH_CONTACTS_MAX;
    let mut after = Uuid::nil();
    loop {
        let page: Vec<ContactId> =
            store::rows::ids_after(tx, workspace, run, after, IDS_PER_PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.as_uuid();
        let mut batches = Vec::with_capacity(page.len().div_ceil(size));
        for batch in page.chunks(size) {
            if let (Some(first), Some(last)) = (batch.first(), batch.last()) {
                let payload = BatchPayload { first: *first, last: *last };
                batches.push(NewJob {
                    workspace,
                    queue: ENRICH_BATCH,
                    group: Some(run.as_uuid()),
                    payload: serde_json::to_value(payload)
                        .map_err(|e| DbError::Other(e.to_string()))?,
                    run_at: now,
                    attempts_max: BATCH_ATTEMPTS_MAX,
                });
            }
        }
        jobs::push(tx, ids, batches).await?;
    }
}

//! What undoing an import reads and removes.

use std::collections::HashSet;

use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::{ContactId, WorkspaceId};
use uuid::Uuid;

use crate::CompanyId;

const CHANGES: &str = "SELECT number, kind, record_id, before, after, at FROM record_change \
    WHERE workspace_id = $1 AND origin_id = $2 ORDER BY number DESC LIMIT $3";
const CHANGES_DONE: &str =
    "DELETE FROM record_change WHERE workspace_id = $1 AND origin_id = $2 AND number >= $3";
const COMPANIES: &str = "SELECT id FROM company WHERE workspace_id = $1 AND origin_id = $2 \
    AND id > $3 ORDER BY id LIMIT $4";

/// A statement over ids of contacts or companies: its rows, and its text for the test that prepares it.
macro_rules! over_ids {
    ($($(#[$meta:meta])* $name:ident = $before:literal, $after:literal;)*) => {
        $($(#[$meta])* const $name: &str = concat!("WITH v (workspace_id, id, origin_id) AS (@rows@) ", $before, $after);)*

        /// Every statement of this file.
        pub(crate) fn statements() -> Vec<&'static str> {
            let mut all = vec![CHANGES, CHANGES_DONE, COMPANIES];
            all.extend([$(concat!("WITH v (workspace_id, id, origin_id) AS (SELECT workspace_id, id, origin_id \
                FROM contact WHERE workspace_id = $1) ", $before, $after)),*]);
            all
        }
    };
}

over_ids! {
    /// Those that somebody else changed.
    CHANGED = "SELECT DISTINCT v.id FROM v CROSS JOIN record_change AS t WHERE t.workspace_id = v.workspace_id ",
        "AND t.record_id = v.id AND t.origin_id <> v.origin_id";
    /// Those that findings were paid for.
    PAID = "SELECT DISTINCT v.id FROM v CROSS JOIN contact_value AS t WHERE t.workspace_id = v.workspace_id ",
        "AND t.contact_id = v.id AND t.cost_micros > 0";
    /// Those that others went into.
    KEPT = "SELECT DISTINCT v.id FROM v CROSS JOIN contact_merge AS t WHERE t.workspace_id = v.workspace_id ",
        "AND t.kept_id = v.id AND t.undone_at IS NULL";
    /// Those with tags of others.
    TAGGED = "SELECT DISTINCT v.id FROM v CROSS JOIN contact_tag AS t WHERE t.workspace_id = v.workspace_id ",
        "AND t.contact_id = v.id AND t.origin_id <> v.origin_id";
    /// Those with consents from elsewhere.
    SAID = "SELECT DISTINCT v.id FROM v CROSS JOIN contact_consent AS t WHERE t.workspace_id = v.workspace_id ",
        "AND t.contact_id = v.id AND t.origin_id <> v.origin_id";
    /// Companies that somebody is at.
    PEOPLED = "SELECT DISTINCT v.id FROM v CROSS JOIN contact AS t WHERE t.workspace_id = v.workspace_id ",
        "AND t.company_id = v.id AND t.company_id IS NOT NULL";
    OWN_TAGS = "DELETE FROM contact_tag WHERE (workspace_id, contact_id) IN (SELECT v.workspace_id, v.id FROM v) ",
        "AND origin_id IN (SELECT v.origin_id FROM v)";
    OWN_CONSENTS = "DELETE FROM contact_consent WHERE (workspace_id, contact_id) IN ",
        "(SELECT v.workspace_id, v.id FROM v) AND origin_id IN (SELECT v.origin_id FROM v)";
    TAGS = "DELETE FROM contact_tag WHERE (workspace_id, contact_id) IN ", "(SELECT v.workspace_id, v.id FROM v)";
    CONSENTS = "DELETE FROM contact_consent WHERE (workspace_id, contact_id) IN ",
        "(SELECT v.workspace_id, v.id FROM v)";
    VALUES = "DELETE FROM contact_value WHERE (workspace_id, contact_id) IN ", "(SELECT v.workspace_id, v.id FROM v)";
    BEST = "DELETE FROM contact_best WHERE (workspace_id, contact_id) IN ", "(SELECT v.workspace_id, v.id FROM v)";
    TEXTS = "DELETE FROM record_change WHERE (workspace_id, record_id) IN ", "(SELECT v.workspace_id, v.id FROM v)";
    MERGES_KEPT = "DELETE FROM contact_merge WHERE (workspace_id, kept_id) IN ",
        "(SELECT v.workspace_id, v.id FROM v)";
    MERGES_GONE = "DELETE FROM contact_merge WHERE (workspace_id, gone_id) IN ",
        "(SELECT v.workspace_id, v.id FROM v)";
    PAIRS_A = "DELETE FROM duplicate_pair WHERE (workspace_id, a_id) IN ", "(SELECT v.workspace_id, v.id FROM v)";
    PAIRS_B = "DELETE FROM duplicate_pair WHERE (workspace_id, b_id) IN ", "(SELECT v.workspace_id, v.id FROM v)";
    CONTACTS = "DELETE FROM contact WHERE (workspace_id, id) IN ", "(SELECT v.workspace_id, v.id FROM v)";
    COMPANY_ROWS = "DELETE FROM company WHERE (workspace_id, id) IN ", "(SELECT v.workspace_id, v.id FROM v)";
    /// Those that went into these.
    GONE = "SELECT t.gone_id FROM v CROSS JOIN contact_merge AS t WHERE t.workspace_id = v.workspace_id ",
        "AND t.kept_id = v.id AND t.undone_at IS NULL";
    /// The best address and number found, as one text with a line each.
    FOUND_BEST = "SELECT COALESCE(t.email, '') || '\n' || COALESCE(t.phone, '') FROM v CROSS JOIN contact_best AS t
        WHERE t.workspace_id = v.workspace_id ", "AND t.contact_id = v.id";
    /// Whatever else was found.
    FOUND = "SELECT t.value FROM v CROSS JOIN contact_value AS t WHERE t.workspace_id = v.workspace_id ",
        "AND t.contact_id = v.id";
}

fn rows(workspace: WorkspaceId, ids: impl IntoIterator<Item = Uuid>, origin: Uuid) -> Vec<Value> {
    ids.into_iter()
        .flat_map(|id| -> [Value; 3] { [workspace.into(), id.into(), origin.into()] })
        .collect()
}

/// A change as it is read back.
pub(crate) type ChangeRow = (i64, String, Uuid, String, String, i64);

/// The newest changes of an import.
pub(crate) async fn changes(
    tx: &mut Tx,
    workspace: WorkspaceId,
    origin: Uuid,
    most: u32,
) -> Result<Vec<ChangeRow>, DbError> {
    tx.all(Stmt::text(CHANGES, [workspace.into(), origin.into(), most.into()])).await
}

/// Forgets the changes of an import from this number on.
pub(crate) async fn forget_changes(
    tx: &mut Tx,
    workspace: WorkspaceId,
    origin: Uuid,
    from: i64,
) -> Result<(), DbError> {
    tx.run(Stmt::text(CHANGES_DONE, [workspace.into(), origin.into(), from.into()])).await.map(drop)
}

/// Companies that an import made, behind `after`.
pub(crate) async fn companies_of(
    tx: &mut Tx,
    workspace: WorkspaceId,
    origin: Uuid,
    after: Option<CompanyId>,
    most: u32,
) -> Result<Vec<CompanyId>, DbError> {
    let after = after.map_or_else(Uuid::nil, CompanyId::as_uuid);
    let values = [workspace.into(), origin.into(), after.into(), most.into()];
    let rows: Vec<(Uuid,)> = tx.all(Stmt::text(COMPANIES, values)).await?;
    Ok(rows.into_iter().map(|(id,)| id.into()).collect())
}

/// What somebody else did with a record that an import made.
#[derive(Debug, Default)]
pub(crate) struct Worked {
    pub(crate) changed: HashSet<Uuid>,
    pub(crate) paid: HashSet<Uuid>,
    pub(crate) kept: HashSet<Uuid>,
    pub(crate) tagged: HashSet<Uuid>,
}

/// Which of these contacts others have worked with.
pub(crate) async fn worked(
    tx: &mut Tx,
    workspace: WorkspaceId,
    ids: &[ContactId],
    origin: Uuid,
) -> Result<Worked, DbError> {
    let values = rows(workspace, ids.iter().map(|id| id.as_uuid()), origin);
    let mut tagged = set(tx, TAGGED, values.clone()).await?;
    tagged.extend(set(tx, SAID, values.clone()).await?);
    Ok(Worked {
        changed: set(tx, CHANGED, values.clone()).await?,
        paid: set(tx, PAID, values.clone()).await?,
        kept: set(tx, KEPT, values).await?,
        tagged,
    })
}

/// Which of these companies somebody is at or somebody else has changed.
pub(crate) async fn companies_worked(
    tx: &mut Tx,
    workspace: WorkspaceId,
    ids: &[CompanyId],
    origin: Uuid,
) -> Result<HashSet<Uuid>, DbError> {
    let values = rows(workspace, ids.iter().map(|id| id.as_uuid()), origin);
    let mut found = set(tx, PEOPLED, values.clone()).await?;
    found.extend(set(tx, CHANGED, values).await?);
    Ok(found)
}

async fn set(tx: &mut Tx, sql: &'static str, values: Vec<Value>) -> Result<HashSet<Uuid>, DbError> {
    let rows: Vec<(Uuid,)> = tx.all_many(sql, 3, values).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Removes tags and consents that an import set.
pub(crate) async fn remove_own(
    tx: &mut Tx,
    workspace: WorkspaceId,
    ids: &[ContactId],
    origin: Uuid,
) -> Result<(), DbError> {
    let values = rows(workspace, ids.iter().map(|id| id.as_uuid()), origin);
    tx.run_many(OWN_TAGS, 3, values.clone()).await?;
    tx.run_many(OWN_CONSENTS, 3, values).await.map(drop)
}

/// Removes contacts with all that hangs on them but their marks: questions about them and their merges too.
pub(crate) async fn remove_contacts(
    tx: &mut Tx,
    workspace: WorkspaceId,
    ids: &[ContactId],
) -> Result<(), DbError> {
    let values = rows(workspace, ids.iter().map(|id| id.as_uuid()), Uuid::nil());
    // The contacts first: who stores findings beside this waits for them, and then finds nobody.
    super::contacts::take(tx, workspace, ids.iter().copied()).await?;
    for sql in
        [CONTACTS, TAGS, CONSENTS, VALUES, BEST, TEXTS, PAIRS_A, PAIRS_B, MERGES_KEPT, MERGES_GONE]
    {
        tx.run_many(sql, 3, values.clone()).await?;
    }
    Ok(())
}

/// Removes companies but not their marks.
pub(crate) async fn remove_companies(
    tx: &mut Tx,
    workspace: WorkspaceId,
    ids: &[CompanyId],
) -> Result<(), DbError> {
    let values = rows(workspace, ids.iter().map(|id| id.as_uuid()), Uuid::nil());
    tx.run_many(TEXTS, 3, values.clone()).await?;
    tx.run_many(COMPANY_ROWS, 3, values).await.map(drop)
}

/// The contacts that went into these and were not taken out again.
pub(crate) async fn gone_into(
    tx: &mut Tx,
    workspace: WorkspaceId,
    ids: &[ContactId],
) -> Result<Vec<ContactId>, DbError> {
    let values = rows(workspace, ids.iter().map(|id| id.as_uuid()), Uuid::nil());
    let rows: Vec<(Uuid,)> = tx.all_many(GONE, 3, values).await?;
    Ok(rows.into_iter().map(|(id,)| id.into()).collect())
}

/// Everything that was found for these contacts.
pub(crate) async fn found(
    tx: &mut Tx,
    workspace: WorkspaceId,
    ids: &[ContactId],
) -> Result<Vec<String>, DbError> {
    let values = rows(workspace, ids.iter().map(|id| id.as_uuid()), Uuid::nil());
    let mut rows: Vec<(String,)> = tx.all_many(FOUND, 3, values.clone()).await?;
    rows.extend(tx.all_many::<(String,)>(FOUND_BEST, 3, values).await?);
    let texts = rows.iter().flat_map(|(text,)| text.lines());
    Ok(texts.filter(|text| !text.is_empty()).map(str::to_owned).collect())
}

use std::collections::BTreeSet;

use captely_contact::Timestamp;
use captely_platform::db::{DbError, Tx, Value};
use captely_platform::ids::WorkspaceId;
use uuid::Uuid;

use crate::CompanyId;

macro_rules! load_text {
    ($rows:literal) => {
        concat!(
            "WITH v (workspace_id, id) AS (",
            $rows,
            ") SELECT c.id, c.name, c.domain, c.details, c.marks, c.origin_id, c.updated_at
            FROM v CROSS JOIN company AS c WHERE c.workspace_id = v.workspace_id AND c.id = v.id"
        )
    };
}

const INSERT: &str = "INSERT INTO company (workspace_id, id, name, domain, details, marks, \
    origin_id, version, created_at, updated_at)";
const COPY_TAIL: &str = " ON CONFLICT (workspace_id, id) DO NOTHING";

macro_rules! save_text {
    ($rows:literal) => {
        concat!(
            "WITH v (workspace_id, id, name, domain, details, marks, updated_at) AS (",
            $rows,
            ") UPDATE company SET name = v.name, domain = v.domain, details = v.details, marks = v.marks,
            updated_at = v.updated_at, version = company.version + 1 FROM v
            WHERE company.workspace_id = CASE WHEN 1 = 1 THEN v.workspace_id END
            AND company.id = CASE WHEN 1 = 1 THEN v.id END"
        )
    };
}

/// Every statement of this table.
pub(crate) fn statements() -> Vec<&'static str> {
    vec![
        load_text!("SELECT workspace_id, id FROM company WHERE workspace_id = $1"),
        save_text!(
            "SELECT workspace_id, id, name, domain, details, marks, updated_at FROM company WHERE workspace_id = $1"
        ),
        "INSERT INTO company (workspace_id, id, name, domain, details, marks, origin_id, version, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (workspace_id, id) DO NOTHING",
    ]
}

/// A company as stored.
#[derive(Debug, Clone)]
pub(crate) struct CompanyRow {
    pub(crate) id: CompanyId,
    pub(crate) name: String,
    pub(crate) domain: Option<String>,
    /// JSON.
    pub(crate) details: String,
    /// 16 bytes each.
    pub(crate) marks: Vec<u8>,
    pub(crate) origin: Option<Uuid>,
    pub(crate) updated_at: i64,
}

type Row = (Uuid, String, Option<String>, String, Vec<u8>, Option<Uuid>, i64);

/// The companies with these ids, in no order.
pub(crate) async fn load(
    tx: &mut Tx,
    workspace: WorkspaceId,
    ids: &[CompanyId],
) -> Result<Vec<CompanyRow>, DbError> {
    let values = ids.iter().flat_map(|id| [workspace.into(), (*id).into()]).collect();
    let rows: Vec<Row> = tx.all_many(load_text!("@rows@"), 2, values).await?;
    let row = |(id, name, domain, details, marks, origin, updated_at): Row| CompanyRow {
        id: id.into(),
        name,
        domain,
        details,
        marks,
        origin,
        updated_at,
    };
    Ok(rows.into_iter().map(row).collect())
}

/// Those of these companies that there are.
pub(crate) async fn known(
    tx: &mut Tx,
    workspace: WorkspaceId,
    ids: BTreeSet<CompanyId>,
) -> Result<BTreeSet<Uuid>, DbError> {
    let ids: Vec<CompanyId> = ids.into_iter().collect();
    Ok(load(tx, workspace, &ids).await?.into_iter().map(|row| row.id.as_uuid()).collect())
}

/// Stores new companies.
pub(crate) async fn insert(
    tx: &mut Tx,
    workspace: WorkspaceId,
    companies: Vec<CompanyRow>,
    now: Timestamp,
) -> Result<(), DbError> {
    put(tx, workspace, companies, Some(now), "").await
}

/// Stores companies as they are in another database; those that are there stay as they are.
pub(crate) async fn copy(
    tx: &mut Tx,
    workspace: WorkspaceId,
    companies: Vec<CompanyRow>,
) -> Result<(), DbError> {
    put(tx, workspace, companies, None, COPY_TAIL).await
}

/// `made` is when; where it is not said, when they last changed.
async fn put(
    tx: &mut Tx,
    workspace: WorkspaceId,
    companies: Vec<CompanyRow>,
    made: Option<Timestamp>,
    tail: &'static str,
) -> Result<(), DbError> {
    let mut values: Vec<Value> = Vec::with_capacity(companies.len().saturating_mul(10));
    for company in companies {
        values.extend([
            workspace.into(),
            company.id.into(),
            company.name.into(),
            company.domain.into(),
            company.details.into(),
            company.marks.into(),
            company.origin.into(),
            1_i64.into(),
            made.map_or(company.updated_at, Timestamp::as_micros).into(),
            company.updated_at.into(),
        ]);
    }
    tx.insert_many(INSERT, 10, values, tail).await.map(drop)
}

/// Stores what changed of companies.
pub(crate) async fn save(
    tx: &mut Tx,
    workspace: WorkspaceId,
    companies: Vec<CompanyRow>,
) -> Result<(), DbError> {
    let mut values: Vec<Value> = Vec::with_capacity(companies.len().saturating_mul(7));
    for company in companies {
        values.extend([
            workspace.into(),
            company.id.into(),
            company.name.into(),
            company.domain.into(),
            company.details.into(),
            company.marks.into(),
            company.updated_at.into(),
        ]);
    }
    tx.run_many(save_text!("@rows@"), 7, values).await.map(drop)
}

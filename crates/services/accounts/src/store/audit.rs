use captely_contact::Timestamp;
use captely_platform::db::{Db, DbError, Stmt, Tx};
use captely_platform::ids::WorkspaceId;
use uuid::Uuid;

use crate::ids::{ApiKeyId, AuditId, UserId};

captely_platform::statements! {
    pub(crate) fn statements;

    const ADD: &str = "INSERT INTO audit (workspace_id, id, at, actor_kind, actor_id, action, outcome,
            subject, address, agent, request, detail)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";

    /// Newest first. What is not asked for is NULL and fits everything.
    const PAGE: &str = "SELECT id, at, actor_kind, actor_id, action, outcome, subject, address, agent,
            request, detail
        FROM audit
        WHERE workspace_id = $1 AND id < $2
            AND (CAST($3 AS TEXT) IS NULL OR action = $3)
            AND (actor_id = $4 OR $4 IS NULL)
            AND (CAST($5 AS TEXT) IS NULL OR outcome = $5)
            AND at >= $6 AND at < $7
        ORDER BY id DESC LIMIT $8";
}

/// A line of the log, as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct AuditRow {
    pub(crate) id: AuditId,
    pub(crate) at: Timestamp,
    pub(crate) actor_kind: String,
    pub(crate) actor: Option<Uuid>,
    pub(crate) action: String,
    pub(crate) outcome: String,
    pub(crate) subject: String,
    pub(crate) address: String,
    pub(crate) agent: String,
    pub(crate) request: String,
    pub(crate) detail: String,
}

impl AuditRow {
    /// Who, as a typed id.
    pub(crate) fn actor_id(&self) -> Option<String> {
        let id = self.actor?;
        Some(match self.actor_kind.as_str() {
            "key" => ApiKeyId::from(id).to_string(),
            _ => UserId::from(id).to_string(),
        })
    }
}

pub(crate) async fn add(tx: &mut Tx, workspace: WorkspaceId, row: AuditRow) -> Result<(), DbError> {
    let values = [
        workspace.into(),
        row.id.into(),
        row.at.into(),
        row.actor_kind.into(),
        row.actor.into(),
        row.action.into(),
        row.outcome.into(),
        row.subject.into(),
        row.address.into(),
        row.agent.into(),
        row.request.into(),
        row.detail.into(),
    ];
    tx.run(Stmt::text(ADD, values)).await?;
    Ok(())
}

/// Which lines somebody wants.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    pub(crate) before: Option<AuditId>,
    pub(crate) action: Option<String>,
    pub(crate) actor: Option<Uuid>,
    pub(crate) outcome: Option<String>,
    pub(crate) from: Option<Timestamp>,
    pub(crate) to: Option<Timestamp>,
}

type Row =
    (AuditId, i64, String, Option<Uuid>, String, String, String, String, String, String, String);

pub(crate) async fn page(
    db: &Db,
    workspace: WorkspaceId,
    wanted: Wanted,
    limit: u32,
) -> Result<Vec<AuditRow>, DbError> {
    let values = [
        workspace.into(),
        wanted.before.map_or(Uuid::max(), AuditId::as_uuid).into(),
        wanted.action.into(),
        wanted.actor.into(),
        wanted.outcome.into(),
        wanted.from.unwrap_or(Timestamp::micros(i64::MIN)).into(),
        wanted.to.unwrap_or(Timestamp::micros(i64::MAX)).into(),
        limit.into(),
    ];
    let rows: Vec<Row> = db.all(Stmt::text(PAGE, values)).await?;
    Ok(rows.into_iter().map(read).collect())
}

fn read(row: Row) -> AuditRow {
    let (id, at, actor_kind, actor, action, outcome, subject, address, agent, request, detail) =
        row;
    let at = Timestamp::micros(at);
    AuditRow {
        id,
        at,
        actor_kind,
        actor,
        action,
        outcome,
        subject,
        address,
        agent,
        request,
        detail,
    }
}

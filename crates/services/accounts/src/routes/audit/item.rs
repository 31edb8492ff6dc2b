use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::ids::AuditId;
use crate::store::audit::AuditRow;

/// A line of the audit log.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::routes) struct AuditItem {
    #[schema(value_type = String, example = "aud_019900000000700080000000000000ab")]
    id: AuditId,
    #[schema(example = "2026-01-05T09:00:00Z")]
    at: String,
    /// `session` for a person, `key`, or `nobody` for who has not shown who they are.
    #[schema(example = "session")]
    actor_kind: String,
    /// The person or key.
    #[schema(example = "usr_019900000000700080000000000000ab")]
    actor_id: Option<String>,
    /// What: a noun and a verb in the past.
    #[schema(example = "member.role_changed")]
    action: String,
    /// `done` or `refused`.
    #[schema(example = "done")]
    outcome: String,
    /// To what: an id or a word.
    #[schema(example = "usr_019900000000700080000000000000ab")]
    subject: String,
    /// From where.
    #[schema(example = "203.0.113.7")]
    address: String,
    /// Browser and system.
    #[schema(example = "Firefox on Linux")]
    device: String,
    /// The request's id, as logs and error answers have it.
    #[schema(example = "req_01990000000070008000000000000001")]
    request: String,
    /// What else is worth knowing.
    #[schema(value_type = Object, example = json!({"from": "user", "to": "admin"}))]
    detail: Value,
}

impl AuditItem {
    pub(in crate::routes) fn of(row: AuditRow) -> Self {
        Self {
            id: row.id,
            at: row.at.to_string(),
            actor_id: row.actor_id(),
            actor_kind: row.actor_kind,
            action: row.action,
            outcome: row.outcome,
            subject: row.subject,
            address: row.address,
            device: row.agent,
            request: row.request,
            detail: serde_json::from_str(&row.detail).unwrap_or_default(),
        }
    }
}

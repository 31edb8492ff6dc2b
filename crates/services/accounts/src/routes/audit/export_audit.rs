use axum::extract::State;
use captely_platform::http::{Admin, Download, ExportFormat, Problem, Query, Text};
use captely_tabular::Format;
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;

use super::AuditFilter;
use super::query::OutcomeFilter;
use crate::audit::{Actor, Entry};
use crate::audit_export::AuditExport;
use crate::routes::origin::From;
use crate::service::Accounts;

/// Which lines of the log, and as what.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExportQuery {
    #[param(inline)]
    format: ExportFormat,
    /// What was done.
    #[param(value_type = Option<String>, max_length = 60, example = "member.removed")]
    action: Option<Text<1, 60>>,
    /// Who did it: a person or a key.
    #[param(max_length = 40, example = "usr_019900000000700080000000000000ab")]
    actor: Option<String>,
    /// What came of it.
    #[param(inline)]
    outcome: Option<OutcomeFilter>,
    /// From this moment on.
    #[param(max_length = 40, example = "2026-01-01T00:00:00Z")]
    from: Option<String>,
    /// Before this moment.
    #[param(max_length = 40, example = "2026-02-01T00:00:00Z")]
    to: Option<String>,
}

/// The audit log as a file
///
/// The newest line first. That it was exported is a line of the log too.
#[utoipa::path(
    get, path = "/api/audit/export", operation_id = "export_audit", tag = "audit",
    params(ExportQuery),
    responses((status = 200, description = "The file.", content(
        (String = "text/csv", example = "id,at,actor_kind,actor_id,action,outcome,subject,address,device,request,detail"),
        (String = "application/jsonl"),
    ))),
    security(("session" = []), ("api_key" = [])),
)]
pub(crate) async fn export_audit(
    State(accounts): State<Accounts>,
    who: Admin,
    From(from): From,
    Query(query): Query<ExportQuery>,
) -> Result<Download, Problem> {
    let ExportQuery { format, action, actor, outcome, from: begin, to } = query;
    let filter = AuditFilter { action, actor, outcome, from: begin, to };
    let detail = json!({
        "format": format, "action": filter.action, "actor": filter.actor,
        "outcome": filter.outcome, "from": filter.from, "to": filter.to,
    });
    let wanted = filter.wanted()?;
    let entry = Entry::new(who.workspace, Actor::of(&who), "audit.exported").with(detail);
    accounts.audit_alone(&from, entry).await?;
    let written = match format {
        ExportFormat::Csv => Format::Csv,
        ExportFormat::Jsonl => Format::JsonLines,
    };
    let export = AuditExport::begin(accounts, who.workspace, wanted, written);
    let export = export.map_err(|why| Problem::internal(&why))?;
    Ok(Download::new("audit", format, export))
}

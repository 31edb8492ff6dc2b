use axum::extract::State;
use captely_platform::http::{Download, ExportFormat, Member, Problem, Query, Text};
use captely_tabular::Format;
use serde::Deserialize;
use utoipa::IntoParams;

use super::CreditRoutes;
use super::history_query::FilterQuery;
use crate::history_export::HistoryExport;

/// Which entries, and as what.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ExportQuery {
    #[param(inline)]
    format: ExportFormat,
    /// What the entry did.
    #[param(max_length = 20, example = "charge")]
    kind: Option<String>,
    /// For what.
    #[param(max_length = 40, example = "email_reveal")]
    action: Option<String>,
    /// The provider's short name.
    #[param(value_type = Option<String>, max_length = 60, example = "hunter")]
    provider: Option<Text<1, 60>>,
    /// Who spent.
    #[param(max_length = 40, example = "usr_019900000000700080000000000000ab")]
    member: Option<String>,
    /// In which run.
    #[param(max_length = 40, example = "run_019900000000700080000000000000ab")]
    run: Option<String>,
    /// From this moment on.
    #[param(max_length = 40, example = "2026-01-01T00:00:00Z")]
    from: Option<String>,
    /// Before this moment.
    #[param(max_length = 40, example = "2026-02-01T00:00:00Z")]
    to: Option<String>,
}

/// What became of the workspace's credits, as a file
///
/// The newest entry first.
#[utoipa::path(
    get, path = "/api/credits/history/export", operation_id = "export_credit_history", tag = "credits",
    params(ExportQuery),
    responses((status = 200, description = "The file.", content(
        (String = "text/csv", example = "seq,at,kind,change,balance_after,reason,amount,from_account,to_account,action,quantity,provider,run_id,member_id,subject,hold_id"),
        (String = "application/jsonl"),
    ))),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn export_credit_history(
    State(all): State<CreditRoutes>,
    who: Member,
    Query(query): Query<ExportQuery>,
) -> Result<Download, Problem> {
    let ExportQuery { format, kind, action, provider, member, run, from, to } = query;
    let filter = FilterQuery { kind, action, provider, member, run, from, to }.filter()?;
    let written = match format {
        ExportFormat::Csv => Format::Csv,
        ExportFormat::Jsonl => Format::JsonLines,
    };
    let export = HistoryExport::begin(all.ledger, who.workspace, filter, written);
    let export = export.map_err(|why| Problem::internal(&why))?;
    Ok(Download::new("credits", format, export))
}

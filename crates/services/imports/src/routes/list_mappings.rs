use axum::Json;
use axum::extract::State;
use captely_platform::http::{Member, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use super::ImportRoutes;
use crate::{SavedMapping, list_mappings};

/// Mappings that are kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportMappings)]
pub(super) struct MappingsView {
    /// The one used last comes first; 200 at most.
    items: Vec<MappingView>,
}

/// How files with one header are understood.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportMapping)]
struct MappingView {
    /// Of the header: 64 hexadecimal digits.
    #[schema(example = "9f1c0c1a5e0a1f9d5d7a2d6f5b3e8a7c9f1c0c1a5e0a1f9d5d7a2d6f5b3e8a7c")]
    signature: String,
    /// The name of the file that it was made for.
    #[schema(example = "leads.csv")]
    name: String,
    /// The names of the columns.
    #[schema(example = json!(["Wer", "Mail"]))]
    header: Vec<String>,
    /// What each goes to.
    #[schema(example = json!(["full_name", "email"]))]
    columns: Vec<String>,
    #[schema(example = "2026-01-02T03:04:05Z")]
    created_at: String,
    #[schema(example = "2026-01-02T03:04:05Z")]
    used_at: String,
}

impl From<SavedMapping> for MappingView {
    fn from(kept: SavedMapping) -> Self {
        Self {
            signature: kept.signature,
            name: kept.name,
            header: kept.header,
            columns: kept.mapping,
            created_at: kept.created_at.to_string(),
            used_at: kept.used_at.to_string(),
        }
    }
}

/// How headers were mapped
///
/// Kept where a start says `remember`; the next file with the same header is understood in the same way.
#[utoipa::path(
    get, path = "/api/imports/mappings", operation_id = "list_import_mappings", tag = "imports",
    responses((status = 200, description = "Those of the workspace.", body = MappingsView)),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn list_import_mappings(
    State(all): State<ImportRoutes>,
    who: Member,
) -> Result<Json<MappingsView>, Problem> {
    let mut tx = all.imports.db.reader().await?;
    let kept = list_mappings(&mut tx, who.workspace).await?;
    Ok(Json(MappingsView { items: kept.into_iter().map(MappingView::from).collect() }))
}

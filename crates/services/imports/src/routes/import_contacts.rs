use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use captely_platform::http::{Body, Problem, Writer};
use captely_platform::ids::ImportId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{ImportRoutes, ImportView};

/// Whose contacts, and the tags they get.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImportContactsInput {
    /// The import.
    #[schema(value_type = String, example = "imp_019900000000700080000000000000ab")]
    job_id: ImportId,
    /// Tags for each of its contacts, beside those they have.
    #[serde(default)]
    #[schema(max_items = 20, example = json!(["imported", "to_contact"]))]
    default_tags: Vec<String>,
}

/// Give the contacts of an import their tags
///
/// The contacts of an import that is done are in the CRM already; they get these tags too, and the answer shows the import with them. `import.tagged` tells when every contact has them.
#[utoipa::path(
    post, path = "/api/crm/contacts/import", operation_id = "import_contacts", tag = "imports",
    request_body = ImportContactsInput,
    responses(
        (status = 202, description = "A worker gives them.", body = ImportView),
        (status = 404, description = "There is no such import in this workspace."),
        (status = 409, description = "It is not done; `state` says what it is."),
        (status = 422, description = "A tag is not allowed."),
    ),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn import_contacts(
    State(all): State<ImportRoutes>,
    who: Writer,
    Body(input): Body<ImportContactsInput>,
) -> Result<(StatusCode, Json<ImportView>), Problem> {
    let (imports, workspace, id) = (&all.imports, who.workspace, input.job_id);
    let mut tx = imports.db.writer().await?;
    imports.tag(&mut tx, workspace, id, &input.default_tags).await?;
    let now = imports.get(&mut tx, workspace, id).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, Json(ImportView::of(now))))
}

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use captely_platform::http::{Multipart, Problem, Writer, parse_json};
use captely_platform::ids::{ImportId, WorkspaceId};
use serde::Serialize;
use utoipa::ToSchema;

use super::{ImportRoutes, ImportView, StartInput};
use crate::asked::check;
use crate::{ImportOptions, Imports, ImportsError, Preview, Start};

/// A form with a file.
#[derive(ToSchema)]
#[schema(as = CreateImport)]
#[expect(dead_code, reason = "it describes the form, which is read piece by piece")]
pub(super) struct CreateImportForm {
    /// The list: CSV, a workbook, JSON, JSON Lines or vCard, plain or packed.
    #[schema(content_media_type = "application/octet-stream")]
    file: String,
    /// How it is read, as JSON; see `POST /api/imports/{id}/preview`.
    options: Option<String>,
    /// How it is imported, as JSON; see `POST /api/imports/{id}/start`.
    start: Option<String>,
    /// `false` to look at it first: it then waits for its start. `true`, or nothing, to start it.
    begin: Option<String>,
}

/// An import with what its file is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CreatedImport)]
pub(super) struct CreatedImport {
    #[serde(flatten)]
    import: ImportView,
    preview: Preview,
}

/// Upload a list and import it
///
/// The file is looked at, and a worker imports it by what its columns are taken for; with `begin=false` it waits for
/// `start`. A file that cannot be read, or whose columns name nobody, is refused in a sentence. What is wrong with the
/// form leaves nothing; whatever is refused after that has the id of the import in `import`.
#[utoipa::path(
    post, path = "/api/imports", operation_id = "create_import", tag = "imports",
    request_body(content = CreateImportForm, content_type = "multipart/form-data"),
    responses(
        (status = 201, description = "The file is here.", body = CreatedImport),
        (status = 403, description = "The plan has no room for it; the file is here and waits as `import`."),
        (status = 413, description = "The file is too large."),
        (status = 422, description = "A field is wrong; or the file cannot be read, and `import` is its import."),
    ),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn create_import(
    State(all): State<ImportRoutes>,
    who: Writer,
    form: Multipart,
) -> Result<(StatusCode, Json<CreatedImport>), Problem> {
    let (imports, workspace) = (&all.imports, who.workspace);
    let (received, fields) = imports.receive(workspace, Some(who.user), form, Fields::read).await?;
    let id = received.id;
    let created = begin(imports, workspace, id, fields).await;
    // The file waits as an import now: who is refused can go on with it, or end it.
    let created = created.map_err(|why| Problem::from(why).with("import", id.to_string()))?;
    Ok((StatusCode::CREATED, Json(created)))
}

async fn begin(
    imports: &Imports,
    workspace: WorkspaceId,
    id: ImportId,
    Fields { options, start, begins }: Fields,
) -> Result<CreatedImport, ImportsError> {
    let preview = imports.look(workspace, id, options).await?;
    let mut tx = imports.db.writer().await?;
    if begins {
        imports.start(&mut tx, workspace, id, &start).await?;
    }
    let job = imports.get(&mut tx, workspace, id).await?;
    tx.commit().await?;
    Ok(CreatedImport { import: ImportView::of(job), preview })
}

/// What the form says besides the file.
struct Fields {
    options: Option<ImportOptions>,
    start: Start,
    begins: bool,
}

impl Fields {
    fn read(mut fields: BTreeMap<String, String>) -> Result<Self, Problem> {
        let mut json = |name: &str| fields.remove(name).filter(|text| !text.trim().is_empty());
        let options = json("options").map(|text| parse_json::<ImportOptions>(&text, "options"));
        let start = json("start").map(|text| parse_json::<StartInput>(&text, "start"));
        let begins = match json("begin").as_deref().map(str::trim) {
            None | Some("true") => true,
            Some("false") => false,
            Some(_) => return Err(Problem::invalid("begin", "begin must be true or false.")),
        };
        if let Some(stranger) = fields.keys().next() {
            let said = format!("{stranger} is no field of the form: file, options, start, begin.");
            return Err(Problem::invalid(stranger.clone(), said));
        }
        let start = start.transpose()?.unwrap_or_default().into_start();
        check(&start.policy, &start.tags).map_err(ImportsError::from)?;
        Ok(Self { options: options.transpose()?, start, begins })
    }
}

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use captely_platform::files::Link;
use captely_platform::http::{Download, ExportFormat, Member, Page, Paged, Path, Problem, Query};
use captely_platform::ids::ImportId;
use captely_tabular::{Format, distinct_names};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::ImportRoutes;
use crate::results::results;
use crate::upload::Keys;
use crate::{ImportJob, ImportRow, ImportState, ImportsError, Outcome};

/// How long a link to results is good.
const LINK_TIME: Duration = Duration::from_mins(15);

/// Which rows, and as what.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ResultsQuery {
    /// As a page of JSON where nothing is said, else as a whole file.
    #[param(inline)]
    format: Option<ResultsFormat>,
    /// Only rows that became this: `created`, `updated`, `merged`, `unchanged`, `skipped`.
    #[param(max_length = 20, example = "skipped")]
    outcome: Option<String>,
    /// Rows of a page, 1 to 200; 50 where nothing is said.
    #[param(minimum = 1, maximum = 200, example = 50)]
    limit: Option<u32>,
    /// Where the page begins: `next` of the page before.
    #[param(max_length = 600)]
    after: Option<String>,
}

/// As what results come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum ResultsFormat {
    /// A page of JSON.
    Json,
    /// A file in the answer.
    Csv,
    /// The same, a JSON object a line.
    Jsonl,
    /// A link to a CSV file, good for a quarter of an hour.
    Link,
}

/// A page of results, or a link to all of them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportResults)]
pub(super) struct ResultsPage {
    /// The rows, in the order of the file.
    items: Vec<ResultItem>,
    /// Where the next page begins: give it as `after`. Null on the last page.
    #[schema(example = "WzUwXQ")]
    next: Option<String>,
    /// Where the file is, where a link was asked for.
    #[schema(example = "https://captely.example/api/files/token")]
    url: Option<String>,
}

/// A row of the file and what became of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportResult)]
struct ResultItem {
    /// The data row, from 1.
    #[schema(example = 7)]
    row: u64,
    /// The physical line or sheet row, from 1.
    #[schema(example = 8)]
    line: u64,
    /// `created`, `updated`, `merged`, `unchanged`, `skipped`, or empty where the row names nobody.
    #[schema(example = "created")]
    outcome: &'static str,
    /// Why it was skipped or merged.
    #[schema(example = "the same person as an earlier row of this file")]
    reason: Option<String>,
    #[schema(example = "con_019900000000700080000000000000ab")]
    contact_id: Option<String>,
    /// The row as the file has it, by the names of its columns.
    #[schema(example = json!({"Name": "Asha Rao", "Company": "Mills"}))]
    cells: BTreeMap<String, String>,
}

/// What became of each row of an import
#[utoipa::path(
    get, path = "/api/imports/{id}/results", operation_id = "list_import_results", tag = "imports",
    params(
        ("id" = String, Path, description = "Which.", example = "imp_019900000000700080000000000000ab"),
        ResultsQuery,
    ),
    responses(
        (status = 200, description = "A page, a link, or the file.", content(
            (ResultsPage = "application/json"),
            (String = "text/csv"),
            (String = "application/jsonl"),
        )),
        (status = 404, description = "There is none in this workspace."),
        (status = 409, description = "A link is made once the import has ended; `state` says what it is."),
    ),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn list_import_results(
    State(all): State<ImportRoutes>,
    who: Member,
    Path(id): Path<ImportId>,
    Query(query): Query<ResultsQuery>,
) -> Result<Response, Problem> {
    let only = outcome(query.outcome.as_deref())?;
    let mut tx = all.imports.db.reader().await?;
    let job = all.imports.get(&mut tx, who.workspace, id).await?;
    drop(tx);
    let (format, download) = match query.format {
        None | Some(ResultsFormat::Json) => return page(&all, &who, &job, only, &query).await,
        Some(ResultsFormat::Link) => return link(&all, &who, job, only).await,
        Some(ResultsFormat::Csv) => (Format::Csv, ExportFormat::Csv),
        Some(ResultsFormat::Jsonl) => (Format::JsonLines, ExportFormat::Jsonl),
    };
    let file = results(all.imports.db.clone(), who.workspace, job, only, format);
    let file = file.map_err(|why| Problem::internal(&why))?;
    Ok(Download::new("import-results", download, file).into_response())
}

fn outcome(word: Option<&str>) -> Result<Option<Outcome>, Problem> {
    let Some(word) = word else { return Ok(None) };
    let known = Outcome::of_word(word).filter(|outcome| *outcome != Outcome::Empty);
    known.map(Some).ok_or_else(|| {
        let said = "outcome must be created, updated, merged, unchanged or skipped.";
        Problem::invalid("outcome", said)
    })
}

async fn page(
    all: &ImportRoutes,
    who: &Member,
    job: &ImportJob,
    only: Option<Outcome>,
    query: &ResultsQuery,
) -> Result<Response, Problem> {
    let page = Page { limit: query.limit, after: query.after.clone(), fields: None };
    let limit = page.limit()?;
    let after = page.after::<(u64,)>()?.map_or(0, |(row,)| row);
    let place = (after, limit.saturating_add(1));
    let found = all.imports.rows(who.workspace, job.id, only, place).await?;
    let Paged { items, next } = Paged::of(found, limit, |row| (row.number,));
    let names = distinct_names(&job.header);
    let items = items.into_iter().map(|row| ResultItem::of(row, &names)).collect();
    Ok(Json(ResultsPage { items, next, url: None }).into_response())
}

/// Writes the file into the store and links to it. An undo changes results, so it is written anew each time.
async fn link(
    all: &ImportRoutes,
    who: &Member,
    job: ImportJob,
    only: Option<Outcome>,
) -> Result<Response, Problem> {
    use ImportState::{Cancelled, Done, Failed, Undone};
    if !matches!(job.state, Done | Cancelled | Failed | Undone) {
        let can = "a link to its results is made once it has ended";
        return Err(ImportsError::State { state: job.state, can }.into());
    }
    let (db, workspace) = (all.imports.db.clone(), who.workspace);
    let name = Keys(workspace, job.id).results(only);
    let file = results(db, workspace, job, only, Format::Csv);
    let file = file.map_err(|why| Problem::internal(&why))?;
    crate::kept::keep(&all.imports.files, &name, file).await?;
    let link = Link { workspace, name: &name, ttl: LINK_TIME };
    let url = all.imports.files.presigned_get(link, "import-results.csv").await?;
    Ok(Json(ResultsPage { items: Vec::new(), next: None, url: Some(url) }).into_response())
}

impl ResultItem {
    fn of(row: ImportRow, names: &[String]) -> Self {
        Self {
            row: row.number,
            line: row.line,
            outcome: row.outcome.as_str(),
            reason: row.reason,
            contact_id: row.contact.map(|id| id.to_string()),
            cells: names.iter().cloned().zip(row.cells).collect(),
        }
    }
}

//! `captely imports`: what was imported, what became of its rows, and taking it back.

use std::path::Path;
use std::sync::Arc;

use captely_imports::{
    ImportJob, Importer, Verified, checked, import_job, import_jobs, write_problems, write_results,
};
use captely_platform::db::DbError;
use captely_platform::ids::{ImportId, WorkspaceId};
use serde_json::{Value, json};

use super::import::{addresses, table, written};
use super::local::{Local, database, ledger};
use super::runtime;
use crate::Context;
use crate::cli::{ImportsArgs, ImportsCommand};
use crate::exit::{CliError, Exit};
use crate::ui::{self, Table, Tone};

/// Runs `captely imports`.
pub fn run(args: &ImportsArgs, context: &Context) -> Result<Exit, CliError> {
    let settings = context.config.settings()?;
    runtime::block_on(async {
        let Local { db, clock, ids, place: _held, .. } = Local::open(settings).await?;
        let importer = Importer {
            db: db.clone(),
            ledger: Some(ledger(&db, &ids, &clock)),
            ids,
            clock: Arc::clone(&clock),
            workspace: WorkspaceId::LOCAL,
        };
        let done = match &args.command {
            None => list(&importer, args.limit, context.json).await,
            Some(ImportsCommand::Show { id }) => show(&importer, *id, context.json).await,
            Some(ImportsCommand::Rows { id, output }) => {
                rows(&importer, *id, output, context.json).await
            }
            Some(ImportsCommand::Errors { id, output }) => {
                errors(&importer, *id, output, context.json).await
            }
            Some(ImportsCommand::Undo { id }) => undo(&importer, *id, context.json).await,
        };
        db.close().await;
        done.map(|()| Exit::Done)
    })
}

async fn find(importer: &Importer, id: ImportId) -> Result<ImportJob, CliError> {
    let found = import_job(&importer.db, importer.workspace, id).await;
    found.map_err(|why| database(&why))?.ok_or_else(|| {
        CliError::usage(format!("there is no import {id}")).try_this("`captely imports` lists them")
    })
}

async fn list(importer: &Importer, limit: u32, as_json: bool) -> Result<(), CliError> {
    let jobs = import_jobs(&importer.db, importer.workspace, limit).await;
    let jobs = jobs.map_err(|why| database(&why))?;
    if as_json {
        return ui::json_line(&json!({ "items": jobs.iter().map(as_value).collect::<Vec<_>>() }));
    }
    if jobs.is_empty() {
        return ui::text("Nothing was imported yet: captely import FILE");
    }
    let mut table =
        Table::new(["import", "when", "file", "state", "rows", "created", "updated", "skipped"]);
    for job in &jobs {
        table.row([
            (job.id.to_string(), Tone::Plain),
            (job.created_at.to_string(), Tone::Dim),
            (job.file_name.clone(), Tone::Plain),
            (job.state.as_str().to_owned(), Tone::Plain),
            (ui::count(job.counts.rows), Tone::Plain),
            (ui::count(job.counts.created), Tone::Good),
            (ui::count(job.counts.updated), Tone::Plain),
            (ui::count(job.counts.skipped), Tone::Plain),
        ]);
    }
    ui::text(&table.render())
}

async fn show(importer: &Importer, id: ImportId, as_json: bool) -> Result<(), CliError> {
    let job = find(importer, id).await?;
    let verified = verified(importer, &job).await.map_err(|why| database(&why))?;
    if as_json {
        let mut value = as_value(&job);
        if let Value::Object(map) = &mut value {
            map.insert("verified".into(), json!(verified));
        }
        return ui::json_line(&value);
    }
    let mut lines = vec![format!("{}  {}  {}", job.file_name, job.state.as_str(), job.created_at)];
    lines.push(table(&job.counts, false));
    lines.extend(job.notes.iter().chain(&job.trouble).cloned());
    lines.extend(verified.iter().map(addresses));
    ui::text(&lines.join("\n"))
}

async fn verified(importer: &Importer, job: &ImportJob) -> Result<Option<Verified>, DbError> {
    let mut tx = importer.db.reader().await?;
    let checked = checked(&mut tx, importer.workspace, job.id).await?;
    Ok(checked.map(|checked| checked.shown(job.state)))
}

async fn rows(
    importer: &Importer,
    id: ImportId,
    output: &Path,
    as_json: bool,
) -> Result<(), CliError> {
    let job = find(importer, id).await?;
    let n = write_results(&importer.db, importer.workspace, job, output).await;
    told("rows", written(output, n)?, output, as_json)
}

async fn errors(
    importer: &Importer,
    id: ImportId,
    output: &Path,
    as_json: bool,
) -> Result<(), CliError> {
    let job = find(importer, id).await?;
    let n = write_problems(&importer.db, importer.workspace, job.id, output).await;
    told("problems", written(output, n)?, output, as_json)
}

fn told(what: &'static str, n: u64, output: &Path, as_json: bool) -> Result<(), CliError> {
    if as_json {
        return ui::json_line(&json!({ what: n, "output": output.display().to_string() }));
    }
    ui::text(&format!("{} {what} written to {}", ui::count(n), output.display()))
}

async fn undo(importer: &Importer, id: ImportId, as_json: bool) -> Result<(), CliError> {
    find(importer, id).await?;
    let bar = ui::Progress::rows(None, as_json);
    bar.say("undoing");
    let done = importer.undo(id, |rows| bar.set(rows)).await;
    bar.finish();
    let report = done.map_err(|why| CliError::usage(why.to_string()))?;
    if as_json {
        return ui::json_line(&json!({ "import": id, "undo": report }));
    }
    let mut table = Table::new(["What was undone", "How many"]);
    for (what, n) in [
        ("contacts removed", report.removed),
        ("contacts kept: worked with since", report.kept),
        ("companies removed", report.companies_removed),
        ("records with their earlier values", report.restored),
        ("values kept: changed since", report.values_kept),
        ("merges undone", report.unmerged),
        ("merges kept: merged on since", report.merges_kept),
    ] {
        table.row([(what.to_owned(), Tone::Plain), (ui::count(n), Tone::Plain)]);
    }
    ui::text(&table.render())
}

fn as_value(job: &ImportJob) -> Value {
    json!({
        "import": job.id, "file_name": job.file_name, "state": job.state.as_str(),
        "source": job.source.as_str(), "created_at": job.created_at.to_string(),
        "finished_at": job.finished_at.map(|at| at.to_string()), "counts": job.counts,
        "notes": job.notes, "trouble": job.trouble, "tags": job.tags,
    })
}

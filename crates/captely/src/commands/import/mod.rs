//! `captely import`: the people and companies of a list into the workspace.

mod check;
mod look;
mod report;
mod search;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use captely_crm::{OnMatch, Policy};
use captely_imports::{
    Ask, ImportError, ImportJob, ImportOptions, Importer, Tried, import_job, write_problems,
    write_results,
};
use captely_platform::db::Db;
use captely_platform::ids::WorkspaceId;
use captely_tabular::ReadOptions;

use super::local::{Local, database, ledger, try_input};
use super::runtime;
use crate::Context;
use crate::cli::{ImportArgs, ReadingArgs};
use crate::exit::{CliError, Exit};
use crate::ui;
use check::Checker;
use report::Report;
pub(super) use report::{addresses, table};
use search::Searcher;

/// Runs `captely import`.
pub fn run(args: &ImportArgs, context: &Context) -> Result<Exit, CliError> {
    let settings = context.config.settings()?;
    try_input(&args.file)?;
    let options = options(&args.reading).reading();
    let ask = ask(args)?;
    runtime::block_on(async {
        let local = Local::open(settings).await?;
        let checker = args.verify.then(|| Checker::of(&local, settings)).transpose()?;
        let searcher = Searcher::of(&local);
        let Local { db, clock, ids, place: _held, .. } = local;
        let importer = Importer {
            db: db.clone(),
            ledger: Some(ledger(&db, &ids, &clock)),
            ids,
            clock: Arc::clone(&clock),
            workspace: WorkspaceId::LOCAL,
        };
        let done = if args.preview {
            look::look(&importer, &args.file, options, &ask, context.json).await
        } else if args.dry_run {
            dry_run(&importer, args, options, ask, context.json).await
        } else {
            let services = (&searcher, checker.as_ref());
            import(&importer, services, args, (options, ask), context.json).await
        };
        db.close().await;
        done.map(|()| Exit::Done)
    })
}

async fn import(
    importer: &Importer,
    (searcher, checker): (&Searcher, Option<&Checker>),
    args: &ImportArgs,
    (options, ask): (ReadOptions, Ask),
    json: bool,
) -> Result<(), CliError> {
    let bar = ui::Progress::rows(None, json);
    bar.say(format!("importing {}", args.file.display()));
    let done = importer.import_with(&args.file, options, ask, |rows| bar.set(rows)).await;
    bar.finish();
    let import = done.map_err(|why| failed(&why))?;
    let duplicates = searcher.run().await.map_err(|why| database(&why))?;
    let verified = match checker {
        Some(checker) => Some(checker.run(import.id, json).await?),
        None => None,
    };
    let job = import_job(&importer.db, importer.workspace, import.id).await;
    let job = job.map_err(|why| database(&why))?;
    let job = job.ok_or_else(|| CliError::internal("the import is gone"))?;
    let report = Report {
        id: Some(job.id),
        counts: job.counts,
        notes: import.notes,
        known_rows: import.known_rows,
        duplicates: Some(duplicates),
        verified,
    };
    write_files(args, &importer.db, importer.workspace, job).await?;
    report.show(args, json)
}

async fn dry_run(
    importer: &Importer,
    args: &ImportArgs,
    options: ReadOptions,
    ask: Ask,
    json: bool,
) -> Result<(), CliError> {
    let bar = ui::Progress::rows(None, json);
    bar.say(format!("trying {}", args.file.display()));
    let tried = importer.dry_run(&args.file, options, ask, |rows| bar.set(rows)).await;
    bar.finish();
    let Tried { db, job, .. } = tried.map_err(|why| failed(&why))?;
    let report = Report {
        id: None,
        counts: job.counts,
        notes: job.notes.clone(),
        known_rows: 0,
        duplicates: None,
        verified: None,
    };
    write_files(args, &db, importer.workspace, job).await?;
    report.show(args, json)
}

/// Writes what `--output` and `--errors` ask for.
async fn write_files(
    args: &ImportArgs,
    db: &Db,
    workspace: WorkspaceId,
    job: ImportJob,
) -> Result<(), CliError> {
    if let Some(out) = &args.errors {
        written(out, write_problems(db, workspace, job.id, out).await)?;
    }
    if let Some(out) = &args.output {
        written(out, write_results(db, workspace, job, out).await)?;
    }
    Ok(())
}

pub(super) fn written(out: &Path, done: std::io::Result<u64>) -> Result<u64, CliError> {
    done.map_err(|why| CliError::output(format!("{}: {why}", out.display())))
}

fn failed(error: &ImportError) -> CliError {
    match error {
        ImportError::Db(why) => database(why),
        ImportError::Asked(why) => CliError::usage(why.clone()),
        ImportError::Read(_) | ImportError::Columns(_) => CliError::bad_input(error.to_string()),
        ImportError::Io(_) | ImportError::Ended => CliError::internal(error.to_string())
            .try_this("the same command again: it continues where it was"),
    }
}

fn options(args: &ReadingArgs) -> ImportOptions {
    ImportOptions {
        delimiter: args.delimiter,
        encoding: args.encoding.clone(),
        sheet: args.sheet.clone(),
        header: args.header,
        country: args.country.clone(),
    }
}

fn ask(args: &ImportArgs) -> Result<Ask, CliError> {
    let fields: BTreeMap<String, OnMatch> =
        args.field.iter().map(|(field, how)| (field.clone(), (*how).into())).collect();
    let policy = Policy { usual: args.on_match.into(), fields, merge_known: args.merge };
    let mut columns = BTreeMap::new();
    for (column, kind) in &args.map {
        if columns.insert(column.clone(), kind.clone()).is_some() {
            return Err(CliError::usage(format!("--map names {column:?} twice")));
        }
    }
    let (tags, country) = (args.tag.clone(), args.reading.country.clone());
    Ok(Ask { columns, policy, tags, country })
}

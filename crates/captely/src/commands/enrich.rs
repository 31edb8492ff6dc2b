//! `captely enrich`: a list in, verified contacts out.

mod columns;
mod control;
mod forecast;
mod interrupt;
mod output;
mod report;
mod seat;
mod world;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use captely_contact::{Credits, Field};
use captely_credits::Ledger;
use captely_enrichment::{
    EnrichError, Enricher, Progress, Run, RunSettings, Stopper, Summary, start_or_resume,
};
use captely_imports::{Fault, Import, ImportError, Importer, first_faults};
use captely_platform::db::{Db, DbError};
use captely_platform::ids::{RunId, WorkspaceId};
use captely_tabular::{Format, ReadOptions, Role};
use captely_waterfall::{Budget, Order, Policy};

pub use report::Report;
pub use world::World;

use interrupt::Interrupt;

use super::again::this_command;
use super::local::{Local, database, ledger, try_input};
use super::output::{Output, choose as output_of};
use super::runtime;
use crate::Context;
use crate::cli::{EnrichArgs, OutputFormat};
use crate::config::{self, Settings};
use crate::exit::{CliError, Exit};
use crate::ui;

/// How often the progress bar is brought up to date.
const REFRESH: Duration = Duration::from_millis(200);
/// How long the database may take to close after everything in it is settled.
const CLOSE: Duration = Duration::from_secs(2);
/// Rows that could not be read, as many as are told one by one.
const FAULTS_TOLD_MAX: u32 = 100;

/// What to do, without where the words came from.
pub struct Job<'a> {
    /// The list.
    pub file: &'a Path,
    /// Where the result goes.
    pub output: Output,
    /// The fields to find.
    pub fields: Vec<Field>,
    /// Whether addresses are checked.
    pub verify: bool,
    /// No progress bar.
    pub quiet: bool,
    /// The command that continues this one, for the words after an interruption.
    pub again: String,
    /// Columns of which a person has said what they hold.
    pub map: Vec<(String, Role)>,
}

/// Runs `captely enrich`.
pub fn run(args: &EnrichArgs, context: &Context) -> Result<Exit, CliError> {
    let settings = context.config.settings()?;
    let job = job(args, context.json)?;
    let report = runtime::block_on(async {
        let world = World::choose(args.sandbox.sandbox.as_ref(), settings).await?;
        enrich(&job, &world, settings).await
    })?;
    if context.json {
        ui::json_line(&report.to_json())?;
    } else {
        ui::text(&report.table())?;
    }
    Ok(report.exit())
}

fn job(args: &EnrichArgs, json: bool) -> Result<Job<'_>, CliError> {
    try_input(&args.file)?;
    let format = args.format.map(|format| match format {
        OutputFormat::Csv => Format::Csv,
        OutputFormat::Xlsx => Format::Xlsx,
        OutputFormat::Json => Format::Json,
        OutputFormat::Jsonl => Format::JsonLines,
    });
    let output = output_of(&args.file, args.output.as_deref(), format, "-enriched")?;
    Ok(Job {
        file: &args.file,
        output,
        fields: args.fields.0.clone(),
        verify: !args.no_verify,
        quiet: json,
        again: this_command(),
        map: args.map.clone(),
    })
}

/// The whole job: reads the list, runs the waterfall over it, writes the result.
pub async fn enrich(job: &Job<'_>, world: &World, settings: &Settings) -> Result<Report, CliError> {
    let began = Instant::now();
    let mut interrupt = Interrupt::listen(&job.again)?;
    let run_settings = run_settings(job, world, settings);
    world.can_begin(&run_settings)?;
    let Local { db, clock, chance, ids, worker, place: _held } = Local::open(settings).await?;

    let importer = Importer {
        db: db.clone(),
        ids: Arc::clone(&ids),
        clock: Arc::clone(&clock),
        workspace: world.workspace,
        ledger: Some(ledger(&db, &ids, &clock)),
    };
    let import = interrupt.unless("the list was read", read_list(&importer, job)).await?;
    let unreadable = unreadable(&db, world.workspace, &import, job).await?;
    interrupt.unless("the sandbox was told of the list", world.invite(&db, &import)).await?;
    let workspace = world.workspace;
    let run = start_or_resume(&db, &ids, workspace, import.id, &run_settings, clock.now())
        .await
        .map_err(|e| database(&e))?;
    let ledger = ledger(&db, &ids, &clock);
    let enricher = Enricher {
        db: db.clone(),
        ids,
        ledger: ledger.clone(),
        member: None,
        clock,
        chance,
        workspace,
        worker,
        providers: world.providers.clone(),
        verifier: world.verifier.clone().filter(|_| job.verify),
    };
    if !job.quiet {
        let budget = &run_settings.policy.budget;
        ui::note(&forecast::forecast(world, &job.fields, budget, &run));
    }
    let stopper = Stopper::default();
    let walked = walk(job, &enricher, run_settings, run, &stopper, &mut interrupt).await;
    let finished = match walked {
        Ok(summary) => output::write(job, &enricher, &import, run.id, &mut interrupt)
            .await
            .map(|written| (summary, written)),
        Err(error) => Err(error),
    };
    let credits = spent_credits(&db, &ledger, workspace, run.id).await;
    // calls that were not waited for may hold connections
    let _ = tokio::time::timeout(CLOSE, db.close()).await;
    let (summary, written) = finished?;
    Ok(Report {
        written,
        summary,
        credits: credits.map_err(|e| database(&e))?,
        faults: import.faults,
        unreadable,
        notes: [world.left_out.clone(), import.notes, stopper.notes()].concat(),
        seconds: began.elapsed(),
        resumed: run.resumed,
        output: job.output.path.clone(),
    })
}

/// The credits that a run has cost so far.
async fn spent_credits(
    db: &Db,
    ledger: &Ledger,
    workspace: WorkspaceId,
    run: RunId,
) -> Result<Credits, DbError> {
    let mut tx = db.reader().await?;
    Ok(ledger.used_by_run(&mut tx, workspace, run).await?)
}

/// Walks the rows until all are done, showing how far it is. Ctrl-C stops it: first what is under
/// way is finished, at the second time it is not.
async fn walk(
    job: &Job<'_>,
    enricher: &Enricher,
    settings: RunSettings,
    run: Run,
    stopper: &Stopper,
    interrupt: &mut Interrupt<'_>,
) -> Result<Summary, CliError> {
    let progress = Arc::new(Progress::default());
    let run_max = settings.policy.budget.run_max;
    let mut warned = false;
    let bar = ui::Progress::rows(Some(run.before.contacts), job.quiet);
    let work = enricher.work(run.id, settings, Arc::clone(&progress), stopper.clone());
    let mut work = std::pin::pin!(work);
    let mut refresh = tokio::time::interval(REFRESH);
    let mut asked = false;
    let summary = loop {
        tokio::select! {
            done = &mut work => break done,
            () = interrupt.asked() => {
                if asked {
                    return Err(interrupt.stopped("without waiting for calls under way"));
                }
                asked = true;
                stopper.stop();
                bar.say("finishing what is under way …");
                bar.aside(|| ui::note("finishing calls under way; Ctrl-C again ends without them"));
            }
            _ = refresh.tick() => {
                let (done, email, phone, spent) = progress.read();
                bar.set(run.before.done.saturating_add(done));
                let phones = if phone > 0 { format!(", {phone} phones") } else { String::new() };
                let spent = run.before.spent.plus(spent);
                if !asked {
                    let found = run.before.email_found + email;
                    bar.say(format!("{found} e-mails{phones}, {}", ui::money(spent)));
                }
                if !warned && let Some(told) = forecast::warning(spent, run_max) {
                    warned = true;
                    bar.aside(|| ui::note(&told));
                }
            }
        }
    };
    bar.finish();
    let summary = summary.map_err(|error| match error {
        EnrichError::Db(error) => database(&error),
        EnrichError::SetAside => CliError::in_use(error.to_string())
            .try_this(format!("the same command again: {}", job.again)),
        EnrichError::Failed(why) => {
            CliError::internal(why).try_this(format!("the same command again: {}", job.again))
        }
    })?;
    if asked && summary.done < summary.contacts {
        let (done, all) = (ui::count(summary.done), ui::count(summary.contacts));
        return Err(interrupt.stopped(&format!("after {done} of {all} contacts")));
    }
    Ok(summary)
}

fn run_settings(job: &Job<'_>, world: &World, settings: &Settings) -> RunSettings {
    let waterfall = &settings.waterfall;
    RunSettings {
        policy: Policy {
            wants: job.fields.clone(),
            stop_at: waterfall.stop_at,
            verify: job.verify,
            retries_max: waterfall.retries,
            budget: Budget {
                run_max: waterfall.max_cost_usd,
                row_max: waterfall.max_cost_per_row_usd,
            },
        },
        order: match waterfall.order {
            config::Order::Cheapest => Order::Cheapest,
            config::Order::Fixed | config::Order::Listed(_) => Order::Fixed,
        },
        cache_days: waterfall.cache_days,
        world: world.name.clone(),
        credits_max: waterfall.max_credits,
    }
}

async fn read_list(importer: &Importer, job: &Job<'_>) -> Result<Import, CliError> {
    let bar = ui::Progress::rows(None, job.quiet);
    bar.say(format!("reading {}", job.file.display()));
    let options = ReadOptions::default();
    let imported = importer.import_as(job.file, options, &job.map, |rows| bar.set(rows)).await;
    bar.finish();
    imported.map_err(|error| match error {
        ImportError::Db(error) => database(&error),
        other => CliError::bad_input(other.to_string()),
    })
}

/// The rows that could not be read, the first of them; an error where no other is left.
async fn unreadable(
    db: &Db,
    workspace: WorkspaceId,
    import: &Import,
    job: &Job<'_>,
) -> Result<Vec<Fault>, CliError> {
    if import.faults == 0 {
        return Ok(Vec::new());
    }
    let read = async {
        let mut tx = db.reader().await?;
        first_faults(&mut tx, workspace, import.id, FAULTS_TOLD_MAX).await
    };
    let faults = read.await.map_err(|e: DbError| database(&e))?;
    if import.rows > 0 {
        return Ok(faults);
    }
    let what = format!("{}: no row of it can be read", job.file.display());
    let rows = faults.into_iter().map(|fault| fault.reason).collect();
    Err(CliError::bad_input(what).with_details(rows))
}

//! The background work of a process.

use std::future::Future;
use std::sync::Arc;

use async_trait::async_trait;
use captely_credits::{ExpireHolds, RollUpUsage, VerifyLedgers};
use captely_crm::FindDuplicates;
use captely_platform::db::{Db, DbError};
use captely_platform::jobs::{
    Handler, Job, Purge, Runner, RunnerOptions, Verdict, purge_schedule, put_schedule,
};
use captely_platform::mail::{Mailer, QUEUE};

use super::checking;
use super::housekeeping::Housekeeping;
use super::platform::Platform;
use crate::commands::local::database;
use crate::config::Settings;
use crate::exit::CliError;

/// How long finished jobs are known.
const JOBS_KEPT_DAYS: u32 = 30;

struct SendMail {
    mailer: Mailer,
    db: Db,
}

#[async_trait]
impl Handler for SendMail {
    fn queue(&self) -> &'static str {
        QUEUE
    }

    async fn run(&self, job: &Job) -> Verdict {
        self.mailer.deliver(&self.db, job).await
    }
}

/// Starts working until `stop`, where this process `works`; the future ends when the last job was
/// finished or handed back.
pub(super) async fn start(
    platform: &Platform,
    settings: &Settings,
    works: bool,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<impl Future<Output = Result<(), CliError>>, CliError> {
    let runner = works.then(|| runner(platform, settings)).transpose()?;
    if works {
        // Before anything is served: what fails here must not go unseen until the end.
        put_schedules(platform).await.map_err(|why| database(&why))?;
    }
    let task = tokio::spawn(async move {
        match runner {
            Some(runner) => runner.run(stop).await,
            None => Ok(()),
        }
    });
    Ok(async move {
        let ended =
            task.await.map_err(|why| CliError::internal(format!("the worker died: {why}")))?;
        ended.map_err(|why| database(&why))
    })
}

async fn put_schedules(platform: &Platform) -> Result<(), DbError> {
    let clock = platform.clock.as_ref();
    let mut tx = platform.db.writer().await?;
    put_schedule(&mut tx, &Housekeeping::schedule(clock)).await?;
    put_schedule(&mut tx, &purge_schedule(JOBS_KEPT_DAYS, clock.now())).await?;
    let credits = captely_credits::schedules(clock.now());
    let billing = captely_billing::jobs::schedules(&platform.billing, clock.now());
    let imports = captely_imports::schedules(clock.now());
    for schedule in credits.into_iter().chain(billing).chain(imports) {
        put_schedule(&mut tx, &schedule).await?;
    }
    tx.commit().await
}

fn runner(platform: &Platform, settings: &Settings) -> Result<Runner, CliError> {
    let mailer = Mailer::new(&settings.mail, platform.keys.clone(), Arc::clone(&platform.clock));
    let mailer = mailer.map_err(|why| CliError::usage(why.to_string()))?;
    let options =
        RunnerOptions { concurrency: settings.server.jobs_at_once, ..RunnerOptions::default() };
    let housekeeping = Housekeeping {
        db: platform.db.clone(),
        clock: Arc::clone(&platform.clock),
        accounts: platform.accounts.clone(),
    };
    let runner = Runner::new(
        platform.db.clone(),
        Arc::clone(&platform.ids),
        Arc::clone(&platform.clock),
        Arc::clone(&platform.chance),
        platform.worker.clone(),
        options,
    );
    let billing = captely_billing::jobs::handlers(&platform.billing);
    let imports = captely_imports::handlers(&platform.imports);
    let runner = billing.into_iter().chain(imports).fold(runner, Runner::with);
    Ok(runner
        .with(Arc::new(SendMail { mailer, db: platform.db.clone() }))
        .with(Arc::new(Purge::new(platform.db.clone(), Arc::clone(&platform.clock))))
        .with(Arc::new(housekeeping))
        .with(Arc::new(FindDuplicates(platform.crm.clone())))
        .with(Arc::new(checking::of(platform, settings)))
        .with(Arc::new(ExpireHolds(platform.ledger.clone())))
        .with(Arc::new(RollUpUsage(platform.ledger.clone())))
        .with(Arc::new(VerifyLedgers(platform.ledger.clone()))))
}

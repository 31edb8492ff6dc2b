//! `captely worker`: jobs, and where a port is given what machines ask of the process.

use std::future::Future;

use captely_platform::http::{self, Listening};
use captely_platform::telemetry::metrics;
use serde_json::json;
use tokio::sync::oneshot;

use super::platform::Platform;
use super::stop::Stop;
use super::{listen, router, work};
use crate::Context;
use crate::cli::WorkerArgs;
use crate::commands::local::Footing;
use crate::commands::runtime;
use crate::config::Settings;
use crate::exit::{CliError, Exit};
use crate::ui;

/// Runs `captely worker`. Being stopped is how it is meant to end: the exit code is then 0.
pub fn run(args: &WorkerArgs, context: &Context) -> Result<Exit, CliError> {
    let settings = context.config.settings()?;
    runtime::block_on(async {
        let stop = Stop::listen()?;
        let footing = Footing::take(settings)?;
        let listening = args.listen.map(listen).transpose()?;
        if listening.is_some() {
            // Without a port nobody could read what is counted.
            metrics::install();
        }
        let platform = Platform::open(footing, settings, false).await?;
        let worker = work::start(&platform, settings, true, stop.first()).await?;
        announce(&platform, listening.as_ref(), context.json)?;
        match listening {
            Some(listening) => watched(worker, listening, &platform, settings, &stop).await?,
            None => worker.await?,
        }
        platform.db.close().await;
        Ok(Exit::Done)
    })
}

/// Answers machines until the last job was finished or handed back.
async fn watched(
    worker: impl Future<Output = Result<(), CliError>>,
    listening: Listening,
    platform: &Platform,
    settings: &Settings,
    stop: &Stop,
) -> Result<(), CliError> {
    let (router, operations) = router::for_machines(platform, settings);
    let stopped = stop.first();
    tokio::spawn(async move {
        stopped.await;
        operations.stop();
    });
    let (end, ended) = oneshot::channel::<()>();
    let working = async {
        let result = worker.await;
        drop(end);
        result
    };
    let serving = http::serve(listening, router, &settings.server.connections, async {
        let _dropped = ended.await;
    });
    let (result, _cut) = tokio::join!(working, serving);
    result
}

fn announce(
    platform: &Platform,
    listening: Option<&Listening>,
    as_json: bool,
) -> Result<(), CliError> {
    let address = listening.map(|listening| listening.address.to_string());
    if as_json {
        return ui::json_line(&json!({
            "working": true, "worker": platform.worker, "listening": address,
        }));
    }
    ui::text("Working on jobs; Ctrl-C ends it.")?;
    address.map_or(Ok(()), |at| ui::text(&format!("How it is: http://{at}/api/health")))
}

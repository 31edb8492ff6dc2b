//! `captely serve` and `captely worker`: the platform as processes that stay.

mod housekeeping;
mod platform;
mod router;
mod work;

use std::future::Future;

use captely_platform::http::{self, Listening};
use captely_platform::telemetry::metrics;
use serde_json::json;
use tokio::sync::watch;

use super::runtime::{self, Stops};
use crate::Context;
use crate::cli::{ServeArgs, WorkerArgs};
use crate::config::Settings;
use crate::exit::{CliError, Exit};
use crate::ui;
use platform::Platform;

/// Runs `captely serve`. Being stopped is how it is meant to end: the exit code is then 0.
pub fn run(args: &ServeArgs, context: &Context) -> Result<Exit, CliError> {
    let settings = context.config.settings()?;
    runtime::block_on(async {
        // Before anything slow, so that whoever stops us at once is heard.
        let stop = Stop::listen()?;
        metrics::install();
        let platform = Platform::open(settings, args.migrate).await?;
        let listening = Listening::on(settings.server.listen)
            .map_err(|why| CliError::nothing(why.to_string()).try_this("another --listen"))?;
        let served = router::build(&platform, settings, args);
        let worker = work::start(&platform, settings, !args.no_worker, stop.wait()).await?;
        announce(&platform, settings, &listening, context.json).await?;
        let (hub, operations) = (served.hub, served.operations);
        let stopped = stop.wait();
        let stopping = async move {
            stopped.await;
            operations.stop();
            // What listens for events does not end by itself.
            hub.stop();
        };
        let cut =
            http::serve(listening, served.router, &settings.server.connections, stopping).await;
        worker.await?;
        platform.db.close().await;
        if cut > 0 {
            ui::note(&format!("{cut} connections were cut"));
        }
        Ok(Exit::Done)
    })
}

/// Runs `captely worker`.
pub fn work(_args: &WorkerArgs, context: &Context) -> Result<Exit, CliError> {
    let settings = context.config.settings()?;
    runtime::block_on(async {
        let stop = Stop::listen()?;
        metrics::install();
        let platform = Platform::open(settings, false).await?;
        let worker = work::start(&platform, settings, true, stop.wait()).await?;
        if context.json {
            ui::json_line(&json!({ "working": true, "worker": platform.worker }))?;
        } else {
            ui::text("Working on jobs; Ctrl-C ends it.")?;
        }
        worker.await?;
        platform.db.close().await;
        Ok(Exit::Done)
    })
}

/// Says where the server is, and how it is set up where nobody has an account.
async fn announce(
    platform: &Platform,
    settings: &Settings,
    listening: &Listening,
    as_json: bool,
) -> Result<(), CliError> {
    let token = platform.accounts.new_set_up_token().await;
    let token = token.map_err(|why| super::local::database(&why))?;
    let address = listening.address;
    let public = &settings.server.http.public_url;
    if as_json {
        let token = token.as_ref().map(|token| token.expose().to_owned());
        return ui::json_line(&json!({
            "listening": address.to_string(), "public_url": public, "set_up_token": token,
        }));
    }
    ui::text(&format!("Captely serves http://{address} (API documents at http://{address}/docs)"))?;
    if let Some(token) = token {
        ui::text("Nobody has an account yet. The first person becomes owner and superadmin:")?;
        ui::text(&format!("  on this machine   POST http://{address}/api/setup"))?;
        ui::text(&format!("  from elsewhere    the same with \"token\": \"{}\"", token.expose()))?;
    }
    Ok(())
}

/// Tells everybody who waits that the process is to stop.
struct Stop(watch::Receiver<bool>);

impl Stop {
    fn listen() -> Result<Self, CliError> {
        let mut stops = Stops::listen()?;
        let (tell, told) = watch::channel(false);
        tokio::spawn(async move {
            stops.next().await;
            tell.send_replace(true);
            // Kept, so that nobody takes its end for a stop.
            std::future::pending::<()>().await;
        });
        Ok(Self(told))
    }

    fn wait(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut told = self.0.clone();
        async move {
            // An error means that the runtime ends, and we with it.
            let _told = told.wait_for(|stop| *stop).await;
        }
    }
}

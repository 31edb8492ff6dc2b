//! `captely serve` and `captely worker`: the platform as processes that stay.

mod checking;
mod housekeeping;
pub(super) mod platform;
mod router;
mod selling;
mod stop;
mod work;
mod worker;

use std::net::SocketAddr;

use captely_platform::http::{self, Listening};
use captely_platform::telemetry::metrics;
use serde_json::json;

use super::local::Footing;
use super::runtime;
use crate::Context;
use crate::cli::ServeArgs;
use crate::config::Settings;
use crate::exit::{CliError, Exit};
use crate::ui;
use platform::Platform;
use stop::Stop;
pub use worker::run as work;

/// Runs `captely serve`. Being stopped is how it is meant to end: the exit code is then 0.
pub fn run(args: &ServeArgs, context: &Context) -> Result<Exit, CliError> {
    let settings = context.config.settings()?;
    runtime::block_on(async {
        // Before anything slow, so that whoever stops us at once is heard.
        let stop = Stop::listen()?;
        metrics::install();
        let footing = Footing::take(settings)?;
        // Before anything is told where the server is: the system may choose the port.
        let listening = listen(settings.server.listen)?;
        let settings = &settings.at(listening.address);
        let platform = Platform::open(footing, settings, args.migrate).await?;
        let served = router::build(&platform, settings, args);
        let worker = work::start(&platform, settings, !args.no_worker, stop.first()).await?;
        announce(&platform, settings, &listening, context.json).await?;
        let (hub, operations) = (served.hub, served.operations);
        let (first, second) = (stop.first(), stop.second());
        let pause = settings.server.stop_pause;
        let stopping = async move {
            first.await;
            operations.stop();
            // Load balancers hear of it while their requests are still answered.
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = second => {}
            }
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

fn listen(address: SocketAddr) -> Result<Listening, CliError> {
    Listening::on(address)
        .map_err(|why| CliError::nothing(why.to_string()).try_this("another --listen"))
}

/// Says where the server is, and how it is set up where nobody has done so.
async fn announce(
    platform: &Platform,
    settings: &Settings,
    listening: &Listening,
    as_json: bool,
) -> Result<(), CliError> {
    let token = platform.accounts.set_up_token().await;
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
        ui::text(
            "It is not set up yet. Whoever does it becomes its superadmin, and owner of a workspace:",
        )?;
        ui::text(&format!("  on this machine   POST http://{address}/api/setup"))?;
        ui::text(&format!("  from elsewhere    the same with \"token\": \"{}\"", token.expose()))?;
    }
    Ok(())
}

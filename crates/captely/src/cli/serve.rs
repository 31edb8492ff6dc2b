use clap::{Args, ValueEnum};

use super::{Overrides, Place};

const LONG_ABOUT: &str = "\
Serves the platform on one port: the API with its documents at /docs, sign-in, progress as it \
happens, and the background work. It needs nothing else: the embedded database is made at the first \
start. Nobody has an account then: the first person to come on this machine becomes owner and \
superadmin (POST /api/setup, which /docs lets you do in the browser), or from elsewhere with the \
token that is printed.

Ends at Ctrl-C or SIGTERM: after server.stop_pause_s open requests are finished, jobs are finished or \
handed back. A second one ends the pause.";

const EXAMPLES: &str = "\
Examples:
  captely serve
  captely serve --listen 0.0.0.0:8080 --set server.public_url=https://app.example.com
  DATABASE_URL=postgres://captely@db/captely captely serve --no-worker
  captely serve --services accounts,events";

/// A part of the server that can be served by processes of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Sign-up, sign-in, workspaces, members, keys, audit log.
    Accounts,
    /// Balance, history and usage of credits.
    Credits,
    /// Contacts that may be one, and what was merged.
    Contacts,
    /// Plans, packages, subscriptions, invoices, payments.
    Billing,
    /// Progress as it happens: server-sent events and WebSocket.
    Events,
}

/// `captely serve`.
#[derive(Debug, Clone, Args)]
#[command(long_about = LONG_ABOUT, after_help = EXAMPLES)]
pub struct ServeArgs {
    /// Address and port to listen on; port 0 takes a free one [setting server.listen]
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<String>,

    /// The parts to serve, with commas between them; health, readiness and documents always are
    #[arg(long, value_name = "PART", value_delimiter = ',', value_enum)]
    pub services: Vec<Part>,

    /// Leaves background jobs to `captely worker`
    #[arg(long)]
    pub no_worker: bool,

    /// Brings the tables of a PostgreSQL server to this version first
    #[arg(long)]
    pub migrate: bool,

    /// Where data is kept.
    #[command(flatten)]
    pub place: Place,
}

impl ServeArgs {
    pub(super) fn overrides(&self, into: &mut Overrides) {
        into.add("server.listen", "--listen", self.listen.clone());
        self.place.overrides(into);
    }

    /// Whether this part is to be served: all are where none is named.
    pub fn serves(&self, part: Part) -> bool {
        self.services.is_empty() || self.services.contains(&part)
    }
}

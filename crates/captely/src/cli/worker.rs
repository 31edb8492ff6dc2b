use std::net::SocketAddr;

use clap::Args;

use super::Place;

const LONG_ABOUT: &str = "\
Works on background jobs: sends mail, and removes what is old. Lists are worked on by `captely \
enrich` and `captely verify` themselves. As many workers as you like may work on one PostgreSQL; each \
needs a data folder and the encryption keys of the others. The embedded database has one process: \
there `captely serve` does the work itself.

Ends at Ctrl-C or SIGTERM: jobs are finished or handed back.";

const EXAMPLES: &str = "\
Examples:
  DATABASE_URL=postgres://captely@db/captely captely worker
  captely worker --listen 127.0.0.1:9091
  captely worker --data-dir /var/lib/captely-worker-2 --set server.jobs_at_once=64";

/// `captely worker`.
#[derive(Debug, Clone, Args)]
#[command(long_about = LONG_ABOUT, after_help = EXAMPLES)]
pub struct WorkerArgs {
    /// Address and port that answer /metrics, /api/health and /api/ready of this process; none are
    /// open unless given
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<SocketAddr>,

    /// Where data is kept.
    #[command(flatten)]
    pub place: Place,
}

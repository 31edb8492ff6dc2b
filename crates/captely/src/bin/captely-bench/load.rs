//! `captely-bench load`: requests over many connections to a server on this machine, on one core.
//!
//! Without `--rate` each connection asks again as soon as it is answered, which shows how much the
//! server can do. With `--rate` requests are due at fixed times, and latency counts from then: a server
//! that stands still for a second makes all who came meanwhile wait, and that is measured.

mod connection;
mod figures;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use clap::Args;
use futures::StreamExt as _;

use super::cascade::Failed;
use connection::{Connection, Target};
use figures::Figures;

/// Connections that are opened at once.
const OPENED_AT_ONCE: usize = 256;
/// How long opening all of them may take.
const OPENED_WITHIN: Duration = Duration::from_mins(1);
/// How long an answer may take.
const ANSWERED_WITHIN: Duration = Duration::from_secs(30);

/// Options of `captely-bench load`.
#[derive(Debug, Args)]
pub(super) struct LoadArgs {
    /// Where the server listens
    #[arg(long)]
    to: SocketAddr,
    /// What is asked
    #[arg(long, default_value = "/api/auth/me")]
    path: String,
    /// The access token, if one is shown
    #[arg(long)]
    bearer: Option<String>,
    /// Sends this JSON by POST; without it, GET
    #[arg(long, value_name = "JSON")]
    post: Option<String>,
    /// Connections that are held
    #[arg(long, default_value_t = 64)]
    connections: u32,
    /// Requests a second over all connections; without it, as many as are answered
    #[arg(long)]
    rate: Option<u32>,
    /// How long is measured
    #[arg(long, default_value_t = 10)]
    seconds: u32,
    /// How long requests are sent before
    #[arg(long, default_value_t = 2)]
    warm_up_s: u32,
    /// Addresses of this machine that connections come from, in turn: 127.0.0.1 and so on
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=200))]
    sources: u8,
}

/// When requests are sent and which of them count.
#[derive(Debug, Clone, Copy)]
struct Plan {
    begin: Instant,
    counted_from: Instant,
    end: Instant,
    /// Between two requests of one connection; none where each follows the answer before.
    every: Option<Duration>,
}

impl LoadArgs {
    pub(super) fn measure(&self) -> Result<serde_json::Value, Failed> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(self.run())
    }

    async fn run(&self) -> Result<serde_json::Value, Failed> {
        let target = Target::new(self.to, &self.path, self.bearer.as_deref(), self.post.as_deref());
        let opened: Vec<Result<Connection, Failed>> = tokio::time::timeout(
            OPENED_WITHIN,
            futures::stream::iter(0..self.connections)
                .map(|n| Connection::open(&target, n % u32::from(self.sources)))
                .buffered(OPENED_AT_ONCE)
                .collect(),
        )
        .await?;
        let opened = opened.into_iter().collect::<Result<Vec<_>, _>>()?;
        let plan = self.plan();
        let tasks = (0_u32..).zip(opened).map(|(n, connection)| {
            let first = self.due(n).unwrap_or_default();
            tokio::spawn(keep_asking(connection, plan, first))
        });
        let tasks: Vec<_> = tasks.collect();
        let mut all = Figures::default();
        for task in tasks {
            all.add(task.await?);
        }
        Ok(all.report(self.connections, self.seconds))
    }

    fn plan(&self) -> Plan {
        let begin = Instant::now();
        let counted_from = begin + Duration::from_secs(self.warm_up_s.into());
        let end = counted_from + Duration::from_secs(self.seconds.into());
        Plan { begin, counted_from, end, every: self.due(self.connections) }
    }

    /// When the request number `n` is due.
    fn due(&self, n: u32) -> Option<Duration> {
        self.rate.map(|rate| Duration::from_secs(1).saturating_mul(n) / rate.max(1))
    }
}

/// Asks over one connection until the time is up or the connection is gone.
async fn keep_asking(mut connection: Connection, plan: Plan, first: Duration) -> Figures {
    let mut figures = Figures::default();
    let mut due = plan.begin + first;
    loop {
        let from = match plan.every {
            None => Instant::now(),
            Some(every) => {
                let now_due = due;
                due += every;
                now_due
            }
        };
        if from >= plan.end {
            return figures;
        }
        if plan.every.is_some() {
            tokio::time::sleep_until(from.into()).await;
        }
        let answered = tokio::time::timeout(ANSWERED_WITHIN, connection.ask()).await;
        let counts = from >= plan.counted_from;
        match answered {
            Ok(Ok(status)) if counts => figures.answered(status, from.elapsed()),
            Ok(Ok(_)) => {}
            // Also before it counts: whoever loses a connection must hear of it.
            Ok(Err(why)) => return figures.lost(why.to_string()),
            Err(_elapsed) => return figures.lost("no answer in time".to_owned()),
        }
    }
}

//! What `make bench` measures with. `captely-bench bare`: the bare loop that `make bench` compares with. The same calls as
//! `captely enrich --no-verify` makes, over the same HTTP client, with nothing planned, checked or
//! recorded: what is left when everything that the product is for is taken away.
//!
//! `captely-bench mailboxes`: how near verification comes to what the limits per mail host allow.
//!
//! `captely-bench load`: requests to a server, as many as it answers or so many a second.

mod cascade;
mod load;
mod mailboxes;
mod truth;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use captely_tabular::{ReadOptions, open};
use clap::{Parser, Subcommand};
use futures::StreamExt as _;

use cascade::{Cascade, Failed, Lead};
use load::LoadArgs;
use mailboxes::Mailboxes;

/// Rows under way at a time.
const ROWS_AT_ONCE: usize = 64;

#[derive(Debug, Parser)]
#[command(name = "captely-bench", about = "Peers that `make bench` measures Captely against")]
struct Bench {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// A bare loop over the providers of a running sandbox; prints one line of JSON
    Bare {
        /// The line of JSON that `captely sandbox` printed
        #[arg(long)]
        world: PathBuf,
        /// People of its list
        #[arg(long, default_value_t = 5_000)]
        contacts: u32,
    },
    /// How right the verifier is about addresses whose truth is known; prints one line of JSON
    Truth(truth::TruthArgs),
    /// Verifies addresses at slow mail hosts of a sandbox of its own; prints one line of JSON
    Mailboxes(Mailboxes),
    /// Sends requests to a server of this machine; prints one line of JSON
    Load(LoadArgs),
}

fn main() -> ExitCode {
    let measured = match Bench::parse().what {
        What::Bare { world, contacts } => bare(&world, contacts),
        What::Truth(args) => truth::run(&args),
        What::Load(args) => args.measure(),
        What::Mailboxes(mailboxes) => on_runtime(mailboxes.measure()),
    };
    match measured {
        Ok(line) => {
            // Nobody is there to read what is printed to a closed pipe.
            let _ = writeln!(std::io::stdout(), "{line}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "captely-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn on_runtime(
    work: impl Future<Output = Result<serde_json::Value, Failed>>,
) -> Result<serde_json::Value, Failed> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}

fn bare(world: &std::path::Path, contacts: u32) -> Result<serde_json::Value, Failed> {
    on_runtime(async {
        let world: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(world)?)?;
        let cascade = Cascade::of(&world)?;
        let list = cascade.list(contacts).await?;
        let leads = leads(&list)?;
        let began = Instant::now();
        let rows = leads.len();
        let found: Vec<Result<bool, Failed>> = futures::stream::iter(&leads)
            .map(|lead| cascade.find(lead))
            .buffer_unordered(ROWS_AT_ONCE)
            .collect()
            .await;
        let seconds = began.elapsed().as_secs_f64();
        let found = found.into_iter().collect::<Result<Vec<bool>, Failed>>()?;
        let found = found.into_iter().filter(|found| *found).count();
        Ok(serde_json::json!({
            "contacts": rows,
            "seconds": seconds,
            "contacts_per_s": f64::from(u32::try_from(rows)?) / seconds,
            "found": found,
            "calls": cascade.calls(),
        }))
    })
}

fn leads(text: &str) -> Result<Vec<Lead>, Failed> {
    let mut file = tempfile::Builder::new().suffix(".csv").tempfile()?;
    file.write_all(text.as_bytes())?;
    let mut reader = open(file.path(), &ReadOptions::default())?;
    let header = reader.header().to_vec();
    let place = |name: &str| header.iter().position(|own| own == name);
    let places = ["first_name", "last_name", "company", "domain"].map(place);
    let mut leads = Vec::new();
    while let Some(row) = reader.next_row() {
        let row = row?;
        let [first_name, last_name, company, domain] = places
            .map(|place| place.and_then(|place| row.cells.get(place)).cloned().unwrap_or_default());
        leads.push(Lead { first_name, last_name, company, domain });
    }
    Ok(leads)
}

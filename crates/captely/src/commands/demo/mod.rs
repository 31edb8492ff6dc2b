//! `captely demo`: the whole job offline, and how right its result is.

mod compare;
mod show;

use std::path::{Path, PathBuf};

use captely_contact::Field;
use captely_sandbox::{Conduct, Span};
use captely_tabular::Format;

use super::again::this_command;
use super::enrich::{self, Job, Report, World};
use super::output::Output;
use super::runtime;
use crate::Context;
use crate::cli::DemoArgs;
use crate::config::{self, Override, Sources};
use crate::exit::{CliError, Exit};
use crate::ui;
use compare::Comparison;

/// People of the demo's world; a longer list makes it larger.
const PEOPLE_MIN: u32 = 5_000;
/// How long a provider of the demo's world takes to answer, in milliseconds.
const LATENCY_MS: Span = Span { from: 20, to: 80 };

/// The files of a demo.
struct Files {
    leads: PathBuf,
    enriched: PathBuf,
    truth: PathBuf,
    data: PathBuf,
}

/// Runs `captely demo`. The user's own settings and keys take no part.
pub fn run(args: &DemoArgs, context: &Context) -> Result<Exit, CliError> {
    std::fs::create_dir_all(&args.out_dir).map_err(|why| refused(&args.out_dir, &why))?;
    // Settings read a relative folder from another place than ours.
    let data = std::path::absolute(args.out_dir.join("data"));
    let files = Files {
        leads: args.out_dir.join("leads.csv"),
        enriched: args.out_dir.join("enriched.csv"),
        truth: args.out_dir.join("truth.csv"),
        data: data.map_err(|why| refused(&args.out_dir, &why))?,
    };
    if !context.json {
        ui::note(&format!(
            "A synthetic world stands on this machine: seed {}, {} people, four data providers, DNS and \
             mail servers. Nothing leaves the machine, nobody in it is real.",
            args.seed,
            ui::count(u64::from(args.rows.max(PEOPLE_MIN)))
        ));
    }
    let report = runtime::block_on(play(args, &files, context.json))?;
    let comparison = Comparison::of(&files.enriched, &files.truth)?;
    if context.json {
        let mut whole = report.to_json();
        if let Some(whole) = whole.as_object_mut() {
            whole.insert("truth".to_owned(), comparison.to_json());
            whole.insert("input".to_owned(), files.leads.display().to_string().into());
        }
        ui::json_line(&whole)?;
    } else {
        ui::text(&show::sample(&files.enriched, &files.truth)?)?;
        ui::text(&format!("\n{}\n\n{}", report.table(), comparison.table()))?;
        ui::text(&farewell(&files))?;
    }
    Ok(report.exit())
}

async fn play(args: &DemoArgs, files: &Files, quiet: bool) -> Result<Report, CliError> {
    let loaded = config::load(&Sources {
        arguments: vec![Override {
            key: "data.dir".to_owned(),
            value: files.data.display().to_string(),
            argument: "--out-dir".to_owned(),
        }],
        directory: files.data.clone(),
        ..Sources::default()
    });
    let settings = loaded.settings()?;
    let own = captely_sandbox::Settings {
        seed: args.seed,
        people: args.rows.max(PEOPLE_MIN),
        conduct: Conduct { latency_ms: LATENCY_MS, ..Conduct::at_once() },
        ..captely_sandbox::Settings::default()
    };
    let world = World::own(own, settings).await?;
    for (path, what) in [(&files.leads, "leads"), (&files.truth, "truth")] {
        let text = world.text(&format!("/_sandbox/{what}.csv?n={}", args.rows)).await?;
        std::fs::write(path, text).map_err(|why| refused(path, &why))?;
    }
    let job = Job {
        file: &files.leads,
        output: Output { path: files.enriched.clone(), format: Format::Csv },
        fields: vec![Field::Email, Field::Phone],
        verify: true,
        quiet,
        again: this_command(),
        map: Vec::new(),
    };
    enrich::enrich(&job, &world, settings).await
}

fn refused(path: &Path, why: &std::io::Error) -> CliError {
    CliError::output(format!("{}: cannot be written ({why})", path.display()))
        .try_this("another folder with --out-dir")
}

fn farewell(files: &Files) -> String {
    let lines = [
        (&files.leads, "the list that went in"),
        (&files.enriched, "the result, with why, where from and what for in every row"),
        (&files.truth, "what is true in this world"),
        (&files.data, "the database: run the demo again and nothing is paid twice"),
    ];
    let places = lines.map(|(path, what)| format!("  {:<28} {what}", path.display()));
    format!(
        "\nFiles\n{}\n\nNext\n  captely enrich YOURS.csv --sandbox 1       your own list, offline and free\n  \
         captely providers                          what each provider gives and costs\n  \
         captely enrich YOURS.csv -o enriched.csv   for real, with a key such as HUNTER_API_KEY",
        places.join("\n")
    )
}

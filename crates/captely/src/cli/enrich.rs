use std::path::PathBuf;

use captely_contact::{Credits, Usd};
use captely_tabular::Role;
use clap::{Args, ValueEnum};

use super::{FieldList, Overrides, Place};

const LONG_ABOUT: &str = "\
Finds and verifies contacts for the people of a list.

FILE is CSV, TSV, XLSX, JSON or JSON Lines with a header; columns are recognised by their names \
(first and last name or full name, company or domain, title, LinkedIn address, country). Unknown \
columns pass through untouched. For each row the free step comes first: the domain's e-mail \
pattern is guessed and verified. Then providers are asked one after the other until an answer is \
sure enough or the budget ends.

The output keeps the input's columns and adds email, email_status, email_confidence, \
email_provider, email_cost_usd, phone, phone_type and more; docs/cli.md describes each.

Stopped at any point, the same command again continues where it was: answered questions are \
neither asked nor paid again.";

const EXAMPLES: &str = "\
Examples:
  captely enrich leads.csv -o enriched.csv
  captely enrich leads.xlsx -o out.xlsx --fields email,phone --max-cost-usd 25
  captely enrich leads.csv --order cheapest --stop-at 95 --max-cost-per-row-usd 0.10
  captely enrich leads.csv --map Wer=full_name --map Wo=company_name
  captely enrich leads.csv --sandbox 7            offline, against the synthetic world of seed 7
  captely enrich leads.csv --json > summary.json";

/// `captely enrich`.
#[derive(Debug, Clone, Args)]
#[command(long_about = LONG_ABOUT, after_help = EXAMPLES)]
pub struct EnrichArgs {
    /// The list: CSV, TSV, XLSX, JSON or JSON Lines
    pub file: PathBuf,

    /// Where the result goes; beside FILE with "-enriched" in its name if left out
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,

    /// Format of the result; by the ending of OUT if left out
    #[arg(long, value_enum)]
    pub format: Option<OutputFormat>,

    /// Takes COLUMN for KIND: full_name, first_name, last_name, company_name, domain, website, email …
    #[arg(long, value_name = "COLUMN=KIND", value_parser = column_choice)]
    pub map: Vec<(String, Role)>,

    /// What to look for: email, phone, or both with a comma
    #[arg(long, value_name = "LIST", default_value = "email")]
    pub fields: FieldList,

    /// Takes addresses as providers give them, without asking DNS and mail servers
    #[arg(long)]
    pub no_verify: bool,

    /// What to ask, how long and for how much.
    #[command(flatten)]
    pub plan: PlanArgs,

    /// Which synthetic world to use instead of the real one.
    #[command(flatten)]
    pub sandbox: SandboxFlag,

    /// Where data is kept.
    #[command(flatten)]
    pub place: Place,
}

/// Order, stop rule and budget of a run.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Order and budget")]
pub struct PlanArgs {
    /// Order of providers: fixed, cheapest, or names with commas [setting waterfall.order]
    #[arg(long, value_name = "ORDER")]
    pub order: Option<String>,

    /// Stop at the first answer at least this sure, in percent [setting waterfall.stop_at]
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(1..=100))]
    pub stop_at: Option<u8>,

    /// The most that this run may spend, in dollars; never exceeded
    #[arg(long, value_name = "USD")]
    pub max_cost_usd: Option<Usd>,

    /// The most that one row may cost, in dollars; never exceeded
    #[arg(long, value_name = "USD")]
    pub max_cost_per_row_usd: Option<Usd>,

    /// The most credits that this run may spend; never exceeded
    #[arg(long, value_name = "CREDITS")]
    pub max_credits: Option<Credits>,
}

impl EnrichArgs {
    /// What these arguments set.
    pub fn overrides(&self, into: &mut Overrides) {
        let plan = &self.plan;
        let money = |amount: Option<Usd>| amount.map(|amount| amount.to_string());
        into.add("waterfall.order", "--order", plan.order.clone());
        into.add("waterfall.stop_at", "--stop-at", plan.stop_at.map(|p| p.to_string()));
        into.add("waterfall.max_cost_usd", "--max-cost-usd", money(plan.max_cost_usd));
        let per_row = money(plan.max_cost_per_row_usd);
        into.add("waterfall.max_cost_per_row_usd", "--max-cost-per-row-usd", per_row);
        let credits = plan.max_credits.map(|credits| credits.to_string());
        into.add("waterfall.max_credits", "--max-credits", credits);
        self.place.overrides(into);
    }
}

fn column_choice(text: &str) -> Result<(String, Role), String> {
    let (column, role) =
        text.rsplit_once('=').ok_or_else(|| "write it as COLUMN=KIND".to_owned())?;
    Ok((column.to_owned(), role.parse()?))
}

/// The format of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// Comma-separated values
    Csv,
    /// An Excel workbook
    Xlsx,
    /// One JSON array of objects
    Json,
    /// One JSON object a line
    Jsonl,
}

/// `--sandbox [SEED or ADDR]`.
#[derive(Debug, Clone, Default, Args)]
pub struct SandboxFlag {
    /// Uses a synthetic world: of this seed, or the one that `captely sandbox` serves at this address
    #[arg(
        long,
        value_name = "SEED|ADDR",
        num_args = 0..=1,
        require_equals = false,
        default_missing_value = "1",
        value_parser = sandbox_choice,
    )]
    pub sandbox: Option<SandboxChoice>,
}

/// Which synthetic world to use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SandboxChoice {
    /// One of our own, made from this seed and started in this process.
    Seed(u64),
    /// One that runs already: the address that `captely sandbox` printed, `http://127.0.0.1:8088`.
    Running(String),
}

fn sandbox_choice(text: &str) -> Result<SandboxChoice, String> {
    if let Ok(seed) = text.parse() {
        return Ok(SandboxChoice::Seed(seed));
    }
    let bare = text.strip_prefix("http://").unwrap_or(text).trim_end_matches('/');
    let host_and_port = bare.rsplit_once(':');
    match host_and_port {
        Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => {
            Ok(SandboxChoice::Running(format!("http://{bare}")))
        }
        _ => Err("write a seed such as 7, or an address such as 127.0.0.1:8088".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        args: EnrichArgs,
    }

    #[track_caller]
    fn parse(line: &str) -> Result<EnrichArgs, String> {
        let words = std::iter::once("enrich").chain(line.split_whitespace());
        Line::try_parse_from(words).map(|line| line.args).map_err(|e| e.to_string())
    }

    #[test]
    fn a_whole_line_becomes_settings() {
        let args = parse(
            "leads.csv -o out.xlsx --format xlsx --fields email,phone --order cheapest --stop-at 95 \
             --max-cost-usd 25 --max-cost-per-row-usd .10 --no-verify --data-dir d --database sqlite:x",
        )
        .expect("parses");
        assert_eq!(args.format, Some(OutputFormat::Xlsx));
        assert_eq!(args.fields.to_string(), "email,phone");
        let mut overrides = Overrides::default();
        args.overrides(&mut overrides);
        let set: Vec<_> = overrides.0.iter().map(|o| format!("{}={}", o.key, o.value)).collect();
        let expected = [
            "waterfall.order=cheapest",
            "waterfall.stop_at=95",
            "waterfall.max_cost_usd=25.00",
            "waterfall.max_cost_per_row_usd=0.10",
            "data.dir=d",
            "database.url=sqlite:x",
        ];
        assert_eq!(set, expected);
    }

    #[test]
    fn worlds() {
        let world = |line: &str| parse(line).expect("parses").sandbox.sandbox;
        let running = SandboxChoice::Running("http://127.0.0.1:8088".into());
        assert_eq!(world("x.csv"), None);
        assert_eq!(world("x.csv --sandbox"), Some(SandboxChoice::Seed(1)));
        assert_eq!(world("--sandbox 7 x.csv"), Some(SandboxChoice::Seed(7)));
        assert_eq!(world("x.csv --sandbox 127.0.0.1:8088"), Some(running.clone()));
        assert_eq!(world("x.csv --sandbox http://127.0.0.1:8088/"), Some(running));
        assert!(parse("x.csv --sandbox nowhere").is_err());
    }

    #[test]
    fn nonsense_is_refused() {
        for line in [
            "",
            "x.csv --stop-at 101",
            "x.csv --max-cost-usd -1",
            "x.csv --fields title",
            "x.csv --map a",
            "x.csv --map a=b",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}

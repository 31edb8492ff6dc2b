use std::path::PathBuf;

use clap::Args;

use super::Overrides;
use super::enrich::SandboxFlag;

const LONG_ABOUT: &str = "\
Checks e-mail addresses and phone numbers.

Each argument is an existing file, else an e-mail address if it has an @, else a phone number. Of \
a file (CSV, TSV, XLSX, JSON, JSON Lines, or plain lines) every row is checked: its e-mail column, \
or its phone column where it has none. The result of a file keeps the input's columns and adds \
input, kind, status, safe, catch_all, score, level, reason and checked_at, one row for each input \
row, in order.

Levels: syntax looks at the text alone; domain asks whether the domain exists; mx whether it takes \
mail; smtp asks its mail server for the mailbox, without sending anything. A number is checked \
against the numbering plans, offline.";

const EXAMPLES: &str = "\
Examples:
  captely verify ada@example.com
  captely verify '+44 20 7946 0018' grace@example.org
  captely verify leads.csv -o checked.csv
  captely verify leads.xlsx --level mx --json";

/// The words of `captely_verify::Level`.
const LEVELS: [&str; 4] = ["syntax", "domain", "mx", "smtp"];

/// `captely verify`.
#[derive(Debug, Clone, Args)]
#[command(long_about = LONG_ABOUT, after_help = EXAMPLES)]
pub struct VerifyArgs {
    /// Files, e-mail addresses or phone numbers
    #[arg(required = true, value_name = "FILE|ADDRESS|NUMBER", allow_hyphen_values = false)]
    pub inputs: Vec<String>,

    /// How deep to look at addresses [setting verify.level; smtp unless set]
    #[arg(long, value_name = "LEVEL", value_parser = LEVELS)]
    pub level: Option<String>,

    /// Where a file's result goes; beside it with "-verified" in its name if left out
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,

    /// Country of phone numbers without +, as two letters
    #[arg(long, value_name = "CC", value_parser = country)]
    pub country: Option<String>,

    /// Which synthetic world to use instead of the real one.
    #[command(flatten)]
    pub sandbox: SandboxFlag,
}

impl VerifyArgs {
    /// What these arguments set.
    pub fn overrides(&self, into: &mut Overrides) {
        into.add("verify.level", "--level", self.level.clone());
    }
}

/// An ISO 3166-1 alpha-2 code in upper case.
fn country(text: &str) -> Result<String, String> {
    let text = text.trim().to_ascii_uppercase();
    if text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase()) {
        Ok(text)
    } else {
        Err("write a country as two letters, such as GB".to_owned())
    }
}

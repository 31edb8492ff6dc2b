use std::path::PathBuf;
use std::str::FromStr;

use captely_contact::Usd;
use clap::Args;

use super::enrich::SandboxFlag;
use super::{Overrides, Place};

const LONG_ABOUT: &str = "\
Checks e-mail addresses and phone numbers.

Each argument is an existing file, else an e-mail address if it has an @, else a phone number. Of \
a file (CSV, TSV, XLSX, JSON, JSON Lines, or plain lines) every row is checked: its e-mail column, \
or its phone column where it has none. The result of a file keeps the input's columns and adds \
input, kind, status, safe, catch_all, probability, score, level, reason, suggestion and checked_at, \
one row for each input row, in order.

Answers are remembered for 30 days (verify.remember_days) and not asked again; checked_at is when the \
mail server was really asked. A command that was stopped or killed goes on where it was when it is \
given again. Where a mail server puts a stranger off for a while (greylisting), the command asks again \
at the right time, as long as --wait lets it.

Levels: syntax looks at the text alone; domain asks whether the domain exists; mx whether it takes \
mail; smtp asks its mail server for the mailbox, without sending anything. A number is checked \
against the numbering plans, offline.";

const EXAMPLES: &str = "\
Examples:
  captely verify ada@example.com
  captely verify '+44 20 7946 0018' grace@example.org
  captely verify leads.csv -o checked.csv
  captely verify leads.xlsx --level mx --json
  captely verify leads.csv --wait 30m      wait longer for servers that put strangers off
  captely verify leads.csv --with zerobounce --budget 500 --dry-run
  captely verify numbers.csv --with twilio-lookup --budget '$5'";

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

    /// Country of phone numbers without +, as two letters [setting verify.country]
    #[arg(long, value_name = "CC", value_parser = country)]
    pub country: Option<String>,

    /// How long to wait for mail servers that put strangers off, such as 90s, 10m, 2h or 0
    /// [setting verify.wait_s; 15 minutes unless set]
    #[arg(long, value_name = "TIME", value_parser = wait_s)]
    pub wait: Option<u32>,

    /// Asks anew about everything, whatever is remembered
    #[arg(long)]
    pub fresh: bool,

    /// Asks this outside verifier about addresses that our own check leaves open, or about valid phone
    /// numbers, whichever it checks; each costs money
    #[arg(long, value_name = "NAME", requires = "budget")]
    pub with: Option<String>,

    /// With --with: about every address that is not invalid
    #[arg(long, requires = "with")]
    pub with_all: bool,

    /// The most that --with may cost for each file: a number of checks such as 500, or dollars such
    /// as $5
    #[arg(long, value_name = "CHECKS|$USD", requires = "with")]
    pub budget: Option<OutsideBudget>,

    /// With --with: says what it would cost, and asks only what is free
    #[arg(long, requires = "with")]
    pub dry_run: bool,

    /// Shows what was asked and answered about single addresses
    #[arg(short = 'v', long)]
    pub evidence: bool,

    /// Which synthetic world to use instead of the real one.
    #[command(flatten)]
    pub sandbox: SandboxFlag,

    /// Where data is kept.
    #[command(flatten)]
    pub place: Place,
}

impl VerifyArgs {
    /// What these arguments set.
    pub fn overrides(&self, into: &mut Overrides) {
        into.add("verify.level", "--level", self.level.clone());
        into.add("verify.country", "--country", self.country.clone());
        into.add("verify.wait_s", "--wait", self.wait.map(|s| s.to_string()));
        self.place.overrides(into);
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

/// What outside checks may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutsideBudget {
    /// So many checks.
    Checks(u32),
    /// So much money.
    Money(Usd),
}

impl FromStr for OutsideBudget {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.starts_with('$') {
            return text.parse().map(Self::Money);
        }
        text.parse().map(Self::Checks).map_err(|_no_number: std::num::ParseIntError| {
            "write a number of checks such as 500, or dollars such as $5".to_owned()
        })
    }
}

/// The longest wait that may be asked for, in seconds: a day.
pub const WAIT_S_MAX: u32 = 86_400;

/// Seconds of `600`, `90s`, `10m` or `2h`.
fn wait_s(text: &str) -> Result<u32, String> {
    let wrong = || "write a time of at most a day, such as 90s, 10m, 2h or 0".to_owned();
    let text = text.trim();
    let unit = |(sign, seconds): (char, u32)| Some((text.strip_suffix(sign)?, seconds));
    let (number, seconds) =
        [('s', 1), ('m', 60), ('h', 3_600)].into_iter().find_map(unit).unwrap_or((text, 1));
    let number: u32 = number.trim().parse().ok().ok_or_else(wrong)?;
    number.checked_mul(seconds).filter(|s| *s <= WAIT_S_MAX).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budgets() {
        assert_eq!("500".parse(), Ok(OutsideBudget::Checks(500)));
        assert_eq!("$2.50".parse(), Ok(OutsideBudget::Money(Usd::micros(2_500_000))));
        for wrong in ["", "-1", "five", "2.5", "$", "$-1"] {
            assert!(wrong.parse::<OutsideBudget>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn waits() {
        for (text, seconds) in
            [("0", 0), ("600", 600), ("90s", 90), ("10m", 600), ("2h", 7_200), ("24 h", 86_400)]
        {
            assert_eq!(wait_s(text), Ok(seconds), "{text}");
        }
        for wrong in ["", "h", "25h", "-1", "ten", "1.5h", "99999999999999"] {
            assert!(wait_s(wrong).is_err(), "{wrong}");
        }
    }
}

use std::path::PathBuf;
use std::str::FromStr;

use captely_crm::OnMatch;
use clap::{Args, ValueEnum};

use super::{Overrides, Place};

const LONG_ABOUT: &str = "\
Takes the people and companies of a list into the workspace.

FILE is CSV, TSV, a workbook (XLSX, XLS, XLSB, ODS), JSON, JSON Lines or vCard, plain or packed (.gz, .zip). \
Encoding, delimiter, header and what the columns hold are found out; --preview shows it, --map overrules it. \
--dry-run says what would be created, updated, merged and skipped, by doing all of it on a copy.

Whoever is there already is known by e-mail address, LinkedIn address, phone number with name, or name with \
company; --on-match says who wins. Every row is kept as it stood. `captely imports` lists imports, shows what \
became of their rows, and undoes them.

Stopped at any point, the same command again continues where it was.";

const EXAMPLES: &str = "\
Examples:
  captely import leads.csv --preview
  captely import leads.csv --dry-run -o what-would-happen.csv
  captely import leads.xlsx --sheet Messe --tag fair-2026
  captely import leads.csv --map Position=title --map 7=custom.Region --map Foo=ignore
  captely import crm-export.csv --on-match fill_blanks --field title=overwrite
  captely import leads.csv --verify
  captely import leads.csv --errors errors.csv --json";

/// `captely import`.
#[derive(Debug, Clone, Args)]
#[command(long_about = LONG_ABOUT, after_help = EXAMPLES)]
pub struct ImportArgs {
    /// The list
    pub file: PathBuf,

    /// Shows how the file is read and what its columns are taken for, and imports nothing
    #[arg(long, conflicts_with_all = ["dry_run", "errors", "output"])]
    pub preview: bool,

    /// Finds out what would happen, and imports nothing
    #[arg(long)]
    pub dry_run: bool,

    /// Takes COLUMN (its name or number) for KIND: email, full_name, title …, custom.NAME or ignore
    #[arg(long, value_name = "COLUMN=KIND", value_parser = pair)]
    pub map: Vec<(String, String)>,

    /// What happens to contacts that are there
    #[arg(long, value_enum, default_value = "fill_blanks")]
    pub on_match: MatchWord,

    /// The same for one field
    #[arg(long, value_name = "FIELD=HOW", value_parser = field_pair)]
    pub field: Vec<(String, MatchWord)>,

    /// Makes two contacts one where a row shows them to be the same
    #[arg(long)]
    pub merge: bool,

    /// Puts this tag on each contact; may be repeated
    #[arg(long, value_name = "TAG")]
    pub tag: Vec<String>,

    /// Checks the addresses of its contacts then, as `captely verify` checks a list
    #[arg(long, conflicts_with_all = ["dry_run", "preview"])]
    pub verify: bool,

    /// Writes the rows with what became of them to OUT (CSV)
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,

    /// Writes what could not be used to OUT (CSV): line, column, value, reason
    #[arg(long, value_name = "OUT")]
    pub errors: Option<PathBuf>,

    /// How the file is read, where it is not found out rightly.
    #[command(flatten)]
    pub reading: ReadingArgs,

    /// Where data is kept.
    #[command(flatten)]
    pub place: Place,
}

/// How a file is read.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "How the file is read, where it is not found out rightly")]
pub struct ReadingArgs {
    /// Sheet of a workbook; of a ZIP archive the file in it
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,

    /// Delimiter of a text: one character, or tab
    #[arg(long, value_name = "CHAR", value_parser = delimiter)]
    pub delimiter: Option<char>,

    /// Encoding of a text, such as windows-1252 or shift_jis
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,

    /// Line of the header, from 1; 0 where no line names the columns
    #[arg(long, value_name = "LINE")]
    pub header: Option<usize>,

    /// Country in whose form phone numbers are read, where neither row nor domain tells
    #[arg(long, value_name = "NAME|CODE")]
    pub country: Option<String>,
}

impl ImportArgs {
    /// What these arguments set.
    pub fn overrides(&self, into: &mut Overrides) {
        self.place.overrides(into);
    }
}

/// Who wins where a row meets a contact that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum MatchWord {
    /// Whoever is there stays as they are
    Skip,
    /// Only fields without a value take the row's
    FillBlanks,
    /// Every value of the row is taken; an empty cell erases nothing
    Overwrite,
    /// The newer of both, by the file's own dates
    NewestWins,
}

impl From<MatchWord> for OnMatch {
    fn from(word: MatchWord) -> Self {
        match word {
            MatchWord::Skip => Self::Skip,
            MatchWord::FillBlanks => Self::FillBlanks,
            MatchWord::Overwrite => Self::Overwrite,
            MatchWord::NewestWins => Self::NewestWins,
        }
    }
}

/// As in `--field title=overwrite`.
impl FromStr for MatchWord {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        <Self as ValueEnum>::from_str(text, true).map_err(|_why| {
            format!("{text:?} is none of skip, fill_blanks, overwrite, newest_wins")
        })
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (column, kind) =
        text.rsplit_once('=').ok_or_else(|| "write it as COLUMN=KIND".to_owned())?;
    Ok((column.to_owned(), kind.to_owned()))
}

fn field_pair(text: &str) -> Result<(String, MatchWord), String> {
    let (field, how) = text.rsplit_once('=').ok_or_else(|| "write it as FIELD=HOW".to_owned())?;
    Ok((field.to_owned(), how.parse()?))
}

fn delimiter(text: &str) -> Result<char, String> {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) => Ok(letter),
        _ if text == "tab" || text == "\\t" => Ok('\t'),
        _ => Err("a delimiter is one character, or the word tab".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        args: ImportArgs,
    }

    #[track_caller]
    fn parse(line: &str) -> Result<ImportArgs, String> {
        let words = std::iter::once("import").chain(line.split_whitespace());
        Line::try_parse_from(words).map(|line| line.args).map_err(|e| e.to_string())
    }

    #[test]
    fn a_whole_line() {
        let args = parse(
            "leads.csv --map A=B=title --on-match overwrite --field email=skip --delimiter tab --tag x",
        )
        .expect("parses");
        assert_eq!(args.map, [("A=B".to_owned(), "title".to_owned())]);
        assert_eq!(args.on_match, MatchWord::Overwrite);
        assert_eq!(args.field, [("email".to_owned(), MatchWord::Skip)]);
        assert_eq!(args.reading.delimiter, Some('\t'));
        assert_eq!(parse("x.csv").expect("parses").on_match, MatchWord::FillBlanks);
    }

    #[test]
    fn nonsense_is_refused() {
        for line in [
            "",
            "x.csv --on-match never",
            "x.csv --field email",
            "x.csv --field email=x",
            "x.csv --map a",
            "x.csv --delimiter ab",
            "x.csv --preview --dry-run",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}

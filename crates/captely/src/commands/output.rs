//! Where a result goes, decided and tried before anything is asked or paid.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use captely_tabular::Format;

use crate::exit::CliError;

/// A result's file and its format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Where it goes.
    pub path: PathBuf,
    /// How it is written.
    pub format: Format,
}

/// Where the result for `input` goes: `given`, else beside it with `suffix` in its name.
///
/// Errors: [`Exit::Usage`](crate::exit::Exit) where it would replace the input or has no known
/// format, [`Exit::Output`](crate::exit::Exit) where its folder cannot be written to.
pub fn choose(
    input: &Path,
    given: Option<&Path>,
    format: Option<Format>,
    suffix: &str,
) -> Result<Output, CliError> {
    let path = given.map_or_else(|| beside(input, format, suffix), Path::to_owned);
    if is_same_file(input, &path) {
        let sentence = format!("{}: the output would replace the input", path.display());
        return Err(CliError::usage(sentence).try_this("another name with -o"));
    }
    let format = match format {
        Some(format) => format,
        None => Format::from_path(&path).map_err(|why| {
            CliError::usage(why.to_string()).try_this("another ending, or --format csv")
        })?,
    };
    try_folder(&path)?;
    Ok(Output { path, format })
}

/// `lists/leads.xls` → `lists/leads-enriched.csv`: the input's format where it can be written.
fn beside(input: &Path, format: Option<Format>, suffix: &str) -> PathBuf {
    let stem = input.file_stem().unwrap_or_default().to_string_lossy();
    let own = || Format::from_path(input).ok();
    let ending = match (format.or_else(own), input.extension().and_then(|e| e.to_str())) {
        // A .tsv or .txt is read by its content, but what is written has commas.
        (Some(format), Some(ending)) if Format::from_path(input) == Ok(format) => {
            if format == Format::Csv { format.as_str() } else { ending }
        }
        (Some(format), _) => format.as_str(),
        (None, _) => Format::Csv.as_str(),
    };
    input.with_file_name(format!("{stem}{suffix}.{ending}"))
}

/// The same path, or another path to the same file.
fn is_same_file(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    match (fs::metadata(one), fs::metadata(other)) {
        (Ok(one), Ok(other)) => (one.dev(), one.ino()) == (other.dev(), other.ino()),
        _ => one == other,
    }
}

/// Tries to make a file where the result will be made.
fn try_folder(path: &Path) -> Result<(), CliError> {
    let refused = |why: &dyn std::fmt::Display| {
        CliError::output(format!("{}: cannot be written ({why})", path.display()))
            .try_this("another place with -o")
    };
    if path.is_dir() {
        return Err(refused(&"it is a folder"));
    }
    if path.exists() && !fs::metadata(path).is_ok_and(|meta| meta.is_file()) {
        return Err(refused(&"it is no plain file"));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    tempfile::tempfile_in(folder).map(drop).map_err(|why| match why.kind() {
        io::ErrorKind::NotFound => refused(&"there is no such folder"),
        _ => refused(&why),
    })
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::exit::Exit;

    #[track_caller]
    fn check(input: &str, format: Option<Format>, expected: &str) {
        assert_eq!(beside(Path::new(input), format, "-enriched"), Path::new(expected), "{input}");
    }

    #[test]
    fn beside_the_input_in_its_format() {
        check("a/leads.csv", None, "a/leads-enriched.csv");
        check("leads.xlsx", None, "leads-enriched.xlsx");
        check("leads.ndjson", None, "leads-enriched.ndjson");
        check("leads.tsv", None, "leads-enriched.csv");
        check("leads.xls", None, "leads-enriched.csv");
        check("leads", None, "leads-enriched.csv");
        check("leads.csv", Some(Format::JsonLines), "leads-enriched.jsonl");
        check("leads.2024.csv", None, "leads.2024-enriched.csv");
    }

    #[test]
    fn what_cannot_be_written_is_told_before_the_work() {
        let dir = TempDir::new().unwrap();
        let input = dir.path().join("leads.csv");
        fs::write(&input, "a\n1\n").unwrap();
        let code = |given: &Path| choose(&input, Some(given), None, "").map_err(|e| e.code);
        assert_eq!(code(&input), Err(Exit::Usage));
        let link = dir.path().join("link.csv");
        std::os::unix::fs::symlink(&input, &link).unwrap();
        assert_eq!(code(&link), Err(Exit::Usage));
        assert_eq!(code(&dir.path().join("out.pdf")), Err(Exit::Usage));
        assert_eq!(code(&dir.path().join("no/out.csv")), Err(Exit::Output));
        fs::create_dir(dir.path().join("folder.csv")).unwrap();
        assert_eq!(code(&dir.path().join("folder.csv")), Err(Exit::Output));
        assert_eq!(code(Path::new("/dev/full")), Err(Exit::Usage));
        let out = dir.path().join("out.csv");
        assert_eq!(code(&out), Ok(Output { path: out.clone(), format: Format::Csv }));
        assert!(!out.exists());
    }
}

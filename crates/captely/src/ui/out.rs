//! The only place that writes to standard output and standard error.

use std::io::{self, Write};

use crate::exit::CliError;

/// Writes a text and a line end to standard output.
///
/// A reader that has gone away (`captely providers | head -1`) is no error: it has what it wanted.
pub fn text(text: &str) -> Result<(), CliError> {
    let mut stdout = io::stdout().lock();
    let written = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.write_all(b"\n"))
        .and_then(|()| stdout.flush());
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(CliError::output(format!("cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Writes one JSON value on one line to standard output.
pub fn json_line(value: &serde_json::Value) -> Result<(), CliError> {
    text(&value.to_string())
}

/// A remark on standard error, where it does not mix with results.
pub fn note(text: &str) {
    let mut stderr = io::stderr().lock();
    // Where standard error is closed there is nobody to tell.
    let _ = writeln!(stderr, "captely: {text}");
}

/// Prints a failure: sentence, particulars and hint on standard error; with `json` also as the
/// final object on standard output.
pub fn error(failure: &CliError, json: bool) {
    let mut message = format!("captely: error: {}\n", failure.sentence);
    for detail in &failure.details {
        message.push_str("  ");
        message.push_str(detail);
        message.push('\n');
    }
    if let Some(hint) = &failure.hint {
        message.push_str("  try: ");
        message.push_str(hint);
        message.push('\n');
    }
    // As in `note`; the exit code still tells.
    let _ = io::stderr().lock().write_all(message.as_bytes());
    if json {
        let _ = json_line(&serde_json::json!({ "error": failure.to_json() }));
    }
}

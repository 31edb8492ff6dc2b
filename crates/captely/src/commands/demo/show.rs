use std::path::Path;

use super::compare::pairs;
use crate::exit::CliError;
use crate::ui::{Table, Tone};

/// People shown of the whole list.
const SHOWN_MAX: usize = 12;

/// The first people of a result as a table, each beside the truth.
pub(super) fn sample(enriched: &Path, truth: &Path) -> Result<String, CliError> {
    let mut table =
        Table::new(["Who", "E-mail", "Status", "Sure", "From", "Paid $", "True", "Phone"]);
    let mut more: usize = 0;
    for (index, (row, truth)) in pairs(enriched, truth)?.enumerate() {
        if index >= SHOWN_MAX {
            more += 1;
            continue;
        }
        let email = row.get("email");
        let (word, tone) = match (email, truth.get("email")) {
            ("", "") => ("has none", Tone::Dim),
            ("", _) => ("missed", Tone::Warn),
            (given, right) if given == right => ("yes", Tone::Good),
            _ => ("no", Tone::Bad),
        };
        let who = format!("{} {}", row.get("first_name"), row.get("last_name"));
        let status = row.get("email_status");
        let checked = if status == "valid" { Tone::Good } else { Tone::Warn };
        table.row([
            (who, Tone::Plain),
            (email.to_owned(), Tone::Plain),
            (status.to_owned(), checked),
            (row.get("email_confidence").to_owned(), Tone::Plain),
            (row.get("email_provider").to_owned(), Tone::Plain),
            (row.get("cost_usd").to_owned(), Tone::Plain),
            (word.to_owned(), tone),
            (row.get("phone").to_owned(), Tone::Plain),
        ]);
    }
    let text = table.render();
    Ok(if more > 0 { format!("{text}\n … and {more} more") } else { text })
}

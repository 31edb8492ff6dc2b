use std::path::Path;

use captely_imports::{Ask, ColumnPreview, Importer, Preview};
use captely_tabular::ReadOptions;

use super::failed;
use crate::exit::CliError;
use crate::ui::{self, Table, Tone};

/// Below this a column is shown as a guess, in percent.
const SURE: u8 = 80;

/// How a file is read and what its columns are taken for.
pub(super) async fn look(
    importer: &Importer,
    file: &Path,
    options: ReadOptions,
    ask: &Ask,
    as_json: bool,
) -> Result<(), CliError> {
    let preview = importer.preview(file, options, ask).await.map_err(|why| failed(&why))?;
    if as_json {
        let value = serde_json::to_value(&preview);
        return ui::json_line(&value.map_err(|why| CliError::internal(why.to_string()))?);
    }
    let mut lines = vec![form(file, &preview), columns(&preview.columns), counts(&preview)];
    lines.extend(preview.notes.iter().chain(&preview.faults).cloned());
    match preview.problem {
        Some(problem) => lines.push(problem.reason),
        None => {
            lines.push("see what it would do: --dry-run; import it: without --preview".to_owned());
        }
    }
    ui::text(&lines.join("\n"))
}

fn form(file: &Path, preview: &Preview) -> String {
    let form = &preview.form;
    let mut parts = vec![file.display().to_string(), form.format.clone()];
    parts.extend(form.packed.iter().map(|packed| format!("packed as {packed}")));
    parts.extend(form.encoding.clone());
    parts.extend(form.delimiter.iter().map(|one| format!("delimiter {one:?}")));
    parts
        .extend(form.sheet.iter().map(|sheet| format!("sheet {sheet:?} of {}", form.sheets.len())));
    parts.extend(preview.preset.clone());
    parts.join(", ")
}

fn counts(preview: &Preview) -> String {
    let n = &preview.counts;
    let said = [
        (n.valid, "name somebody"),
        (n.empty, "name nobody"),
        (n.invalid, "cannot be read"),
        (n.with_problems, "have a cell that cannot be used"),
        (n.repeated, "are of the person of an earlier row"),
        (n.known, "are of people you have"),
        (n.barred, "are of people who may not come in"),
    ];
    let said = said.iter().filter(|(n, _)| *n > 0);
    let said: Vec<String> = said.map(|(n, what)| format!("{} {what}", ui::count(*n))).collect();
    format!("of the first {} rows {}", ui::count(preview.looked_at), said.join(", "))
}

fn columns(columns: &[ColumnPreview]) -> String {
    let mut table = Table::new(["#", "Column", "Taken for", "Sure", "Filled", "Values", "Why"]);
    for column in columns {
        let tone = match column.confidence {
            0 => Tone::Dim,
            sure if sure < SURE => Tone::Warn,
            _ => Tone::Good,
        };
        table.row([
            (column.number.to_string(), Tone::Dim),
            (column.name.clone(), Tone::Plain),
            (column.role.clone(), tone),
            (format!("{} %", column.confidence), tone),
            (format!("{} %", column.filled), Tone::Plain),
            (column.samples.iter().take(2).cloned().collect::<Vec<_>>().join(", "), Tone::Dim),
            (column.reason.clone(), Tone::Dim),
        ]);
    }
    table.render()
}

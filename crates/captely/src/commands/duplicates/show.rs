use std::collections::{BTreeMap, BTreeSet};

use captely_crm::{DuplicateSettings, PairShown, Unmerged};
use captely_platform::ids::ContactId;
use serde_json::json;

use super::view;
use crate::exit::CliError;
use crate::ui::{self, Table, Tone};

/// Pairs that wait.
pub(super) fn list(pairs: Vec<PairShown>, as_json: bool) -> Result<(), CliError> {
    if as_json {
        let items: Vec<_> = pairs.into_iter().map(view).collect::<Result<_, _>>()?;
        return ui::json_line(&json!({ "items": items }));
    }
    if pairs.is_empty() {
        return ui::text("No pair waits for somebody to decide.");
    }
    let mut table = Table::new(["pair", "likely", "why", "one", "other"]);
    for shown in &pairs {
        table.row([
            (shown.pair.id.to_string(), Tone::Dim),
            (percent(shown.pair.millionths), Tone::Plain),
            (shown.pair.why.as_str().to_owned(), Tone::Plain),
            (name(shown.a.as_ref()), Tone::Plain),
            (name(shown.b.as_ref()), Tone::Plain),
        ]);
    }
    ui::text(&table.render())
}

/// Both side by side.
pub(super) fn one(shown: PairShown, as_json: bool) -> Result<(), CliError> {
    if as_json {
        return ui::json_line(&view(shown)?);
    }
    let PairShown { pair, a, b, keep } = shown;
    let (a, b) = (a.unwrap_or_default(), b.unwrap_or_default());
    let (state, likely) = (pair.state.as_str(), percent(pair.millionths));
    ui::text(&format!("{} is {state}: {likely} likely to be one person\n", pair.id))?;
    let mark = |id: ContactId| if id == keep { format!("{id} (kept)") } else { id.to_string() };
    let (one, other) = (mark(pair.a), mark(pair.b));
    let mut table = Table::new(["field", &one, &other]);
    let words: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    for word in words {
        let of = |side: &BTreeMap<String, String>| side.get(word).cloned().unwrap_or_default();
        let (one, other) = (of(&a), of(&b));
        let tone = if one == other { Tone::Dim } else { Tone::Plain };
        table.row([(word.clone(), Tone::Plain), (one, tone), (other, tone)]);
    }
    ui::text(&table.render())?;
    ui::text("\nWhat speaks for one person, and what against:\n")?;
    let mut table = Table::new(["what", "weight", "says"]);
    for part in pair.parts {
        let tone = if part.weight > 0 { Tone::Good } else { Tone::Warn };
        table.row([
            (part.name, Tone::Plain),
            (part.weight.to_string(), tone),
            (part.says, Tone::Plain),
        ]);
    }
    ui::text(&table.render())
}

/// What was undone.
pub(super) fn undone(done: &Unmerged, as_json: bool) -> Result<(), CliError> {
    let (kept, back) = (done.merge.kept, done.merge.gone);
    if as_json {
        let stayed = &done.stayed;
        return ui::json_line(&json!({ "kept": kept, "back": back, "stayed": stayed }));
    }
    ui::text(&format!("{kept} and {back} are two again."))?;
    if done.stayed.is_empty() {
        return Ok(());
    }
    let words: Vec<_> = done.stayed.iter().map(String::as_str).collect();
    ui::text(&format!("Changed since, and left as it is: {}.", words.join(", ")))
}

/// What is set.
pub(super) fn settings(set: DuplicateSettings, as_json: bool) -> Result<(), CliError> {
    if as_json {
        return ui::json_line(&json!(set));
    }
    ui::text(if set.merge_same {
        "At the end of an import, contacts that are the same beyond doubt are merged, and the rest is asked about."
    } else {
        "At the end of an import, contacts that may be one are asked about; none are merged."
    })
}

fn name(fields: Option<&BTreeMap<String, String>>) -> String {
    let of = |word| fields.and_then(|fields| fields.get(word)).map(String::as_str);
    let words = ["first_name", "last_name", "company", "email"];
    words.into_iter().filter_map(of).collect::<Vec<_>>().join(" ")
}

fn percent(millionths: i64) -> String {
    format!("{}.{} %", millionths / 10_000, millionths % 10_000 / 1_000)
}

use captely_contact::{Credits, Timestamp};
use captely_credits::{Action, EntryKind, HistoryFilter, HistoryItem, HistoryLine, Ledger};
use captely_platform::ids::WorkspaceId;
use serde_json::json;

use super::{json, refused};
use crate::cli::HistoryArgs;
use crate::exit::CliError;
use crate::ui::{self, Table, Tone};

/// What became of credits, the newest first.
pub(super) async fn show(
    ledger: &Ledger,
    workspace: WorkspaceId,
    args: &HistoryArgs,
    as_json: bool,
) -> Result<(), CliError> {
    let filter = filter(args)?;
    let page = ledger.history(workspace, &filter, args.before, args.limit).await;
    let page = page.map_err(refused)?;
    if as_json {
        let items: Vec<HistoryItem> = page.lines.into_iter().map(HistoryItem::of).collect();
        return ui::json_line(&json!({ "items": json(&items)?, "next_before": page.next }));
    }
    if page.lines.is_empty() && page.next.is_none() {
        return ui::text("There is no such entry.");
    }
    ui::text(&table(&page.lines))?;
    match page.next {
        Some(next) => ui::text(&format!("\nThere may be more: --before {next}")),
        None => Ok(()),
    }
}

fn table(lines: &[HistoryLine]) -> String {
    let headings = ["#", "when", "what", "change", "balance", "action", "provider", "why"];
    let mut table = Table::new(headings);
    for line in lines {
        let change = line.change_millis();
        let tone = match change {
            0 => Tone::Dim,
            ..0 => Tone::Plain,
            _ => Tone::Good,
        };
        // What was held before leaves the balance as it is.
        let change = match change {
            0 => format!("({})", line.amount),
            _ => Credits::millis(change).to_string(),
        };
        table.row([
            (line.seq.to_string(), Tone::Dim),
            (line.at.to_string(), Tone::Plain),
            (line.kind.as_str().to_owned(), Tone::Plain),
            (change, tone),
            (line.balance_after.to_string(), Tone::Plain),
            (line.action.map(Action::as_str).unwrap_or_default().to_owned(), Tone::Plain),
            (line.provider.clone().unwrap_or_default(), Tone::Plain),
            (line.reason.clone(), Tone::Plain),
        ]);
    }
    table.render()
}

fn filter(args: &HistoryArgs) -> Result<HistoryFilter, CliError> {
    let kind = |text: &str| {
        EntryKind::named(text).ok_or_else(|| {
            let names = EntryKind::ALL.map(EntryKind::as_str).join(", ");
            CliError::usage(format!("--kind: {text:?} is none of {names}"))
        })
    };
    let action = |text: &str| {
        text.parse::<Action>().map_err(|why| CliError::usage(format!("--action: {why}")))
    };
    let run = |text: &str| text.parse().map_err(|why| CliError::usage(format!("--run: {why}")));
    Ok(HistoryFilter {
        kind: args.kind.as_deref().map(kind).transpose()?,
        action: args.action.as_deref().map(action).transpose()?,
        provider: args.provider.clone(),
        member: None,
        run: args.run.as_deref().map(run).transpose()?,
        from: args.from.as_deref().map(|text| moment("--from", text)).transpose()?,
        to: args.to.as_deref().map(|text| moment("--to", text)).transpose()?,
    })
}

fn moment(argument: &str, text: &str) -> Result<Timestamp, CliError> {
    text.parse().map_err(|why| CliError::usage(format!("{argument}: {text:?} {why}")))
}

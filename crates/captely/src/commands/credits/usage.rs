use captely_contact::Credits;
use captely_credits::{By, Cost, Period, Usage, UsageLine, UsageView};
use captely_platform::ids::WorkspaceId;

use super::desk::Desk;
use super::{json, refused};
use crate::cli::{UsageArgs, UsageBy};
use crate::exit::CliError;
use crate::ui::{self, Table, Tone, money};

/// On what credits were spent.
pub(super) async fn show(
    desk: &Desk,
    workspace: WorkspaceId,
    args: &UsageArgs,
    as_json: bool,
) -> Result<(), CliError> {
    let period = Period::of_days(args.from.as_deref(), args.to.as_deref(), desk.now);
    let period = period.map_err(|why| CliError::usage(format!("--{why}")))?;
    let by = match args.by {
        UsageBy::Action => By::Action,
        UsageBy::Provider => By::Provider,
        UsageBy::Member => By::Member,
        UsageBy::Run => By::Run,
        UsageBy::Day => By::Day,
    };
    let usage = desk.ledger.usage(workspace, by, period).await.map_err(refused)?;
    if as_json {
        return ui::json_line(&json(&UsageView::of(by, period, &usage))?);
    }
    ui::text(&format!("Spent {period} (UTC)\n"))?;
    ui::text(&credits(by, &usage))?;
    let paid = |line: &UsageLine| line.cost.is_some_and(|cost| cost != Cost::default());
    if usage.lines.iter().any(paid) {
        ui::text("\nWhat that cost in money:\n")?;
        ui::text(&costs(&usage.lines))?;
    }
    if usage.entries_behind > 0 {
        ui::note(&format!(
            "{} entries are not counted yet; the same command again counts on",
            usage.entries_behind
        ));
    }
    Ok(())
}

fn credits(by: By, usage: &Usage) -> String {
    let heading = match by {
        By::Action => "action",
        By::Provider => "provider",
        By::Member => "member",
        By::Run => "run",
        By::Day => "day",
    };
    let mut table = Table::new([heading, "charges", "pieces", "charged", "given back", "net"]);
    let lines = usage.lines.iter().map(|line| (name(line), line.used));
    for (of, used) in lines.chain([("in all".to_owned(), usage.total)]) {
        let shown = |millis: i64| Credits::millis(millis).to_string();
        let cells = [
            of,
            used.charges.to_string(),
            used.quantity.to_string(),
            shown(used.charged),
            shown(used.refunded),
            shown(used.net_millis()),
        ];
        table.row(cells.map(|cell| (cell, Tone::Plain)));
    }
    table.render()
}

fn costs(lines: &[UsageLine]) -> String {
    let headings = [
        "provider",
        "calls",
        "found",
        "verified",
        "delivered",
        "$",
        "$/found",
        "$/verified",
        "$/delivered",
    ];
    let mut table = Table::new(headings);
    for line in lines {
        let cost = line.cost.unwrap_or_default();
        let per = |count: u64| Cost::per(cost, count).map_or_else(|| "-".to_owned(), money);
        let cells = [
            name(line),
            cost.calls.to_string(),
            cost.found.to_string(),
            cost.verified.to_string(),
            cost.delivered.to_string(),
            money(cost.usd),
            per(cost.found),
            per(cost.verified),
            per(cost.delivered),
        ];
        table.row(cells.map(|cell| (cell, Tone::Plain)));
    }
    table.render()
}

fn name(line: &UsageLine) -> String {
    Some(line.on.to_string()).filter(|name| !name.is_empty()).unwrap_or_else(|| "(none)".to_owned())
}

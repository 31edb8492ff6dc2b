use captely_credits::{Action, Alert, CreditsView, Ledger, Standing};
use captely_platform::ids::WorkspaceId;

use super::{json, refused};
use crate::exit::CliError;
use crate::ui::{self, Table, Tone};

/// Balance, grants and prices.
pub(super) async fn show(
    ledger: &Ledger,
    workspace: WorkspaceId,
    as_json: bool,
) -> Result<(), CliError> {
    let standing = ledger.standing(workspace).await.map_err(refused)?;
    if as_json {
        return ui::json_line(&json(&CreditsView::of(standing))?);
    }
    let whose = match workspace {
        WorkspaceId::LOCAL => "the command line's own workspace".to_owned(),
        other => other.to_string(),
    };
    ui::text(&format!("Credits of {whose}, plan {}\n", standing.policy.plan))?;
    ui::text(&sums(&standing))?;
    if !standing.grants.is_empty() {
        ui::text("\nWhere they come from, in the order in which they are spent:\n")?;
        ui::text(&grants(&standing))?;
    }
    ui::text("\nWhat each action costs:\n")?;
    ui::text(&prices(&standing))
}

fn sums(standing: &Standing) -> String {
    let mut table = Table::new(["", "credits", ""]);
    let mut row = |what: &str, amount: String, more: String, tone: Tone| {
        table.row([(what.to_owned(), Tone::Plain), (amount, tone), (more, Tone::Dim)]);
    };
    let unlimited = standing.policy.unlimited;
    let (tone, word) = match standing.alert {
        Alert::None => (Tone::Good, String::new()),
        Alert::Low => (Tone::Warn, format!("low: below {}", standing.low_at)),
        Alert::Depleted => (Tone::Bad, "depleted".to_owned()),
    };
    let balance = if unlimited { "unlimited".to_owned() } else { standing.available.to_string() };
    row("balance", balance, word, tone);
    let holds = format!("holds: {}", standing.holds);
    row("held", standing.held.to_string(), holds, Tone::Plain);
    row("spent", standing.spent.to_string(), "less refunds".to_owned(), Tone::Plain);
    let of_day = match standing.policy.daily_max {
        Some(max) => format!("of {max}, until {}", standing.day_ends_at),
        None => "no limit of a day".to_owned(),
    };
    row("today", standing.used_today.to_string(), of_day, Tone::Plain);
    if !unlimited {
        row("granted", standing.granted.to_string(), String::new(), Tone::Plain);
        row("expired", standing.expired.to_string(), String::new(), Tone::Plain);
    }
    table.render()
}

fn grants(standing: &Standing) -> String {
    let mut table = Table::new(["source", "left", "of", "from", "until", "note"]);
    for grant in &standing.grants {
        let until = grant.expires_at.map_or_else(|| "-".to_owned(), |at| at.to_string());
        let cells = [
            grant.source.as_str().to_owned(),
            grant.left.to_string(),
            grant.amount.to_string(),
            grant.effective_at.to_string(),
            until,
            grant.note.clone(),
        ];
        table.row(cells.map(|cell| (cell, Tone::Plain)));
    }
    table.render()
}

fn prices(standing: &Standing) -> String {
    let mut table = Table::new(["action", "credits"]);
    for action in Action::ALL {
        let has = standing.policy.gates.has_action(action);
        let price = standing.policy.price(action, 1).to_string();
        let (price, tone) =
            if has { (price, Tone::Plain) } else { ("not in the plan".to_owned(), Tone::Dim) };
        table.row([(action.as_str().to_owned(), tone), (price, tone)]);
    }
    table.render()
}

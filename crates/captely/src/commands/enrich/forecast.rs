//! What a run can cost, said before it begins, and a word when most of a budget is gone.

use captely_contact::{Field, Usd};
use captely_enrichment::{ProviderSeat, Run};
use captely_waterfall::Budget;

use super::World;
use crate::ui;

/// Share of a budget at which a person is told, in percent.
const TOLD_AT_PERCENT: i64 = 80;

/// The price at worst of one question about these fields.
fn price(seat: &ProviderSeat, fields: &[Field]) -> Usd {
    let sheet = seat.client.sheet();
    let given: Vec<Field> = fields.iter().copied().filter(|f| sheet.gives.contains(f)).collect();
    seat.usd_per_credit.times(sheet.credits_max(&given))
}

/// The lowest price at which any question can be asked, of the providers that take part.
pub(super) fn cheapest(world: &World, fields: &[Field]) -> Option<(Usd, &'static str)> {
    let helpful = world.providers.iter().filter(|p| p.client.sheet().helps(fields));
    helpful.map(|p| (price(p, fields), p.client.sheet().title)).min()
}

/// What the rest of a run costs if every provider has to be asked about everybody.
pub(super) fn forecast(world: &World, fields: &[Field], budget: &Budget, run: &Run) -> String {
    let helpful = world.providers.iter().filter(|p| p.client.sheet().helps(fields));
    let everybody: Usd = helpful.map(|seat| price(seat, fields)).sum();
    let row = budget.row_max.map_or(everybody, |max| max.min(everybody));
    let people = run.before.contacts.saturating_sub(run.before.done);
    sentence(people, row, run.before.spent, budget.run_max)
}

fn sentence(people: u64, row: Usd, spent: Usd, run_max: Option<Usd>) -> String {
    let times = i64::try_from(people).unwrap_or(i64::MAX);
    let all = Usd::micros(row.as_micros().saturating_mul(times));
    let (all, row) = (ui::money(all), ui::money(row));
    let mut text = format!(
        "{} people to look for, {all} if every provider has to be asked about each ({row} a person)",
        ui::count(people)
    );
    if let Some(max) = run_max {
        text.push_str(&["; your budget ends it at ", &ui::money(max)].concat());
    }
    if spent > Usd::ZERO {
        text.push_str(&["; spent before: ", &ui::money(spent)].concat());
    }
    text
}

/// The word when most of a budget is spent, once.
pub(super) fn warning(spent: Usd, run_max: Option<Usd>) -> Option<String> {
    let max = run_max?;
    let share = spent.as_micros().saturating_mul(100).checked_div(max.as_micros())?;
    (share >= TOLD_AT_PERCENT).then(|| {
        format!("{share} % of the budget is spent: {} of {}", ui::money(spent), ui::money(max))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_it_can_cost() {
        let (row, budget) = (Usd::micros(95_000), Some(Usd::micros(25_000_000)));
        assert_eq!(
            sentence(1_000, row, Usd::micros(1_500_000), budget),
            "1,000 people to look for, $95.00 if every provider has to be asked about each \
             ($0.095 a person); your budget ends it at $25.00; spent before: $1.50"
        );
        assert!(!sentence(1, row, Usd::ZERO, None).contains("budget"));
    }

    #[test]
    fn tells_when_most_is_spent() {
        let max = Some(Usd::micros(10_000_000));
        assert_eq!(warning(Usd::micros(7_999_999), max), None);
        let told = warning(Usd::micros(8_000_000), max);
        assert_eq!(told.as_deref(), Some("80 % of the budget is spent: $8.00 of $10.00"));
        assert_eq!(warning(Usd::micros(8_000_000), None), None);
    }
}

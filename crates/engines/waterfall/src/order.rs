use captely_contact::{Field, Usd};
use captely_providers::Sheet;
use serde::{Deserialize, Serialize};

/// In which order providers are asked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// As configured; Icypeas → Dropcontact → Hunter → Apollo by default (REQUIREMENTS ENR-01).
    #[default]
    Fixed,
    /// By the worst price of the question, cheapest first; equal prices as configured.
    Cheapest,
}

/// A provider's place in the plan of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// The provider's short name.
    pub provider: String,
    /// The most that a question for an e-mail address can cost.
    pub email_worst: Usd,
    /// The most that a question for a phone number (with or without e-mail) can cost.
    pub phone_worst: Usd,
    /// Which of the wanted fields it can be asked for.
    pub gives: Vec<Field>,
}

impl Seat {
    /// The most that a question for `wants` can cost.
    pub fn worst(&self, wants: &[Field]) -> Usd {
        if wants.contains(&Field::Phone) { self.phone_worst } else { self.email_worst }
    }
}

/// The plan's seats: the providers of `sheets` (with their price per credit, in configured order)
/// that can give any of `wants`, in the order to ask them.
pub fn seats(sheets: &[(&Sheet, Usd)], wants: &[Field], order: &Order) -> Vec<Seat> {
    let mut seats: Vec<Seat> = sheets
        .iter()
        .filter(|(sheet, _)| sheet.helps(wants))
        .map(|(sheet, usd_per_credit)| Seat {
            provider: sheet.name.to_owned(),
            email_worst: usd_per_credit.times(sheet.credits_max(&[Field::Email])),
            phone_worst: usd_per_credit.times(sheet.credits_max(&[Field::Email, Field::Phone])),
            gives: wants.iter().copied().filter(|f| sheet.gives.contains(f)).collect(),
        })
        .collect();
    if *order == Order::Cheapest {
        seats.sort_by_key(|seat| seat.worst(wants));
    }
    seats
}

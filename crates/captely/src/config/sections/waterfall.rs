use std::fmt;

use captely_contact::{Confidence, Credits, Usd};

use super::providers;
use crate::config::nearest::nearest;
use crate::config::reader::Reader;
use crate::config::setting::{Raw, Setting};

/// `[waterfall]`: in which order providers are asked, what may be spent, and when to stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waterfall {
    /// In which order providers are asked.
    pub order: Order,
    /// Stop at the first answer at least this sure.
    pub stop_at: Confidence,
    /// Repeats of a call that failed.
    pub retries: u32,
    /// How long one call may take, in seconds.
    pub provider_timeout_s: u32,
    /// What one run may spend; `None` for no limit.
    pub max_cost_usd: Option<Usd>,
    /// What one row may cost; `None` for no limit.
    pub max_cost_per_row_usd: Option<Usd>,
    /// Credits that one run may spend; `None` for no limit.
    pub max_credits: Option<Credits>,
    /// For how many days an answer is used again instead of asked (and paid) again.
    pub cache_days: u32,
}

impl Waterfall {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        let mut section = reader.section("waterfall");
        let order = section
            .key(
                "order",
                "In which order providers are asked: fixed (Icypeas, Dropcontact, Hunter, Apollo), \
                 cheapest, or a list of names, which leaves the others out.",
            )
            .or(Order::Fixed);
        if let Order::Listed(names) = &order {
            for why in wrong_names(names) {
                section.fault("order", why);
            }
        }
        let stop_at = section
            .key("stop_at", "Stop asking at the first answer at least this sure, in percent.")
            .within(90_u8, 1..=100);
        Self {
            order,
            stop_at: Confidence::percent(stop_at),
            retries: section
                .key("retries", "How often a call that failed is repeated, with growing pauses.")
                .within(2, 0..=10),
            provider_timeout_s: section
                .key("provider_timeout_s", "How long one call to a provider may take, in seconds.")
                .within(30, 1..=600),
            max_cost_usd: section
                .key("max_cost_usd", "The most that one run may spend, in dollars; never exceeded.")
                .optional("no limit"),
            max_cost_per_row_usd: section
                .key("max_cost_per_row_usd", "The most that one row may cost, in dollars.")
                .optional("no limit"),
            max_credits: section
                .key("max_credits", "The most credits that one run may spend; never exceeded.")
                .optional("no limit"),
            cache_days: section
                .key("cache_days", "For how many days an answer is not asked (and paid) again.")
                .within(30, 0..=3_650),
        }
    }
}

fn wrong_names(names: &[String]) -> Vec<String> {
    let known = providers::names();
    let mut wrong = Vec::new();
    for (index, name) in names.iter().enumerate() {
        if !known.contains(&name.as_str()) {
            let near = nearest(name, known.iter().copied());
            let hint = near.map_or_else(
                || format!("providers are {}", known.join(", ")),
                |near| format!("did you mean {near}?"),
            );
            wrong.push(format!("names {name:?}, which is no provider; {hint}"));
        } else if names.iter().take(index).any(|earlier| earlier == name) {
            wrong.push(format!("names {name:?} twice"));
        }
    }
    if names.is_empty() {
        wrong.push("is an empty list: name a provider, or write fixed or cheapest".to_owned());
    }
    wrong
}

/// In which order providers are asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// Icypeas, Dropcontact, Hunter, Apollo (REQUIREMENTS ENR-01).
    Fixed,
    /// By the worst price of the question, cheapest first (ENR-02).
    Cheapest,
    /// These, in this order.
    Listed(Vec<String>),
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed => f.write_str("fixed"),
            Self::Cheapest => f.write_str("cheapest"),
            Self::Listed(names) => f.write_str(&names.join(", ")),
        }
    }
}

impl Setting for Order {
    const KIND: &'static str = "fixed, cheapest or a list of provider names";

    fn read(raw: &Raw) -> Result<Self, String> {
        match raw {
            Raw::Text(word) | Raw::Loose(word) if word.trim() == "fixed" => Ok(Self::Fixed),
            Raw::Text(word) | Raw::Loose(word) if word.trim() == "cheapest" => Ok(Self::Cheapest),
            // A text in a file gets the same reading as in a variable: "hunter, apollo".
            Raw::Text(list) => Vec::read(&Raw::Loose(list.clone())).map(Self::Listed),
            _ => Vec::read(raw).map(Self::Listed),
        }
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

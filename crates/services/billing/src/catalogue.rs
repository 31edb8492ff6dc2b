//! What is sold, as data: plans, credit packages, prices, taxes and the rules of billing.

mod amount;
mod check;
mod policy;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use captely_contact::Credits;
use captely_credits::Action;
use captely_payments::{Currency, Price};
use captely_platform::access::Tier;
use serde::{Deserialize, Serialize};

use crate::cycle::Cycle;
use crate::dunning::Dunning;
use crate::proration::Terms;
use crate::tax::TaxRules;

/// The plan of a workspace that pays nothing. Every catalogue has it.
pub const FREE: &str = "free";

const BUILT_IN: &str = include_str!("../data/catalogue.toml");

/// What is sold.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// Of all prices in it.
    pub currency: Currency,
    /// How trials go.
    pub trial: TrialRules,
    /// What comes after a payment that failed.
    pub dunning: Dunning,
    /// Invoices that are paid by hand.
    pub invoice: InvoiceRules,
    /// Taxes.
    #[serde(default)]
    pub tax: TaxRules,
    /// What an action costs where a plan says nothing else.
    #[serde(with = "amount::prices")]
    pub prices: BTreeMap<Action, Credits>,
    /// From the smallest to the largest.
    pub plans: Vec<Plan>,
    /// Credits that are bought once.
    #[serde(default)]
    pub packages: Vec<Package>,
}

/// How trials go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrialRules {
    /// How long one lasts.
    pub days: u16,
}

/// Invoices that are paid by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvoiceRules {
    /// Days from its issue until it is overdue.
    pub due_days: u16,
}

/// A plan: what it costs, brings and allows. A subscription keeps a copy, so that a change of the catalogue
/// changes nothing that was sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Its name for programs.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// Price of a month, in the smallest unit.
    pub monthly: i64,
    /// Price of twelve months.
    pub yearly: i64,
    /// Credits of each month.
    #[serde(with = "amount::one")]
    pub credits: Credits,
    /// The most that may be spent in a day; none means no limit.
    #[serde(default, with = "amount::option", skip_serializing_if = "Option::is_none")]
    pub daily_max: Option<Credits>,
    /// Credits of a trial; none of it where there are no trials of this plan.
    #[serde(default, with = "amount::one")]
    pub trial_credits: Credits,
    /// Which providers may be asked; none means all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub providers: Option<BTreeSet<String>>,
    /// Calls in a month, by provider; one that is not here has no limit of its own.
    #[serde(default)]
    pub provider_monthly_max: BTreeMap<String, u32>,
    /// Which features there are; none means all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub features: Option<BTreeSet<String>>,
    /// What may be bought with credits; none means everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actions: Option<BTreeSet<Action>>,
    /// None means no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imports_per_month: Option<u32>,
    /// None means no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contacts_max: Option<u32>,
    /// None means no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub members_max: Option<u32>,
    /// How many requests members may make.
    #[serde(default = "standard")]
    pub tier: Tier,
    /// Below so many credits their owner is told.
    #[serde(default, with = "amount::one")]
    pub low_at: Credits,
    /// How much of what is left of a month moves into the next one; none means nothing does.
    #[serde(default, with = "amount::option", skip_serializing_if = "Option::is_none")]
    pub rollover_max: Option<Credits>,
    /// Prices of this plan that are not the catalogue's.
    #[serde(default, with = "amount::prices", skip_serializing_if = "BTreeMap::is_empty")]
    pub prices: BTreeMap<Action, Credits>,
}

const fn standard() -> Tier {
    Tier::Standard
}

/// Credits that are bought once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// Its name for programs.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// In the smallest unit.
    pub price: i64,
    /// How many.
    #[serde(with = "amount::one")]
    pub credits: Credits,
    /// Months until they end; none means that they do not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_months: Option<u32>,
}

/// The catalogue cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{place} is no catalogue of plans:\n{}", faults.join("\n"))]
pub struct CatalogueError {
    /// The file.
    pub place: String,
    /// What is wrong, one line each, with its place in the file.
    pub faults: Vec<String>,
}

impl Catalogue {
    /// The one that the program brings.
    pub fn built_in() -> Result<Self, CatalogueError> {
        Self::parse("the built-in catalogue", BUILT_IN)
    }

    /// From a file.
    pub fn from_file(path: &Path) -> Result<Self, CatalogueError> {
        let place = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&place, &text),
            Err(why) => {
                Err(CatalogueError { faults: vec![format!("cannot be read: {why}")], place })
            }
        }
    }

    /// From a text; `place` is what messages call it. All faults are told at once, but for those that end the
    /// reading.
    pub fn parse(place: &str, text: &str) -> Result<Self, CatalogueError> {
        let failed = |faults| CatalogueError { place: place.to_owned(), faults };
        let read: Self = toml::from_str(text).map_err(|why| failed(vec![why.to_string()]))?;
        let faults = check::faults(&read);
        if faults.is_empty() { Ok(read) } else { Err(failed(faults)) }
    }

    /// The plan of that name.
    pub fn plan(&self, id: &str) -> Option<&Plan> {
        self.plans.iter().find(|plan| plan.id == id)
    }

    /// The package of that name.
    pub fn package(&self, id: &str) -> Option<&Package> {
        self.packages.iter().find(|package| package.id == id)
    }

    /// What a plan costs.
    pub fn price(&self, plan: &Plan, cycle: Cycle) -> Price {
        Price::new(plan.price(cycle), self.currency)
    }
}

impl Plan {
    /// The price of a period, in the smallest unit.
    pub const fn price(&self, cycle: Cycle) -> i64 {
        match cycle {
            Cycle::Monthly => self.monthly,
            Cycle::Yearly => self.yearly,
        }
    }

    /// What is paid and what it brings.
    pub const fn terms(&self, cycle: Cycle) -> Terms {
        Terms { price: self.price(cycle), credits: self.credits }
    }

    /// Whether it costs nothing.
    pub const fn is_free(&self) -> bool {
        self.monthly == 0 && self.yearly == 0
    }
}

#[cfg(test)]
mod tests;

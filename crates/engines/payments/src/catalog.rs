//! Products and their prices: what can be bought, as Stripe knows it.

use captely_contact::Timestamp;
use serde::{Deserialize, Serialize};

use crate::client::Stripe;
use crate::error::StripeError;
use crate::form::Metadata;
use crate::idempotency::IdempotencyKey;
use crate::listing::{Listed, Listing};
use crate::price::{Currency, Price};
use crate::read;
use crate::words::open_words;

/// The most lookup keys of one call (Stripe's API reference, "List all prices").
const LOOKUP_KEYS_MAX: usize = 10;

/// The most prices that are read for lookup keys; a key names one active price at a time.
const PRICES_MAX: usize = 100;

/// A new product.
#[derive(Debug, Clone, Default, Serialize)]
pub struct NewProduct {
    /// Our own id for it, so that making it twice is noticed; none lets Stripe choose.
    pub id: Option<String>,
    /// As it stands on invoices and pages.
    pub name: String,
    /// A sentence on pages.
    pub description: Option<String>,
    /// Ours.
    pub metadata: Metadata,
}

/// What can be bought.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Product {
    /// `prod_…`, or our own.
    pub id: String,
    /// As it stands on invoices and pages.
    #[serde(default)]
    pub name: Option<String>,
    /// It can still be bought.
    #[serde(default)]
    pub active: bool,
    /// Ours.
    #[serde(default, deserialize_with = "read::or_empty")]
    pub metadata: Metadata,
}

open_words!(
    /// How often a recurring price is paid.
    Interval {
        /// Daily.
        Day = "day",
        /// Weekly.
        Week = "week",
        /// Monthly.
        Month = "month",
        /// Yearly.
        Year = "year",
    }
);

/// The rhythm of a price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recurring {
    /// Unit of time.
    pub interval: Interval,
    /// Every how many units.
    #[serde(default = "one")]
    pub interval_count: u32,
}

const fn one() -> u32 {
    1
}

/// A new price. Its amount can never be changed (contract, "Endpoints"): make another one and move
/// the lookup key.
#[derive(Debug, Clone, Serialize)]
pub struct NewCatalogPrice {
    /// Of which product.
    pub product: String,
    /// In the currency's smallest unit.
    pub unit_amount: i64,
    /// In which currency.
    pub currency: Currency,
    /// None for what is paid once.
    pub recurring: Option<Recurring>,
    /// The name by which it is found again.
    pub lookup_key: Option<String>,
    /// Takes the lookup key away from the price that has it now.
    pub transfer_lookup_key: bool,
    /// For people who look into Stripe's dashboard.
    pub nickname: Option<String>,
    /// Ours.
    pub metadata: Metadata,
}

/// One of Stripe's prices: an amount and a rhythm for a product.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CatalogPrice {
    /// `price_…`
    pub id: String,
    /// Of which product.
    #[serde(default, deserialize_with = "read::maybe_id")]
    pub product: Option<String>,
    /// In which currency.
    pub currency: Currency,
    /// In its smallest unit; none where the price has tiers or parts of a unit.
    #[serde(default)]
    pub unit_amount: Option<i64>,
    /// None for what is paid once.
    #[serde(default)]
    pub recurring: Option<Recurring>,
    /// The name by which it is found again.
    #[serde(default)]
    pub lookup_key: Option<String>,
    /// New customers can have it.
    #[serde(default)]
    pub active: bool,
    /// When.
    #[serde(default, deserialize_with = "read::maybe_moment")]
    pub created: Option<Timestamp>,
    /// Ours.
    #[serde(default, deserialize_with = "read::or_empty")]
    pub metadata: Metadata,
}

impl CatalogPrice {
    /// The amount with its currency.
    pub fn amount(&self) -> Option<Price> {
        self.unit_amount.map(|units| Price::new(units, self.currency))
    }
}

impl Listed for CatalogPrice {
    fn id(&self) -> &str {
        &self.id
    }
}

#[derive(Serialize)]
struct ByLookupKeys<'k> {
    lookup_keys: &'k [&'k str],
    active: bool,
}

impl Stripe {
    /// POST `/products`.
    pub async fn create_product(
        &self,
        key: &IdempotencyKey,
        new: &NewProduct,
    ) -> Result<Product, StripeError> {
        self.post(&["products"], key, new).await
    }

    /// GET `/products/{id}`.
    pub async fn get_product(&self, id: &str) -> Result<Product, StripeError> {
        self.get(&["products", id], &()).await
    }

    /// POST `/prices`.
    pub async fn create_price(
        &self,
        key: &IdempotencyKey,
        new: &NewCatalogPrice,
    ) -> Result<CatalogPrice, StripeError> {
        self.post(&["prices"], key, new).await
    }

    /// GET `/prices?lookup_keys[]=…&active=true`: one call for each 10 keys. A key that no active
    /// price has is simply not among the answers.
    pub async fn prices_by_lookup_keys(
        &self,
        lookup_keys: &[&str],
    ) -> Result<Vec<CatalogPrice>, StripeError> {
        let mut found = Vec::new();
        for lookup_keys in lookup_keys.chunks(LOOKUP_KEYS_MAX) {
            let filter = ByLookupKeys { lookup_keys, active: true };
            let Listing { mut objects, .. } = self.list(&["prices"], &filter, PRICES_MAX).await?;
            found.append(&mut objects);
        }
        Ok(found)
    }
}

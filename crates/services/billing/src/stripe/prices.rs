//! The prices of the catalogue as Stripe knows them: found by a name of ours, made where they are missing.

use captely_payments::{
    CatalogPrice, IdempotencyKey, Interval, NewCatalogPrice, NewProduct, Price, Recurring,
};

use super::Billing;
use crate::catalogue::Plan;
use crate::cycle::Cycle;
use crate::error::BillingError;

/// Our name of a price, in its metadata.
pub(super) const META_LOOKUP: &str = "captely_lookup";

/// What a price is for.
pub(super) struct Sold<'s> {
    /// Our name of it; the price of a plan and a cycle has one.
    pub(super) lookup: String,
    pub(super) product: String,
    pub(super) name: &'s str,
    pub(super) price: Price,
    pub(super) cycle: Option<Cycle>,
}

/// `captely:starter:monthly:usd`
pub(super) fn lookup_of(plan: &str, cycle: Cycle, price: Price) -> String {
    format!("captely:{plan}:{cycle}:{}", price.currency.as_str())
}

/// The plan and cycle of a name of ours; none of any other name.
pub(super) fn plan_of(lookup: &str) -> Option<(&str, Cycle)> {
    let mut parts = lookup.strip_prefix("captely:")?.split(':');
    let (plan, cycle) = (parts.next()?, parts.next()?);
    Some((plan, cycle.parse().ok()?))
}

pub(super) fn key(text: impl Into<String>) -> Result<IdempotencyKey, BillingError> {
    IdempotencyKey::new(text)
        .map_err(|why| captely_platform::db::DbError::Other(why.to_string()).into())
}

impl Billing {
    /// The price of a plan.
    pub(super) async fn plan_price(
        &self,
        plan: &Plan,
        cycle: Cycle,
    ) -> Result<String, BillingError> {
        let price = self.catalogue.price(plan, cycle);
        let lookup = lookup_of(&plan.id, cycle, price);
        let product = format!("captely_plan_{}", plan.id);
        let sold = Sold { lookup, product, name: &plan.name, price, cycle: Some(cycle) };
        self.stripe_price(&sold).await
    }

    /// Stripe's price; one of another amount gives its name to a new one, since amounts cannot be changed.
    pub(super) async fn stripe_price(&self, sold: &Sold<'_>) -> Result<String, BillingError> {
        let stripe = &self.stripe_access()?.client;
        let found = stripe.prices_by_lookup_keys(&[sold.lookup.as_str()]).await?;
        if let Some(price) = found.iter().find(|price| fits(price, sold)) {
            return Ok(price.id.clone());
        }
        let new = NewProduct {
            id: Some(sold.product.clone()),
            name: sold.name.to_owned(),
            description: None,
            metadata: [].into(),
        };
        if let Err(why) = stripe.get_product(&sold.product).await {
            if !why.is_not_found() {
                return Err(why.into());
            }
            stripe.create_product(&key(format!("product:{}", sold.product))?, &new).await?;
        }
        let interval = |cycle| match cycle {
            Cycle::Monthly => Interval::Month,
            Cycle::Yearly => Interval::Year,
        };
        let new = NewCatalogPrice {
            product: sold.product.clone(),
            unit_amount: sold.price.minor_units,
            currency: sold.price.currency,
            recurring: sold
                .cycle
                .map(|cycle| Recurring { interval: interval(cycle), interval_count: 1 }),
            lookup_key: Some(sold.lookup.clone()),
            transfer_lookup_key: true,
            nickname: Some(sold.name.to_owned()),
            metadata: [(META_LOOKUP.to_owned(), sold.lookup.clone())].into(),
        };
        // A key of before prices had metadata would be refused with it, hence another.
        let key = key(format!("named_price:{}:{}", sold.lookup, sold.price.minor_units))?;
        Ok(stripe.create_price(&key, &new).await?.id)
    }
}

fn fits(price: &CatalogPrice, sold: &Sold<'_>) -> bool {
    price.amount() == Some(sold.price)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_prices_read_back() {
        let price = Price::new(4_900, captely_payments::Currency::USD);
        let name = lookup_of("starter", Cycle::Yearly, price);
        assert_eq!(name, "captely:starter:yearly:usd");
        assert_eq!(plan_of(&name), Some(("starter", Cycle::Yearly)));
        assert_eq!(plan_of("gold"), None);
        assert_eq!(plan_of("captely:starter:weekly:usd"), None);
    }
}

//! Customers, products and prices.

use captely_payments::{
    Currency, CustomerChange, Interval, Metadata, NewCatalogPrice, NewCustomer, NewProduct,
    Recurring,
};
use serde_json::json;

use super::{check, went_out};
use crate::loopback::key;

#[tokio::test]
async fn customers_and_the_catalogue() {
    let new = NewCustomer {
        email: Some("billing@mills.example".to_owned()),
        metadata: [("workspace".to_owned(), "wsp_1".to_owned())].into(),
        ..NewCustomer::default()
    };
    let answer = json!({"id": "cus_1", "invoice_settings": {"default_payment_method": "pm_1"}});
    let asked =
        went_out(answer.clone(), async |stripe| stripe.create_customer(&key(), &new).await).await;
    let pairs = [("email", "billing@mills.example"), ("metadata[workspace]", "wsp_1")];
    check(&asked, "POST", "/customers", &pairs);

    let asked = went_out(answer.clone(), async |stripe| {
        let customer = stripe.get_customer("cus_1").await?;
        assert_eq!(customer.default_payment_method(), Some("pm_1"));
        Ok(())
    });
    check(&asked.await, "GET", "/customers/cus_1", &[]);

    let change = CustomerChange {
        default_payment_method: Some("pm_2".to_owned()),
        name: Some(String::new()),
        ..CustomerChange::default()
    };
    let asked =
        went_out(answer, async |stripe| stripe.update_customer("cus_1", &key(), &change).await);
    let pairs = [("invoice_settings[default_payment_method]", "pm_2"), ("name", "")];
    check(&asked.await, "POST", "/customers/cus_1", &pairs);

    let new = NewProduct { name: "Starter".to_owned(), ..NewProduct::default() };
    let answer = json!({"id": "prod_1"});
    let asked = went_out(answer, async |stripe| stripe.create_product(&key(), &new).await).await;
    check(&asked, "POST", "/products", &[("name", "Starter")]);

    let new = NewCatalogPrice {
        product: "prod_1".to_owned(),
        unit_amount: 4_900,
        currency: Currency::USD,
        recurring: Some(Recurring { interval: Interval::Month, interval_count: 1 }),
        lookup_key: Some("starter_monthly".to_owned()),
        transfer_lookup_key: true,
        nickname: None,
        metadata: Metadata::new(),
    };
    let answer = json!({"id": "price_1", "currency": "usd", "unit_amount": 4_900});
    let asked = went_out(answer, async |stripe| stripe.create_price(&key(), &new).await).await;
    let pairs = [
        ("currency", "usd"),
        ("lookup_key", "starter_monthly"),
        ("product", "prod_1"),
        ("recurring[interval]", "month"),
        ("recurring[interval_count]", "1"),
        ("transfer_lookup_key", "true"),
        ("unit_amount", "4900"),
    ];
    check(&asked, "POST", "/prices", &pairs);

    let asked = went_out(json!({"object": "list", "data": []}), async |stripe| {
        stripe.prices_by_lookup_keys(&["starter_monthly", "pro_yearly"]).await
    });
    let pairs = [
        ("active", "true"),
        ("lookup_keys[]", "starter_monthly"),
        ("lookup_keys[]", "pro_yearly"),
        ("limit", "100"),
    ];
    check(&asked.await, "GET", "/prices", &pairs);
}

//! Changes of plan: previews say what then happens.

use serde_json::{Value, json};

use super::id;
use crate::providers::House;

/// A subscription of 49 dollars a month that is 15.5 days old, half a month of January's and February's.
async fn halfway(house: &House) -> (String, Value) {
    let (customer, price) =
        (house.customer("pm_card_visa").await, house.price(4_900, "month").await);
    let sub = house.subscribes(&customer, &price, &[]).await;
    house.does("/advance", &[("seconds", &(31 * 86_400 / 2).to_string())]).await;
    (customer, sub)
}

fn item(sub: &Value) -> String {
    id(&sub["items"]["data"][0])
}

#[tokio::test]
async fn an_upgrade_billed_at_once_costs_what_the_preview_said() {
    let house = House::at_once().await;
    let (customer, sub) = halfway(&house).await;
    let dear = house.price(14_900, "month").await;
    let date = house.does("/advance", &[("seconds", "0")]).await["now"].to_string();
    let (sub_id, si) = (id(&sub), item(&sub));
    let preview = house
        .posts(
            "/invoices/create_preview",
            &[
                ("subscription", sub_id.as_str()),
                ("subscription_details[items][0][id]", &si),
                ("subscription_details[items][0][price]", &dear),
                ("subscription_details[proration_behavior]", "always_invoice"),
                ("subscription_details[proration_date]", &date),
            ],
        )
        .await;
    assert_eq!(preview["amount_due"], 5_000, "half of 149 less half of 49");
    assert_eq!(house.invoices(&customer).await.len(), 1, "a preview makes nothing");
    let form = [
        ("items[0][id]", si.as_str()),
        ("items[0][price]", &dear),
        ("proration_behavior", "always_invoice"),
        ("proration_date", &date),
        ("expand[]", "latest_invoice"),
    ];
    let changed = house.posts(&format!("/subscriptions/{sub_id}"), &form).await;
    assert_eq!(changed["items"]["data"][0]["price"]["id"], dear);
    let invoice = &changed["latest_invoice"];
    assert_eq!((&invoice["status"], &invoice["amount_paid"]), (&json!("paid"), &json!(5_000)));
    assert_eq!(invoice["billing_reason"], "subscription_update");
    let lines = invoice["lines"]["data"].as_array().unwrap();
    let amounts: Vec<i64> = lines.iter().map(|line| line["amount"].as_i64().unwrap()).collect();
    assert_eq!(amounts, [-2_450, 7_450]);
    assert_eq!(lines[0]["parent"]["invoice_item_details"]["proration"], true);
    assert_eq!(house.sandbox.stripe_books().net(&customer, "usd"), 9_900);
}

#[tokio::test]
async fn corrections_wait_for_the_next_invoice_or_are_left_out() {
    let house = House::at_once().await;
    let (customer, sub) = halfway(&house).await;
    let (dear, path) = (house.price(14_900, "month").await, format!("/subscriptions/{}", id(&sub)));
    let si = item(&sub);
    house.posts(&path, &[("items[0][id]", &si), ("items[0][price]", &dear)]).await;
    assert_eq!(house.invoices(&customer).await.len(), 1);
    let sub_id = id(&sub);
    let next = house.posts("/invoices/create_preview", &[("subscription", &sub_id)]).await;
    assert_eq!(next["total"], 14_900 + 5_000);
    house.wait_days(17).await;
    assert_eq!(house.invoices(&customer).await[0]["amount_paid"], 19_900);
    let cheap = house.price(1_900, "month").await;
    let form = [
        ("items[0][id]", si.as_str()),
        ("items[0][price]", &cheap),
        ("proration_behavior", "none"),
    ];
    house.posts(&path, &form).await;
    let pending =
        house.gets("/invoiceitems", &[("customer", &customer), ("pending", "true")]).await;
    assert_eq!(pending["data"], json!([]));
}

#[tokio::test]
async fn a_downgrade_billed_at_once_becomes_the_customers_balance() {
    let house = House::at_once().await;
    let (customer, sub) = halfway(&house).await;
    let (cheap, si) = (house.price(1_900, "month").await, item(&sub));
    let form = [
        ("items[0][id]", si.as_str()),
        ("items[0][price]", &cheap),
        ("proration_behavior", "always_invoice"),
    ];
    house.posts(&format!("/subscriptions/{}", id(&sub)), &form).await;
    let path = format!("/customers/{customer}");
    assert_eq!(house.gets(&path, &[]).await["balance"], -1_500);
    house.wait_days(17).await;
    let invoice = &house.invoices(&customer).await[0];
    assert_eq!((&invoice["total"], &invoice["amount_paid"]), (&json!(1_900), &json!(400)));
    assert_eq!(house.gets(&path, &[]).await["balance"], 0);
}

#[tokio::test]
async fn a_yearly_price_begins_a_year_now() {
    let house = House::at_once().await;
    let (customer, sub) = halfway(&house).await;
    let (year, si) = (house.price(49_000, "year").await, item(&sub));
    let form = [("items[0][id]", si.as_str()), ("items[0][price]", &year)];
    let changed = house.posts(&format!("/subscriptions/{}", id(&sub)), &form).await;
    let item = &changed["items"]["data"][0];
    let days = item["current_period_end"].as_i64().unwrap()
        - item["current_period_start"].as_i64().unwrap();
    assert_eq!(days, 365 * 86_400);
    assert_eq!(house.sandbox.stripe_books().net(&customer, "usd"), 4_900 + 49_000 - 2_450);
}

#[tokio::test]
async fn without_the_items_id_a_second_item_is_added() {
    let house = House::at_once().await;
    let (_, sub) = halfway(&house).await;
    let (other, path) = (house.price(100, "month").await, format!("/subscriptions/{}", id(&sub)));
    let changed = house.posts(&path, &[("items[0][price]", &other)]).await;
    assert_eq!(changed["items"]["data"].as_array().unwrap().len(), 2);
    let year = house.price(100, "year").await;
    let mixed = house.tries(&path, &[("items[0][price]", &year)]).await;
    assert_eq!((mixed.status, &mixed.json["error"]["param"]), (400, &json!("items")));
}

#[tokio::test]
async fn a_preview_of_what_there_is_not_yet() {
    let house = House::at_once().await;
    let price = house.price(4_900, "month").await;
    let form = [
        ("subscription_details[items][0][price]", price.as_str()),
        ("subscription_details[items][0][quantity]", "3"),
    ];
    let preview = house.posts("/invoices/create_preview", &form).await;
    assert_eq!(
        (&preview["total"], &preview["billing_reason"]),
        (&json!(14_700), &json!("upcoming"))
    );
    assert_eq!(house.gets("/customers", &[]).await["data"], json!([]));
    assert_eq!(house.gets("/subscriptions", &[]).await["data"], json!([]));
}

//! The pages that customers see, as a browser uses them.

use reqwest::redirect::Policy;
use serde_json::json;

use super::{ASKS, DECLINED, GOOD, form_body, id};
use crate::providers::House;

/// Sends a page's form without following where it leads: status, where to, the page.
async fn press(url: &str, form: &[(&str, &str)]) -> (u16, String, String) {
    let client = reqwest::Client::builder().no_proxy().redirect(Policy::none()).build().unwrap();
    let sent = client.post(url).body(form_body(form)).send().await.unwrap();
    let to = sent.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
    (sent.status().as_u16(), to.unwrap_or_default(), sent.text().await.unwrap())
}

impl House {
    async fn page(&self, url: &str) -> (u16, String) {
        let answer = self.client.get(url).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}

#[tokio::test]
async fn checkout_in_a_browser() {
    let house = House::at_once().await;
    let session = house
        .posts(
            "/checkout/sessions",
            &[
                ("mode", "payment"),
                ("success_url", "https://shop.test/done"),
                ("cancel_url", "https://shop.test/\"><script>"),
                ("line_items[0][price_data][currency]", "eur"),
                ("line_items[0][price_data][unit_amount]", "1950"),
                ("line_items[0][price_data][product_data][name]", "<b>Credits</b>"),
            ],
        )
        .await;
    let url = session["url"].as_str().unwrap();
    let (status, page) = house.page(url).await;
    assert_eq!(status, 200);
    assert!(page.contains("&lt;b&gt;Credits") && page.contains("19.50 EUR"), "{page}");
    assert!(!page.contains("<script>") && page.contains("PayPal"), "{page}");
    let (status, _, page) = press(url, &[("method", "card"), ("card", DECLINED)]).await;
    assert_eq!(status, 402);
    assert!(page.contains("Your card was declined."), "{page}");
    let (status, to, _) = press(url, &[("method", "card"), ("card", ASKS)]).await;
    assert_eq!(status, 303);
    let (status, back, _) = press(&to, &[("action", "fail")]).await;
    assert_eq!((status, back.as_str()), (303, url), "back to try another");
    let (_, to, _) = press(url, &[("method", "card"), ("card", ASKS)]).await;
    let (_, to, _) = press(&to, &[("action", "authorise")]).await;
    assert_eq!(to, "https://shop.test/done");
    assert_eq!(house.page(url).await.0, 410);
    assert_eq!(house.sandbox.stripe_books().net("", "eur"), 1_950);
    let nowhere = format!("{}/stripe-pages/checkout/cs_x", house.sandbox.addresses().http);
    assert_eq!(house.page(&nowhere).await.0, 404);
}

#[tokio::test]
async fn the_portal() {
    let house = House::at_once().await;
    let (customer, price) =
        (house.customer("pm_card_visa").await, house.price(4_900, "month").await);
    let sub = house.subscribes(&customer, &price, &[]).await;
    let form = [("customer", customer.as_str()), ("return_url", "https://shop.test/account")];
    let portal = house.posts("/billing_portal/sessions", &form).await;
    let url = portal["url"].as_str().unwrap();
    let (_, page) = house.page(url).await;
    assert!(
        page.contains(&id(&sub)) && page.contains("•••• 4242") && page.contains("49.00 USD"),
        "{page}"
    );
    let of =
        |action: &'static str| [("action", action), ("subscription", sub["id"].as_str().unwrap())];
    assert_eq!(press(url, &of("cancel")).await.0, 303);
    assert_eq!(house.sub(&sub).await["cancel_at_period_end"], true);
    assert_eq!(press(url, &of("renew")).await.0, 303);
    assert_eq!(house.sub(&sub).await["cancel_at_period_end"], false);
    assert_eq!(press(url, &[("action", "card"), ("card", DECLINED)]).await.0, 402);
    assert_eq!(press(url, &[("action", "card"), ("card", "5555555555554444")]).await.0, 303);
    let now = house
        .gets(
            &format!("/customers/{customer}"),
            &[("expand[]", "invoice_settings.default_payment_method")],
        )
        .await;
    assert_eq!(now["invoice_settings"]["default_payment_method"]["card"]["brand"], "mastercard");
    let other = house.subscribes(&house.customer("pm_card_visa").await, &price, &[]).await;
    let others = [("action", "cancel"), ("subscription", other["id"].as_str().unwrap())];
    assert_eq!(press(url, &others).await.0, 402, "somebody else's");
    assert_eq!(house.sub(&other).await["cancel_at_period_end"], json!(false));
    house.sandbox.advance_ms(3_601_000);
    assert_eq!(house.page(url).await.0, 400, "short-lived");
}

#[tokio::test]
async fn an_invoices_page_is_paid_on() {
    let house = House::at_once().await;
    let (customer, price) = (house.customer("").await, house.price(4_900, "month").await);
    let with = [("payment_behavior", "default_incomplete"), ("expand[]", "latest_invoice")];
    let sub = house.subscribes(&customer, &price, &with).await;
    let url = sub["latest_invoice"]["hosted_invoice_url"].as_str().unwrap();
    assert!(house.page(url).await.1.contains("Status: open"));
    assert_eq!(press(url, &[("method", "card"), ("card", DECLINED)]).await.0, 402);
    assert_eq!(press(url, &[("method", "card"), ("card", GOOD)]).await.0, 303);
    assert!(house.page(url).await.1.contains("Status: paid"));
    assert_eq!(house.sub(&sub).await["status"], "active");
}

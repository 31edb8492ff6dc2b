//! What holds for every call: keys, versions, forms, errors, pages, expansion, idempotency, faults.

use captely_sandbox::{Conduct, Faults, Provider::Stripe, Span};
use reqwest::Method;
use serde_json::json;

use super::{VERSION, id};
use crate::providers::{House, read};

#[tokio::test]
async fn keys_and_versions() {
    let house = House::at_once().await;
    let url = format!("{}/v1/customers", house.base(Stripe));
    let get = || house.client.get(&url).header("stripe-version", VERSION);
    assert_eq!(read(get()).await.status, 401);
    assert_eq!(read(get().bearer_auth("sk_test_wrong")).await.status, 401);
    assert_eq!(house.calls(Stripe).bad_key, 2);
    let by_user = read(get().basic_auth(house.key(Stripe), None::<&str>)).await;
    assert_eq!(by_user.status, 200);
    assert!(by_user.headers["request-id"].to_str().unwrap().starts_with("req_"));
    assert_eq!(by_user.headers["stripe-version"], VERSION);
    for (version, status) in [
        ("2025-03-31.basil", 200),
        ("2026-09-30.endive", 200),
        ("2024-12-18.acacia", 400),
        ("latest", 400),
        ("2026-13-01.dahlia", 400),
    ] {
        let ask = house.client.get(&url).bearer_auth(house.key(Stripe));
        let answer = read(ask.header("stripe-version", version)).await;
        assert_eq!(answer.status, status, "{version}: {}", answer.text);
    }
    let none = read(house.client.get(&url).bearer_auth(house.key(Stripe))).await;
    assert_eq!(none.status, 400, "a version must be sent");
}

#[tokio::test]
async fn errors_name_what_is_wrong() {
    let house = House::at_once().await;
    for (path, form, status, code, param) in [
        ("/customers/cus_x", vec![("name", "A")], 404, "resource_missing", "id"),
        ("/subscriptions", vec![("customer", "cus_x")], 400, "resource_missing", "customer"),
        ("/customers", vec![("emial", "a@b.test")], 400, "parameter_unknown", "emial"),
        ("/customers", vec![("email", "nobody")], 400, "email_invalid", "email"),
        ("/prices", vec![("unit_amount", "1")], 400, "parameter_missing", "currency"),
        (
            "/payment_intents",
            vec![("amount", "x"), ("currency", "usd")],
            400,
            "parameter_invalid_integer",
            "amount",
        ),
    ] {
        let answer = house.tries(path, &form).await;
        let error = &answer.json["error"];
        assert_eq!(
            (answer.status, &error["type"], &error["code"], &error["param"]),
            (status, &json!("invalid_request_error"), &json!(code), &json!(param)),
            "{path}: {}",
            answer.text
        );
    }
    let answer = house.tries("/customers", &[("metadata[k]", &"v".repeat(501))]).await;
    assert_eq!((answer.status, &answer.json["error"]["param"]), (400, &json!("metadata[k]")));
    assert_eq!(house.tries("/nothing", &[]).await.status, 404);
    let url = format!("{}/v1/customers", house.base(Stripe));
    let as_json = house.client.post(url).bearer_auth(house.key(Stripe));
    let as_json = as_json.header("stripe-version", VERSION).json(&json!({ "name": "A" }));
    assert_eq!(read(as_json).await.status, 400, "forms, not JSON");
}

#[tokio::test]
async fn lists_are_paged_newest_first() {
    let house = House::at_once().await;
    let mut ids = Vec::new();
    for n in 0..5 {
        ids.insert(0, id(&house.posts("/customers", &[("name", &n.to_string())]).await));
    }
    let page = house.gets("/customers", &[("limit", "2")]).await;
    assert_eq!((&page["object"], &page["has_more"]), (&json!("list"), &json!(true)));
    assert_eq!([id(&page["data"][0]), id(&page["data"][1])], ids[..2]);
    let page = house.gets("/customers", &[("limit", "3"), ("starting_after", &ids[1])]).await;
    assert_eq!(page["has_more"], false);
    assert_eq!(id(&page["data"][2]), ids[4]);
    let page = house.gets("/customers", &[("limit", "2"), ("ending_before", &ids[3])]).await;
    assert_eq!([id(&page["data"][0]), id(&page["data"][1])], ids[1..3]);
    assert_eq!(page["has_more"], true);
    for wrong in [("limit", "0"), ("limit", "101"), ("starting_after", "cus_x")] {
        let answer = read(house.asks(Method::GET, "/customers", &[wrong])).await;
        assert_eq!(answer.status, 400, "{wrong:?}");
    }
}

#[tokio::test]
async fn prices_are_found_by_lookup_key_and_products_expanded() {
    let house = House::at_once().await;
    let product = id(&house.posts("/products", &[("name", "Starter"), ("id", "starter")]).await);
    assert_eq!(product, "starter");
    let given = |cents: &'static str| {
        [
            ("currency", "usd"),
            ("unit_amount", cents),
            ("recurring[interval]", "month"),
            ("product", "starter"),
            ("lookup_key", "starter_monthly"),
        ]
    };
    let first = id(&house.posts("/prices", &given("4900")).await);
    assert_eq!(house.tries("/prices", &given("5900")).await.status, 400, "the key is taken");
    let mut moved = given("5900").to_vec();
    moved.push(("transfer_lookup_key", "true"));
    let second = id(&house.posts("/prices", &moved).await);
    let found =
        [("lookup_keys[]", "starter_monthly"), ("active", "true"), ("expand[]", "data.product")];
    let page = house.gets("/prices", &found).await;
    assert_eq!(page["data"].as_array().unwrap().len(), 1);
    assert_eq!(id(&page["data"][0]), second);
    assert_eq!(page["data"][0]["product"]["name"], "Starter");
    let fixed = house.tries(&format!("/prices/{first}"), &[("unit_amount", "1")]).await;
    assert_eq!(fixed.status, 400, "an amount cannot be changed");
    let wrong = [("expand[]", "data.nothing")];
    assert_eq!(read(house.asks(Method::GET, "/prices", &wrong)).await.status, 400);
}

#[tokio::test]
async fn a_key_stands_for_one_call() {
    let house = House::at_once().await;
    let keyed = |name: &'static str| {
        house.asks(Method::POST, "/customers", &[("name", name)]).header("idempotency-key", "k1")
    };
    let first = read(keyed("A")).await;
    let again = read(keyed("A")).await;
    assert_eq!(again.json, first.json);
    assert_eq!(again.headers["idempotent-replayed"], "true");
    assert!(first.headers.get("idempotent-replayed").is_none());
    let other = read(keyed("B")).await;
    assert_eq!((other.status, &other.json["error"]["type"]), (400, &json!("idempotency_error")));
    let wrong = || {
        house.asks(Method::POST, "/customers", &[("email", "x")]).header("idempotency-key", "k2")
    };
    assert_eq!(read(wrong()).await.status, 400);
    let right = house.asks(Method::POST, "/customers", &[("email", "a@b.test")]);
    let right = read(right.header("idempotency-key", "k2")).await;
    assert_eq!(right.status, 200, "what was refused before anything was done is not kept");
    let wrong_expand = || {
        let form = [("name", "C"), ("expand[]", "nothing")];
        house.asks(Method::POST, "/customers", &form).header("idempotency-key", "k3")
    };
    let first_wrong = read(wrong_expand()).await;
    assert_eq!((first_wrong.status, read(wrong_expand()).await.status), (400, 400));
    let made = house.gets("/customers", &[]).await["data"].as_array().unwrap().len();
    assert_eq!(made, 3, "what was done is done once, though its answer was an error");
    house.sandbox.advance_ms(86_400_000);
    assert_ne!(read(keyed("A")).await.json["id"], first.json["id"], "a day later it is forgotten");
}

#[tokio::test]
async fn a_call_under_way_holds_its_key() {
    let conduct = Conduct { latency_ms: Span { from: 400, to: 400 }, ..Conduct::at_once() };
    let house = House::new(conduct).await;
    let ask = || {
        let request = house.asks(Method::POST, "/customers", &[("name", "A")]);
        read(request.header("idempotency-key", "k1"))
    };
    let (one, other) = tokio::join!(ask(), ask());
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    assert_eq!(ask().await.status, 200, "answered by now");
}

#[tokio::test]
async fn a_cut_call_was_worked_on_and_its_key_tells() {
    let mut conduct = Conduct::at_once();
    conduct.providers.stripe.faults = Faults { cut: 1_000, ..Faults::default() };
    let house = House::new(conduct).await;
    let ask = || {
        let form = [
            ("amount", "4900"),
            ("currency", "usd"),
            ("payment_method", "pm_card_visa"),
            ("confirm", "true"),
        ];
        house.asks(Method::POST, "/payment_intents", &form).header("idempotency-key", "pay-1")
    };
    assert!(ask().send().await.is_err());
    house.sandbox.set_conduct(Conduct::at_once());
    let told = read(ask()).await;
    assert_eq!((told.status, &told.json["status"]), (200, &json!("succeeded")));
    assert_eq!(house.sandbox.stripe_books().net("", "usd"), 4_900, "charged once");
}

#[tokio::test]
async fn it_slows_down_and_breaks_as_stripe_does() {
    let mut conduct = Conduct::at_once();
    conduct.providers.stripe.faults = Faults { rate_limited: 1_000, ..Faults::default() };
    let house = House::new(conduct.clone()).await;
    let answer = house.tries("/customers", &[]).await;
    assert_eq!((answer.status, &answer.json["error"]["code"]), (429, &json!("rate_limit")));
    conduct.providers.stripe.faults = Faults { server_error: 1_000, ..Faults::default() };
    house.sandbox.set_conduct(conduct);
    let answer = house.tries("/customers", &[]).await;
    assert_eq!((answer.status, &answer.json["error"]["type"]), (500, &json!("api_error")));
    let mut conduct = Conduct::at_once();
    conduct.stripe.lock_timeout_permille = 1_000;
    house.sandbox.set_conduct(conduct);
    let answer = house.tries("/customers", &[]).await;
    assert_eq!((answer.status, &answer.json["error"]["code"]), (429, &json!("lock_timeout")));
    house.sandbox.set_conduct(Conduct::at_once());
    assert_eq!(house.gets("/customers", &[]).await["data"], json!([]), "nothing was done");
}

#[tokio::test]
async fn search_lags_behind() {
    let house = House::limited().await;
    let customer = house.customer("").await;
    let query = [("query", "email:'a@b.test'")];
    assert_eq!(house.gets("/customers/search", &query).await["data"], json!([]));
    house.sandbox.advance_ms(60_000);
    assert_eq!(id(&house.gets("/customers/search", &query).await["data"][0]), customer);
    assert_eq!(id(&house.gets("/customers", &[("email", "a@b.test")]).await["data"][0]), customer);
}

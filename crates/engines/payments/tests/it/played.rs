//! The client against the sandbox's Stripe, which is written from the contract and not from the client.

use std::time::Duration;

use captely_contact::Timestamp;
use captely_payments::{
    API_VERSION, BillingReason, CancelNow, CatalogPrice, CheckoutMode, CheckoutSession, Currency,
    Customer, EventFilter, Fault, IdempotencyKey, Interval, InvoicePreview, InvoiceStatus,
    LineItem, Metadata, MethodCollection, MissingMethod, NewCatalogPrice, NewCheckoutSession,
    NewCustomer, NewPaymentIntent, NewPortalSession, NewProduct, NewRefund, PaymentIntentStatus,
    PlanChange, PreviewedPlan, Price, ProrationBehavior, Recurring, Stripe, Subscription,
    SubscriptionChange, SubscriptionData, SubscriptionFilter, SubscriptionStatus, webhook,
};
use captely_providers::{Http, Key};
use captely_sandbox::{Conduct, Faults, Sandbox, Settings};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use crate::loopback::{http, http_within, read_request};

/// A shop with two plans and one customer.
struct Shop {
    sandbox: Sandbox,
    stripe: Stripe,
    http: Http,
    starter: CatalogPrice,
    professional: CatalogPrice,
    customer: Customer,
}

fn key(text: &str) -> IdempotencyKey {
    IdempotencyKey::new(text).unwrap()
}

impl Shop {
    async fn open() -> Self {
        let settings = Settings { people: 10, conduct: Conduct::at_once(), ..Settings::default() };
        let sandbox = Sandbox::start(settings).await.unwrap();
        let account = sandbox.addresses().providers.stripe.clone();
        let (http, version) = (http(), API_VERSION.parse().unwrap());
        let secret = Key::from(account.key);
        let stripe = Stripe::new(http.clone(), &secret, &account.base, &version).unwrap();
        let starter = plan(&stripe, "starter", 4_900).await;
        let professional = plan(&stripe, "professional", 14_900).await;
        let new = NewCustomer {
            email: Some("billing@mills.example".to_owned()),
            metadata: [("workspace".to_owned(), "wsp_1".to_owned())].into(),
            ..NewCustomer::default()
        };
        let customer = stripe.create_customer(&key("customer"), &new).await.unwrap();
        Self { sandbox, stripe, http, starter, professional, customer }
    }

    /// Something of the sandbox's own, as a person at the page would do it.
    async fn act(&self, path: &str) {
        let url = format!("{}/_sandbox/stripe/{path}", self.sandbox.addresses().http);
        let request = reqwest::Request::new(reqwest::Method::POST, url.parse().unwrap());
        let reply = self.http.send(request).await.unwrap();
        let said = String::from_utf8_lossy(&reply.body);
        assert!((200..300).contains(&reply.status), "{path}: {} {said}", reply.status);
    }

    async fn checkout(&self, data: SubscriptionData) -> CheckoutSession {
        let new = NewCheckoutSession {
            line_items: vec![LineItem { price: self.starter.id.clone(), quantity: 1 }],
            customer: Some(self.customer.id.clone()),
            client_reference_id: Some("wsp_1".to_owned()),
            payment_method_collection: Some(MethodCollection::IfRequired),
            subscription_data: Some(data),
            ..NewCheckoutSession::new(CheckoutMode::Subscription, "https://app.example/done")
        };
        self.stripe.create_checkout_session(&key("checkout"), &new).await.unwrap()
    }

    /// A subscription to the starter plan, paid with a card.
    async fn subscribe(&self) -> Subscription {
        let session = self.checkout(SubscriptionData::default()).await;
        assert!(!session.is_fulfillable());
        self.act(&format!("pay?session={}&card=4242424242424242", session.id)).await;
        let session = self.stripe.get_checkout_session(&session.id).await.unwrap();
        assert!(session.is_fulfillable(), "{session:?}");
        assert_eq!(session.total().unwrap(), self.starter.amount().unwrap());
        assert_eq!(session.client_reference_id.as_deref(), Some("wsp_1"));
        self.stripe.get_subscription(&session.subscription.unwrap()).await.unwrap()
    }
}

async fn plan(stripe: &Stripe, name: &str, unit_amount: i64) -> CatalogPrice {
    let new = NewProduct { name: name.to_owned(), ..NewProduct::default() };
    let product = stripe.create_product(&key(&format!("product:{name}")), &new).await.unwrap();
    let new = NewCatalogPrice {
        product: product.id,
        unit_amount,
        currency: Currency::USD,
        recurring: Some(Recurring { interval: Interval::Month, interval_count: 1 }),
        lookup_key: Some(format!("{name}_monthly")),
        transfer_lookup_key: true,
        nickname: None,
        metadata: Metadata::new(),
    };
    stripe.create_price(&key(&format!("price:{name}")), &new).await.unwrap()
}

#[tokio::test]
async fn the_catalogue_and_repeats() {
    let shop = Shop::open().await;
    let keys = ["starter_monthly", "professional_monthly", "no_such"];
    let mut found = shop.stripe.prices_by_lookup_keys(&keys).await.unwrap();
    found.sort_by_key(|price| price.unit_amount);
    assert_eq!(found, [shop.starter.clone(), shop.professional.clone()]);

    let same = NewCustomer {
        email: Some("billing@mills.example".to_owned()),
        metadata: [("workspace".to_owned(), "wsp_1".to_owned())].into(),
        ..NewCustomer::default()
    };
    let again = shop.stripe.create_customer(&key("customer"), &same).await.unwrap();
    assert_eq!(again, shop.customer, "a repeat makes no second one");
    let other = NewCustomer { name: Some("Mills".to_owned()), ..same };
    let why = shop.stripe.create_customer(&key("customer"), &other).await.unwrap_err();
    assert!(matches!(why.fault, Fault::KeyReused { .. }) && !why.is_retryable(), "{why}");

    let why = shop.stripe.get_customer("cus_nobody").await.unwrap_err();
    assert!(why.is_not_found() && why.request_id.is_some(), "{why}");
    let wrong = Key::from("sk_test_wrong");
    let base = &shop.sandbox.addresses().providers.stripe.base;
    let stranger = Stripe::new(http(), &wrong, base, &API_VERSION.parse().unwrap()).unwrap();
    let why = stranger.get_customer(&shop.customer.id).await.unwrap_err();
    assert!(matches!(why.fault, Fault::KeyRefused { .. }), "{why}");
}

/// Whatever happens to the first call, the repeat with the same key makes one customer and no second.
#[tokio::test]
async fn a_call_that_broke_is_repeated_with_its_key() {
    let shop = Shop::open().await;
    let account = shop.sandbox.addresses().providers.stripe.clone();
    let (hasty, version) = (http_within(Duration::from_secs(1)), API_VERSION.parse().unwrap());
    let stripe = Stripe::new(hasty, &Key::from(account.key), &account.base, &version).unwrap();
    let calm = Faults { hold_ms: 3_000, ..Faults::default() };
    let broken = [
        ("RateLimited", Faults { rate_limited: 1_000, ..calm.clone() }),
        ("Failed", Faults { server_error: 1_000, ..calm.clone() }),
        ("NoAnswer", Faults { timeout: 1_000, ..calm.clone() }),
        ("NoAnswer", Faults { cut: 1_000, ..calm.clone() }),
        ("Garbled", Faults { garbage: 1_000, ..calm.clone() }),
    ];
    for (at, (name, faults)) in broken.iter().enumerate() {
        let (key, new) = (key(&format!("customer:{at}")), NewCustomer::default());
        let mut conduct = Conduct::at_once();
        conduct.providers.stripe.faults = faults.clone();
        shop.sandbox.set_conduct(conduct);
        let why = stripe.create_customer(&key, &new).await.unwrap_err();
        assert!(format!("{:?}", why.fault).starts_with(name), "{name}: {why:?}");
        assert!(why.is_retryable(), "{why:?}");
        shop.sandbox.set_conduct(Conduct::at_once());
        shop.stripe.create_customer(&key, &new).await.unwrap();
    }
    let filter = EventFilter::default();
    let events = shop.stripe.list_events(&filter, 1_000).await.unwrap().objects;
    let made = events.iter().filter(|event| event.kind == "customer.created").count();
    assert_eq!(made, 1 + broken.len());
}

#[tokio::test]
async fn a_subscription_from_its_checkout_to_its_end() {
    let shop = Shop::open().await;
    let begun = shop.subscribe().await;
    assert_eq!(begun.status, SubscriptionStatus::Active);
    assert_eq!(begun.customer, shop.customer.id);
    let (start, end) = (begun.period_start().unwrap(), begun.period_end().unwrap());
    assert!(end > start && begun.ending().is_none());

    let invoice = shop.stripe.get_invoice(begun.latest_invoice.as_ref().unwrap()).await.unwrap();
    assert!(invoice.is_paid());
    assert_eq!(invoice.amount_paid, Price::new(4_900, Currency::USD));
    assert_eq!(invoice.billing_reason, Some(BillingReason::SubscriptionCreate));
    assert_eq!(invoice.subscription.as_ref(), Some(&begun.id));
    assert_eq!(invoice.lines[0].price.as_ref(), Some(&shop.starter.id));
    assert_eq!(invoice.lines[0].period_end, Some(end));
    assert!(invoice.payment_intent.is_some() && invoice.hosted_invoice_url.is_some());

    let item = begun.item().unwrap().id.clone();
    let plan = PreviewedPlan {
        item: Some(item.clone()),
        price: shop.professional.id.clone(),
        quantity: 1,
        proration: Some(ProrationBehavior::AlwaysInvoice),
        proration_date: Some(start),
        anchor_now: false,
    };
    let preview =
        InvoicePreview { customer: None, subscription: Some(begun.id.clone()), plan: Some(plan) };
    let preview = shop.stripe.preview_invoice(&key("preview"), &preview).await.unwrap();
    assert_eq!(preview.amount_due, Price::new(10_000, Currency::USD), "{preview:?}");
    assert!(preview.lines.iter().all(|line| line.proration), "{preview:?}");
    let change = PlanChange {
        item,
        price: shop.professional.id.clone(),
        quantity: 1,
        proration: ProrationBehavior::AlwaysInvoice,
        proration_date: Some(start),
        anchor_now: false,
        end_trial: false,
        payment_behavior: None,
        metadata: Metadata::new(),
    };
    let changed = shop.stripe.change_plan(&begun.id, &key("change"), &change).await.unwrap();
    assert_eq!(changed.items.len(), 1);
    assert_eq!(changed.item().unwrap().price.as_ref().unwrap().id, shop.professional.id);
    let paid = shop.stripe.get_invoice(changed.latest_invoice.as_ref().unwrap()).await.unwrap();
    assert_eq!((paid.is_paid(), paid.amount_paid), (true, preview.amount_due));

    let end_it = SubscriptionChange { cancel_at_period_end: Some(true), ..Default::default() };
    let ending = shop.stripe.update_subscription(&begun.id, &key("end"), &end_it).await.unwrap();
    assert_eq!(ending.ending(), ending.period_end());
    assert!(ending.ending().is_some());
    let keep = SubscriptionChange { cancel_at_period_end: Some(false), ..Default::default() };
    let kept = shop.stripe.update_subscription(&begun.id, &key("keep"), &keep).await.unwrap();
    assert_eq!(kept.ending(), None);

    let cancel = CancelNow::default();
    let ended = shop.stripe.cancel_subscription(&begun.id, &cancel).await.unwrap();
    assert_eq!(ended.status, SubscriptionStatus::Canceled);
    assert!(ended.ending().is_some());
    let filter = SubscriptionFilter {
        customer: Some(shop.customer.id.clone()),
        status: Some("all".to_owned()),
        ..SubscriptionFilter::default()
    };
    let all = shop.stripe.list_subscriptions(&filter, 10).await.unwrap();
    assert_eq!((all.objects, all.more), (vec![ended], false));
}

#[tokio::test]
async fn a_trial_without_a_card() {
    let shop = Shop::open().await;
    let data = SubscriptionData {
        trial_period_days: Some(14),
        missing_method: Some(MissingMethod::Cancel),
        metadata: [("workspace".to_owned(), "wsp_1".to_owned())].into(),
        ..SubscriptionData::default()
    };
    let session = shop.checkout(data).await;
    shop.act(&format!("pay?session={}&method=none", session.id)).await;
    let session = shop.stripe.get_checkout_session(&session.id).await.unwrap();
    assert!(session.is_fulfillable(), "{session:?}");
    let trial = shop.stripe.get_subscription(&session.subscription.unwrap()).await.unwrap();
    assert_eq!(trial.status, SubscriptionStatus::Trialing);
    assert_eq!(trial.metadata["workspace"], "wsp_1");
    let days = trial.trial_end.unwrap().since(trial.trial_start.unwrap()).as_secs() / 86_400;
    assert_eq!(days, 14);
    let first = shop.stripe.get_invoice(trial.latest_invoice.as_ref().unwrap()).await.unwrap();
    assert_eq!((first.status, first.total.minor_units), (Some(InvoiceStatus::Paid), 0));
}

#[tokio::test]
async fn payments_declines_and_refunds() {
    let shop = Shop::open().await;
    let pay = |method: &str| NewPaymentIntent {
        customer: Some(shop.customer.id.clone()),
        payment_method: Some(method.to_owned()),
        confirm: true,
        off_session: Some(true),
        ..NewPaymentIntent::new(Price::new(2_000, Currency::USD))
    };
    let declined = pay("pm_card_visa_chargeDeclined");
    let why = shop.stripe.create_payment_intent(&key("pay:1"), &declined).await.unwrap_err();
    let Fault::CardDeclined(decline) = &why.fault else { panic!("{why:?}") };
    assert_eq!(decline.code, "card_declined");
    assert!(decline.payment_intent.is_some() && !why.is_retryable(), "{why:?}");

    let paid =
        shop.stripe.create_payment_intent(&key("pay:2"), &pay("pm_card_visa")).await.unwrap();
    assert_eq!(paid.status, PaymentIntentStatus::Succeeded);
    assert_eq!(paid.received(), Price::new(2_000, Currency::USD));
    let refund = |amount| NewRefund {
        payment_intent: paid.id.clone(),
        amount: Some(amount),
        ..NewRefund::default()
    };
    let back = shop.stripe.create_refund(&key("refund:1"), &refund(500)).await.unwrap();
    assert_eq!(back.amount(), Price::new(500, Currency::USD));
    let why = shop.stripe.create_refund(&key("refund:2"), &refund(1_501)).await.unwrap_err();
    assert!(matches!(why.fault, Fault::Invalid { .. }), "{why:?}");
    let refunds = shop.stripe.list_refunds(&paid.id, 10).await.unwrap();
    assert_eq!(refunds.objects, [back]);
}

#[tokio::test]
async fn methods_and_the_portal() {
    let shop = Shop::open().await;
    let id = &shop.customer.id;
    let card = shop.stripe.attach_payment_method("pm_card_visa", &key("attach"), id).await.unwrap();
    assert_eq!(card.customer.as_ref(), Some(id));
    let listed = shop.stripe.list_payment_methods(id, Some("card"), 10).await.unwrap();
    assert_eq!(listed.objects[0].card.as_ref().unwrap().last4.as_deref(), Some("4242"));
    shop.stripe.detach_payment_method(&card.id, &key("detach")).await.unwrap();
    let listed = shop.stripe.list_payment_methods(id, None, 10).await.unwrap();
    assert_eq!(listed.objects, []);
    let new = NewPortalSession {
        customer: id.clone(),
        return_url: Some("https://app.example/".to_owned()),
        ..NewPortalSession::default()
    };
    let portal = shop.stripe.create_portal_session(&key("portal"), &new).await.unwrap();
    assert!(portal.url.reveal().starts_with("http"));
}

#[tokio::test]
async fn events_are_delivered_signed_and_can_be_fetched() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let hook = format!("http://{}/hook", listener.local_addr().unwrap());
    let shop = Shop::open().await;
    shop.act(&format!("webhook?url={hook}")).await;
    shop.subscribe().await;
    let (mut stream, _) = listener.accept().await.unwrap();
    let call = read_request(&mut stream).await.unwrap();
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();

    let secret = shop.sandbox.addresses().providers.stripe.secret.clone().unwrap();
    let header = call.header("stripe-signature").unwrap();
    let t: i64 =
        header.split(',').find_map(|part| part.strip_prefix("t=")).unwrap().parse().unwrap();
    let now = Timestamp::micros(t * 1_000_000);
    let secrets = [Key::from("whsec_another"), Key::from(secret)];
    let event =
        webhook::verify(header, call.body.as_bytes(), &secrets, now, webhook::TOLERANCE).unwrap();
    assert_eq!(shop.stripe.get_event(&event.id).await.unwrap(), event);
    let listed = shop.stripe.list_events(&EventFilter::default(), 100).await.unwrap();
    assert!(listed.objects.contains(&event));
    assert!(listed.objects.iter().any(|event| event.kind == "invoice.paid"));
    let mut changed = call.body.clone();
    changed.push(' ');
    let why = webhook::verify(header, changed.as_bytes(), &secrets, now, webhook::TOLERANCE);
    assert_eq!(why, Err(webhook::SignatureError::Mismatch));
}

//! Billing while plans are sold: who may see, buy, change, cancel and pay, and that it works where they may. Everybody of
//! the table is tried, each in a workspace of their own beside the one that they ask about.

use serde_json::json;

use super::table::{Row, Statuses, Target, admin, anybody, row, signed_in, superadmin};
use super::world::{Actor, World};
use crate::access::check_all;
use crate::serving::until;

/// Admins of a workspace with a plan; the stranger and the superadmin have the free one in their own.
const fn with_plan(s: u16) -> Statuses {
    [401, 409, 403, 403, s, s, 409, 403]
}

/// Members may look at it, and nobody else is told that it is there.
const fn seen_inside(s: u16) -> Statuses {
    [401, 404, s, s, s, s, 404, 403]
}

const fn reads() -> [Row; 5] {
    [
        row("list_packages", signed_in(200)),
        row("get_subscription", signed_in(200)),
        row("list_payments", signed_in(200)),
        row("list_invoices", signed_in(200)),
        row("list_payment_methods", signed_in(200)),
    ]
}

/// What goes the same way however the money comes.
fn both_ways() -> Vec<Row> {
    let mut rows: Vec<Row> = reads().into_iter().collect();
    rows.extend([
        row("get_invoice", seen_inside(200)).on(Target::Invoice),
        row("print_invoice", seen_inside(200)).on(Target::Invoice),
        row("set_billing_details", admin(200)).with(|_| json!({"name": "Example Ltd"})),
        row("change_subscription", with_plan(200))
            .with(|_| json!({"package_id": "enterprise", "preview": true})),
        row("cancel_subscription", with_plan(200)).with(|world| {
            world.go_on();
            json!({"now": false})
        }),
        row("resume_subscription", with_plan(200)).with(|world| {
            world.cancel();
            json!({})
        }),
        // Who has a plan changes it; the others order one.
        row("create_subscription", [401, 201, 403, 403, 409, 409, 201, 403])
            .keyed()
            .with(|_| json!({"package_id": "starter", "billing_cycle": "monthly"})),
        row("purchase_credits", admin(201)).keyed(),
    ]);
    rows
}

impl World {
    /// The owner takes a cancellation back, if there is one.
    fn go_on(&self) {
        let _nothing_to_take_back =
            self.client(Actor::Owner).post("/api/subscriptions/resume", &json!({}));
    }

    fn cancel(&self) {
        let wish = json!({"now": false});
        let _done_before = self.client(Actor::Owner).post("/api/subscriptions/cancel", &wish);
    }

    /// Fails unless keys do what their scopes and the role of their maker say, and no more.
    fn check_keys(&self) {
        let owner = self.client(Actor::Owner);
        let made = |scopes: &[&str], role: &str| {
            let wish = json!({"name": "Program", "scopes": scopes, "role": role});
            self.anybody().bearing(&owner.post("/api/api-keys", &wish).expect(201).text("key"))
        };
        let reads = made(&["billing:read"], "owner");
        reads.get("/api/billing/history").expect(200);
        reads.get("/api/billing/invoices").expect(200);
        reads.get("/api/subscriptions").refused(403, "scope_missing");
        let details = json!({"name": "Another Ltd"}).to_string();
        reads.send("PATCH", "/api/billing/details", Some(&details)).refused(403, "scope_missing");
        let buys = made(&["credit-packages:write"], "admin");
        let wish = json!({"package_id": "credits_500"});
        let path = "/api/credit-packages/purchase";
        buys.post(path, &wish).refused(422, "idempotency_key_needed");
        buys.with("idempotency-key", "of-a-program").post(path, &wish).expect(201);
        buys.get("/api/billing/history").refused(403, "scope_missing");
        // Of any scope, it is still only a viewer.
        let views = made(&["*"], "viewer");
        views.get("/api/billing/history").expect(200);
        views.with("idempotency-key", "of-a-viewer").post(path, &wish).refused(403, "forbidden");
    }
}

#[test]
fn by_hand() {
    let mut world = World::by_hand();
    let document = world.anybody().get("/api/openapi.json").expect(200).json();
    let rows = [
        row("remove_payment_method", admin(409)),
        row("open_portal", admin(409)),
        row("take_stripe_event", anybody(409)),
        row("pay_invoice", superadmin(200)).on(Target::Invoice).keyed(),
        row("refund_invoice", superadmin(200))
            .on(Target::PaidInvoice)
            .keyed()
            .with(|_| json!({"reference": "line 13", "amount": 100})),
        row("list_reconciliation", superadmin(409)),
    ];
    check_all(&mut world, &document, &rows);
    check_all(&mut world, &document, &both_ways());
    world.sign_in();
    world.check_keys();

    // What an admin orders and the installation notes as paid, everybody of the workspace has.
    let before = world.balance();
    let bought = world.buy(Actor::Admin);
    assert!((world.balance() - before).abs() < f64::EPSILON, "nothing came before it was paid");
    world.pay_by_hand(bought["invoice"]["id"].as_str().expect("an invoice"));
    assert!((world.balance() - before - 500.0).abs() < f64::EPSILON);
    // Who may not order has ordered nothing.
    let count = |world: &World| {
        let said = world.client(Actor::Viewer).get("/api/billing/invoices?limit=100").expect(200);
        said.json()["items"].as_array().map(Vec::len)
    };
    let invoices = count(&world);
    for actor in [Actor::Viewer, Actor::User] {
        let client = world.client(actor).with("idempotency-key", "refused");
        let wish = json!({"package_id": "credits_500"});
        client.post("/api/credit-packages/purchase", &wish).refused(403, "forbidden");
    }
    assert_eq!(count(&world), invoices);
}

#[test]
fn by_stripe() {
    let mut world = World::by_stripe();
    let document = world.anybody().get("/api/openapi.json").expect(200).json();
    let rows = [
        row("remove_payment_method", [401, 404, 403, 403, 204, 204, 404, 403]).on(Target::Method),
        row("open_portal", admin(200)),
        // Nobody but Stripe can sign.
        row("take_stripe_event", anybody(400)),
        // Stripe collects it.
        row("pay_invoice", superadmin(409)).on(Target::Invoice).keyed(),
        row("refund_invoice", superadmin(409)).on(Target::Invoice).keyed(),
        row("list_reconciliation", superadmin(200)),
    ];
    check_all(&mut world, &document, &rows);
    check_all(&mut world, &document, &both_ways());
    world.sign_in();
    world.check_keys();

    let before = world.balance();
    let page = world.buy(Actor::Admin)["checkout_url"].as_str().expect("a page").to_owned();
    assert!((world.balance() - before).abs() < f64::EPSILON, "nothing came before it was paid");
    world.stripe().pay(&page);
    until("the credits come", || (world.balance() - before - 500.0).abs() < f64::EPSILON);
}

//! Worlds in which plans are sold, by hand or through the sandbox's Stripe, and what the workspace buys there.

use serde_json::{Value, json};

use super::world::{Actor, World};
use crate::http::Client;
use crate::program::Room;
use crate::served::Served;
use crate::serving::until;

/// Who of a team may join at most, and programs too.
const PLAN: &str = "professional";
/// Cards that are good, one after the other, so that a new one is told from the last.
const GOOD: [&str; 2] = ["5555555555554444", "378282246310005"];
const PACKAGES: &str = "/api/credit-packages/purchase";

impl World {
    /// Invoices are paid by hand; the workspace has a plan for a team.
    pub(super) fn by_hand() -> Self {
        let mut world = Self::begin(Room::new(), &["--set", "billing.mode=manual"], &[], None);
        let order = world.order();
        let id = order["invoice"]["id"].as_str().expect("an invoice").to_owned();
        world.pay_by_hand(&id);
        world.join_all();
        world
    }

    /// Stripe collects the money; the workspace has a plan for a team.
    pub(super) fn by_stripe() -> Self {
        let room = Room::new();
        let stripe = Served::start(&room, &["--limits", "off"]);
        let account = &stripe.addresses["providers"]["stripe"];
        let text = |name: &str| account[name].as_str().expect("Stripe's account").to_owned();
        let [base, key, secret] = ["base", "key", "secret"].map(text);
        let settings = [
            "--set".to_owned(),
            "billing.mode=stripe".to_owned(),
            "--set".to_owned(),
            format!("billing.stripe_url={base}"),
        ];
        let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
        // Secrets do not stand on command lines.
        let variables = [("STRIPE_SECRET_KEY", &*key), ("STRIPE_WEBHOOK_SECRET", &*secret)];
        let mut world = Self::begin(room, &settings, &variables, Some(stripe));
        let address = world.server.address().to_owned();
        world
            .stripe()
            .at_stripe(&format!("webhook?url=http://{address}/api/billing/webhooks/stripe"));
        let page = world.order()["checkout_url"].as_str().expect("a page").to_owned();
        world.stripe().pay(&page);
        let owner = world.client(Actor::Owner);
        until("the plan is in force", || {
            let said = owner.get("/api/subscriptions").expect(200).json();
            said["subscription"]["package_id"] == PLAN
        });
        world.join_all();
        world
    }

    fn order(&mut self) -> Value {
        let wish = json!({ "package_id": PLAN, "billing_cycle": "monthly" });
        let key = self.new_key();
        let owner = self.client(Actor::Owner).with("idempotency-key", &key);
        owner.post("/api/subscriptions", &wish).expect(201).json()
    }

    /// Somebody orders a package of 500 credits; what they are told.
    pub(super) fn buy(&mut self, as_whom: Actor) -> Value {
        let key = self.new_key();
        let client = self.client(as_whom).with("idempotency-key", &key);
        client.post(PACKAGES, &json!({ "package_id": "credits_500" })).expect(201).json()
    }

    pub(super) fn pay_by_hand(&mut self, invoice: &str) {
        let key = self.new_key();
        let superadmin = self.client(Actor::Superadmin).with("idempotency-key", &key);
        let path = format!("/api/admin/billing/invoices/{invoice}/pay");
        superadmin.post(&path, &json!({ "reference": "line 12" })).expect(200);
    }

    pub(super) fn open_invoice(&mut self) -> String {
        self.buy(Actor::Owner)["invoice"]["id"].as_str().expect("an invoice").to_owned()
    }

    pub(super) fn paid_invoice(&mut self) -> String {
        let id = self.open_invoice();
        self.pay_by_hand(&id);
        id
    }

    /// Another card; where there is no Stripe, none.
    pub(super) fn stored_card(&mut self) -> String {
        if self.stripe.is_none() {
            return "pay_019900000000700080000000000000ab".to_owned();
        }
        let books = self.stripe().books();
        let customers = books["customers"].as_object().expect("the books");
        let customer = customers.keys().next().expect("who paid for the plan").clone();
        let owner = self.client(Actor::Owner);
        let before = cards(&owner);
        self.made += 1;
        let number = GOOD[usize::from(self.made.is_multiple_of(2))];
        self.stripe().at_stripe(&format!("card?customer={customer}&card={number}"));
        let mut new = None;
        until("the card is known", || {
            let mut cards = cards(&owner).into_iter();
            new = cards.find(|card| !before.contains(card) && number.ends_with(&card.1));
            new.is_some()
        });
        new.expect("it is known").0
    }

    /// Stripe, in whose world this is.
    pub(super) fn stripe(&self) -> &Served {
        self.stripe.as_ref().expect("Stripe")
    }

    /// What the workspace can spend, in credits.
    pub(super) fn balance(&self) -> f64 {
        let said = self.client(Actor::Viewer).get("/api/credits/").expect(200).text("balance");
        said.parse().expect("a number")
    }
}

/// The id and the last digits of each stored card.
fn cards(owner: &Client) -> Vec<(String, String)> {
    let said = owner.get("/api/billing/payment-methods").expect(200).json();
    let items = said["items"].as_array().expect("items").iter();
    let text = |one: &Value, name: &str| one[name].as_str().unwrap_or_default().to_owned();
    items.map(|one| (text(one, "id"), text(one, "last4"))).collect()
}

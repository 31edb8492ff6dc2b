//! Everything the simulator of Stripe holds: objects by id, the time, and what waits to be delivered.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::Notify;

use super::delivery::{Attempt, Delivery};
use super::failure::Failure;
use super::idempotency::Keys;
use super::members::Members as _;
use crate::chance::{again, draw, topic};
use crate::settings::Conduct;

/// The most objects of one account, events not counted.
pub(super) const OBJECTS_MAX: usize = 100_000;
/// The most events that are kept; the oldest go first.
const EVENTS_MAX: usize = 10_000;
/// Characters of an id after its prefix.
const ID_CHARS: usize = 24;

/// The account's state. One lock holds all of it, so that a call is one step.
#[derive(Debug, Default)]
pub(crate) struct Shop {
    objects: HashMap<String, Value>,
    /// Ids by the objects' type, oldest first.
    by_type: BTreeMap<String, VecDeque<String>>,
    /// Unix seconds; during a catch-up the moment that is being played.
    pub(super) now: i64,
    /// The same moment in the sandbox's milliseconds; a catch-up does not change it.
    pub(super) now_ms: u64,
    /// How far billing time is ahead of the sandbox's clock, in seconds.
    pub(super) ahead_s: i64,
    /// `{"id": "req_…", "idempotency_key": …}` of the call that is being answered; null in a catch-up.
    pub(super) request: Value,
    /// `Stripe-Version` of that call.
    pub(super) version: String,
    pub(super) conduct: Arc<Conduct>,
    /// `http://127.0.0.1:4711`, for the addresses of hosted pages.
    pub(super) http: String,
    pub(super) keys: Keys,
    pub(super) waiting: VecDeque<Delivery>,
    /// Deliveries that the courier has taken and of which it has not yet said what came of them.
    pub(super) under_way: usize,
    /// Rung when something is there to be delivered.
    pub(super) rung: Arc<Notify>,
    pub(super) attempts: VecDeque<Attempt>,
    /// Moments at which an object has to be looked at, soonest first.
    timers: BTreeSet<(i64, String)>,
    /// How far the account's time is from the sandbox's, in seconds: set at the start.
    pub(super) shift_s: i64,
    /// What signs webhooks where no other secret is set.
    pub(super) webhook_secret: String,
    seed: u64,
    ids: u64,
}

impl Shop {
    pub(crate) fn new(seed: u64, shift_s: i64) -> Self {
        Self { shift_s, seed, ..Self::default() }
    }

    /// Forgets everything but the time, where webhooks go and which of them the courier carries.
    pub(crate) fn reset(&mut self) {
        let endpoints = self.these("webhook_endpoint", |_| true);
        let (shift_s, ahead_s) = (self.shift_s, self.ahead_s);
        // The ids go on: one that was forgotten must not mean something else.
        let webhook_secret = std::mem::take(&mut self.webhook_secret);
        let (under_way, rung) = (self.under_way, Arc::clone(&self.rung));
        let kept = Self { ids: self.ids, ahead_s, webhook_secret, ..Self::default() };
        *self = Self { seed: self.seed, shift_s, under_way, rung, ..kept };
        for endpoint in endpoints {
            self.put(endpoint);
        }
    }

    /// A draw of the account's own; each differs.
    pub(super) fn chance(&mut self) -> u64 {
        self.ids += 1;
        draw(self.seed, topic::STRIPE, self.ids)
    }

    /// `cus_` and 24 letters and digits.
    pub(super) fn id(&mut self, prefix: &str) -> String {
        const LETTERS: &[u8; 62] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let drawn = self.chance();
        let letter = |n: usize| {
            let step = u64::try_from(n).unwrap_or_default() + 1;
            char::from(crate::chance::pick(again(drawn, step), LETTERS))
        };
        let mark: String = (0..ID_CHARS).map(letter).collect();
        format!("{prefix}_{mark}")
    }

    /// A new object with what every object has, and the members of `with`.
    pub(super) fn make(&mut self, prefix: &str, kind: &str, with: Value) -> Value {
        let mut object = json!({ "id": self.id(prefix), "object": kind, "created": self.now,
            "livemode": false, "metadata": {} });
        if let (Some(object), Value::Object(with)) = (object.as_object_mut(), with) {
            object.extend(with);
        }
        object
    }

    /// Refuses when the account is full.
    pub(super) fn room(&self) -> Result<(), Failure> {
        if self.objects.len() < OBJECTS_MAX + EVENTS_MAX {
            return Ok(());
        }
        Err(Failure::invalid(format!(
            "This sandbox holds {OBJECTS_MAX} objects at most; POST /_sandbox/reset forgets them"
        )))
    }

    /// Keeps an object in place of the one with its id.
    pub(super) fn put(&mut self, object: Value) {
        let id = object.text("id").to_owned();
        if !self.objects.contains_key(&id) {
            let list = self.by_type.entry(object.text("object").to_owned()).or_default();
            list.push_back(id.clone());
            if object.text("object") == "event" && list.len() > EVENTS_MAX {
                let oldest = list.pop_front().unwrap_or_default();
                self.objects.remove(&oldest);
            }
        }
        self.objects.insert(id, object);
    }

    /// The object; null where there is none.
    pub(super) fn get(&self, id: &str) -> Value {
        self.objects.get(id).cloned().unwrap_or_default()
    }

    /// The object, if it is of that type.
    pub(super) fn find(&self, kind: &str, id: &str, param: &str) -> Result<Value, Failure> {
        let found = self.objects.get(id).filter(|object| object.text("object") == kind);
        found.cloned().ok_or_else(|| {
            // Wording as in the contract: "No such customer: 'cus_x'".
            Failure::missing(&kind.replace('_', " "), id, param)
        })
    }

    /// Changes an object that is there.
    pub(super) fn edit(&mut self, id: &str, change: impl FnOnce(&mut Value)) {
        if let Some(object) = self.objects.get_mut(id) {
            change(object);
        }
    }

    pub(super) fn remove(&mut self, object: &Value) {
        self.objects.remove(object.text("id"));
        if let Some(list) = self.by_type.get_mut(object.text("object")) {
            list.retain(|id| id != object.text("id"));
        }
    }

    /// All objects of a type, oldest first.
    pub(super) fn all(&self, kind: &str) -> impl DoubleEndedIterator<Item = &Value> {
        let ids = self.by_type.get(kind).into_iter().flatten();
        ids.filter_map(|id| self.objects.get(id))
    }

    /// Those of whom this holds, oldest first.
    pub(super) fn these(&self, kind: &str, test: impl Fn(&Value) -> bool) -> Vec<Value> {
        self.all(kind).filter(|object| test(object)).cloned().collect()
    }

    /// Has an object looked at when that moment has come. What is due is decided then.
    pub(super) fn wake(&mut self, id: &str, at: i64) {
        self.timers.insert((at, id.to_owned()));
    }

    /// The soonest timer that is due at `until`.
    pub(super) fn due(&mut self, until: i64) -> Option<(i64, String)> {
        if self.timers.first().is_none_or(|(at, _)| *at > until) {
            return None;
        }
        self.timers.pop_first()
    }

    /// A shop with what concerns one customer, to calculate in: nobody hears of what happens there.
    pub(super) fn copy_of(&self, customer: &str) -> Self {
        let mut copy = Self {
            now: self.now,
            now_ms: self.now_ms,
            conduct: Arc::clone(&self.conduct),
            http: self.http.clone(),
            seed: self.seed,
            ids: self.ids,
            ..Self::default()
        };
        for kind in [
            "customer",
            "product",
            "price",
            "payment_method",
            "subscription",
            "invoice",
            "invoiceitem",
            "payment_intent",
            "invoice_payment",
        ] {
            let concerned = self.all(kind).filter(|object| {
                let of = object.text("customer");
                of.is_empty() && object.text("object") != "customer"
                    || of == customer
                    || object.text("id") == customer
            });
            concerned.cloned().for_each(|object| copy.put(object));
        }
        copy
    }

    /// The address of a hosted page.
    pub(super) fn page(&self, page: &str, id: &str) -> String {
        format!("{}{}/{page}/{id}", self.http, super::PAGES)
    }
}

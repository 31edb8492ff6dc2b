//! One call at a provider, as its simulator sees it.

use std::sync::Arc;

use captely_contact::Credits;
use hyper::{HeaderMap, Method};
use serde_json::Value;

use crate::chance::{again, draw, topic};
use crate::ledger::{Charge, Charged, Entry, Subject};
use crate::meter::{Admission, Rule};
use crate::provider::Provider;
use crate::settings::{Conduct, ProviderConduct, Span};
use crate::sim::Sim;
use crate::world::World;

/// A call, its account once that is known, and what the ledger will say of it.
pub(crate) struct Call<'a> {
    pub(crate) sim: &'a Arc<Sim>,
    pub(crate) conduct: Arc<Conduct>,
    pub(crate) provider: Provider,
    pub(crate) method: &'a Method,
    /// What follows the provider's base path, with its leading slash.
    pub(crate) path: &'a str,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
    pub(crate) now_ms: u64,
    /// How long the answer will take.
    pub(crate) latency_ms: u64,
    /// Number of the call at this provider, from 0.
    pub(crate) number: u64,
    pub(crate) entry: Entry,
}

impl Call<'_> {
    pub(crate) fn world(&self) -> &World {
        &self.sim.world
    }

    pub(crate) fn settings(&self) -> &ProviderConduct {
        self.conduct.providers.of(self.provider)
    }

    /// A query parameter; empty where it is absent.
    pub(crate) fn query(&self, name: &str) -> &str {
        self.query.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.trim())
    }

    /// A header's text; empty where it is absent or no text.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Option<Value> {
        serde_json::from_slice(self.body).ok()
    }

    /// A draw for what no document settles: differs from call to call.
    pub(crate) fn shape(&self) -> u64 {
        let number = again(self.number, self.provider.number());
        draw(self.world().seed(), topic::SHAPE, number)
    }

    /// Whether `key` opens an account here; the ledger notes it either way.
    pub(crate) fn opens(&mut self, key: &str) -> bool {
        let valid = self.sim.keys.of(self.provider).iter().any(|k| k == key);
        if valid {
            key.clone_into(&mut self.entry.key);
        } else {
            self.entry.bad_key = true;
        }
        valid
    }

    /// Puts the call to its limits; `Err` gives the rule that was broken and the milliseconds until the call would have
    /// been let in. With limits off everything is let in.
    pub(crate) fn admit(&mut self, rules: &[Rule]) -> Result<(), (Rule, u64)> {
        if !self.conduct.limits {
            return Ok(());
        }
        let admission = self.sim.meter(self.provider).admit(&self.entry.key, rules, self.now_ms);
        match admission {
            Admission::Yes => Ok(()),
            Admission::No { rule, wait_ms } => {
                self.entry.over_limit = true;
                Err((rule, wait_ms))
            }
        }
    }

    /// As [`Call::admit`] for a look-up: the account's calls a minute apply too.
    pub(crate) fn admit_lookup(&mut self, burst: Rule) -> Result<(), (Rule, u64)> {
        let minute = Rule::per_minute("lookup", self.settings().calls_per_minute);
        self.admit(&[minute, burst])?;
        self.entry.lookup = true;
        Ok(())
    }

    /// Takes credits for a result and enters the charge; false, and nothing done, if the account has
    /// not that much.
    pub(crate) fn charge(&mut self, field: Charged, subject: Subject, credits: Credits) -> bool {
        let taken = self.take(credits);
        if taken {
            self.entry.charges.push(Charge { field, subject, credits });
        }
        taken
    }

    /// Takes credits without saying yet for what.
    pub(crate) fn take(&self, credits: Credits) -> bool {
        let limit = self.settings().credits_millis;
        self.sim.accounts(self.provider).take(&self.entry.key, limit, credits)
    }

    /// Credits left on the account.
    pub(crate) fn credits_left(&self) -> Credits {
        let limit = self.settings().credits_millis;
        self.sim.accounts(self.provider).left(&self.entry.key, limit)
    }

    /// When work that takes as long as `span` says is done; at once with limits off.
    pub(crate) fn ready_at(&self, span: Span, drawn: u64) -> u64 {
        if self.conduct.limits { self.now_ms.saturating_add(span.at(drawn)) } else { self.now_ms }
    }

    /// Remembers the endpoint for the ledger.
    pub(crate) fn at(&mut self, endpoint: &'static str) {
        self.entry.endpoint = endpoint;
    }
}

/// A text member of a JSON object; empty where it is absent or no text.
pub(crate) fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).map_or("", str::trim)
}

/// Credits as a JSON number.
pub(crate) fn number(credits: Credits) -> Value {
    let millis = credits.as_millis();
    if millis % 1_000 == 0 {
        return Value::from(millis / 1_000);
    }
    credits.to_string().parse::<f64>().map_or(Value::Null, Value::from)
}

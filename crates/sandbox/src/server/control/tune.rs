//! Changing settings and time while the sandbox runs.

use serde_json::{Value, json};

use super::{refuse, shown, value};
use crate::provider::Provider;
use crate::server::reply::Reply;
use crate::settings::Conduct;
use crate::sim::Sim;

/// POST `/_sandbox/settings`: any part of [`Conduct`] as JSON; the rest stays as it is.
pub(super) fn settings(sim: &Sim, body: &[u8]) -> Reply {
    let change: Value = match serde_json::from_slice(body) {
        Ok(change) => change,
        Err(error) => return refuse(400, &format!("the body must be JSON: {error}")),
    };
    let mut whole = match serde_json::to_value(sim.conduct().as_ref()) {
        Ok(whole) => whole,
        Err(error) => return refuse(500, &error.to_string()),
    };
    merge(&mut whole, &change);
    let refilled: Vec<Provider> = Provider::ALL
        .into_iter()
        .filter(|p| change.pointer(&format!("/providers/{p}/credits_millis")).is_some())
        .collect();
    match serde_json::from_value::<Conduct>(whole) {
        Ok(conduct) => {
            sim.set_conduct(conduct, &refilled);
            shown(sim.conduct().as_ref())
        }
        Err(error) => refuse(400, &format!("no such setting, or no such value: {error}")),
    }
}

/// POST `/_sandbox/advance?ms=N`: moves the sandbox's clock on.
pub(super) fn advance(sim: &Sim, query: &[(String, String)]) -> Reply {
    match value(query, "ms").and_then(|ms| ms.parse::<u64>().ok()) {
        Some(ms) => {
            sim.clock.advance(ms);
            Reply::json(200, &json!({ "now": sim.clock.iso(sim.clock.now_ms()) }))
        }
        None => refuse(400, "say how far: ?ms=60000"),
    }
}

fn merge(whole: &mut Value, change: &Value) {
    match (whole, change) {
        (Value::Object(whole), Value::Object(change)) => {
            for (name, value) in change {
                merge(whole.entry(name.clone()).or_insert(Value::Null), value);
            }
        }
        (whole, change) => *whole = change.clone(),
    }
}

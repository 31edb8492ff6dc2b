//! What ZeroBounce remembers of its clients: breaches and blocks, and who was greylisted.

use std::collections::HashMap;

use crate::chance::{draw, mark, topic};
use crate::meter::{Admission, Rule};
use crate::server::call::Call;

/// The most addresses and clients that are remembered.
const REMEMBERED_MAX: usize = 200_000;

/// The blocks of a client that is too fast again and again: "1 min … 1 day" (contract, Limits). The
/// steps between are ours.
const ESCALATION_MS: [u64; 4] = [60_000, 600_000, 3_600_000, 86_400_000];

const HOUR_MS: u64 = 3_600_000;

/// What a client did wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Breach {
    TooFast,
    BadRequest,
    UnknownPath,
    BadKey,
}

impl Breach {
    /// How many in what time bring a block; `None`: every one does.
    const fn allowed(self) -> Option<Rule> {
        match self {
            Self::TooFast => None,
            Self::BadRequest => Some(Rule::per_minute("bad request", 100)),
            Self::UnknownPath => {
                Some(Rule { name: "unknown path", window_ms: 120_000, calls: 100 })
            }
            Self::BadKey => Some(Rule { name: "bad key", window_ms: HOUR_MS, calls: 200 }),
        }
    }
}

#[derive(Debug, Default)]
struct Client {
    blocked_until_ms: u64,
    times_too_fast: usize,
}

/// What is remembered.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    clients: HashMap<String, Client>,
    greylisted_until_ms: HashMap<u64, u64>,
}

/// Whether the shield keeps this client out.
pub(super) fn is_blocked(call: &Call<'_>, client: &str) -> bool {
    let memory = call.sim.zerobounce();
    memory.clients.get(client).is_some_and(|client| call.now_ms < client.blocked_until_ms)
}

/// Enters a breach, and blocks the client if it was one too many. Nobody is blocked with limits off.
pub(super) fn note(call: &Call<'_>, client: &str, breach: Breach) {
    if !call.conduct.limits {
        return;
    }
    if let Some(rule) = breach.allowed()
        && call.sim.meter(call.provider).admit(client, &[rule], call.now_ms) == Admission::Yes
    {
        return;
    }
    let mut memory = call.sim.zerobounce();
    if memory.clients.len() >= REMEMBERED_MAX {
        return;
    }
    let client = memory.clients.entry(client.to_owned()).or_default();
    let block_ms = if breach == Breach::TooFast {
        let last = ESCALATION_MS.len() - 1;
        let block_ms = ESCALATION_MS.get(client.times_too_fast.min(last)).copied();
        client.times_too_fast += 1;
        block_ms.unwrap_or(HOUR_MS)
    } else {
        HOUR_MS
    };
    client.blocked_until_ms = call.now_ms.saturating_add(block_ms);
}

/// Whether the address's server still puts us off. It does so at the first look, and until a while
/// after that.
pub(super) fn is_greylisted(call: &Call<'_>, email: &str) -> bool {
    let address = mark(email);
    let mut memory = call.sim.zerobounce();
    if let Some(until_ms) = memory.greylisted_until_ms.get(&address) {
        return call.now_ms < *until_ms;
    }
    if memory.greylisted_until_ms.len() >= REMEMBERED_MAX {
        return false;
    }
    let drawn = draw(call.world().seed(), topic::PENDING, address);
    let until_ms = call.ready_at(call.conduct.zerobounce_greylist_ms, drawn);
    memory.greylisted_until_ms.insert(address, until_ms);
    true
}

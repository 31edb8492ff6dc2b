//! Faults: which call gets one, and what it looks like.

use crate::chance::{again, below, draw, topic};
use crate::provider::Provider;
use crate::server::reply::Reply;
use crate::settings::Faults;

/// What goes wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    RateLimited,
    ServerError,
    /// Held, then cut; `worked` if the call was worked on first.
    Timeout {
        worked: bool,
    },
    Garbage,
    Cut,
}

impl Fault {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::RateLimited => "rate_limited",
            Self::ServerError => "server_error",
            Self::Timeout { .. } => "timeout",
            Self::Garbage => "garbage",
            Self::Cut => "cut",
        }
    }

    /// Whether the provider does its work in spite of it.
    pub(super) const fn is_worked_on(self) -> bool {
        matches!(self, Self::Timeout { worked: true } | Self::Garbage | Self::Cut)
    }

    /// The fault of call `number`, if it has one.
    pub(super) fn of(faults: &Faults, seed: u64, provider: Provider, number: u64) -> Option<Self> {
        let drawn = draw(seed, topic::FAULT, again(number, provider.number()));
        let at = below(drawn, 1_000);
        let mut until = 0_u64;
        let worked = below(again(drawn, 1), 2) == 1;
        for (permille, fault) in [
            (faults.rate_limited, Self::RateLimited),
            (faults.server_error, Self::ServerError),
            (faults.timeout, Self::Timeout { worked }),
            (faults.garbage, Self::Garbage),
            (faults.cut, Self::Cut),
        ] {
            until += u64::from(permille);
            if at < until {
                return Some(fault);
            }
        }
        None
    }
}

/// An answer that no client can read: what a broken proxy or a cut-off body leaves.
pub(super) fn garbage(reply: &Reply, drawn: u64) -> Reply {
    match below(drawn, 4) {
        0 => Reply::raw(200, "text/html", "<html><body>Bad Gateway</body></html>".to_owned()),
        1 => Reply::raw(200, "application/json", String::new()),
        2 => Reply::raw(200, "application/json", "{\"data\": \u{fffd}\u{fffd}".to_owned()),
        _ => {
            let half = reply.body.len() / 2;
            Reply { body: reply.body.slice(..half), ..reply.clone() }
        }
    }
}

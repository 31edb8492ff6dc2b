//! A line of the ledger to be written.

use captely_platform::ids::{RunId, UserId};
use uuid::Uuid;

use crate::account::Kind;
use crate::key::KeyHash;
use crate::{Action, HoldId};

/// What an entry says beside its number, time and balance.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) kind: Kind,
    pub(crate) amount: i64,
    pub(crate) key: KeyHash,
    pub(crate) line: i64,
    pub(crate) request: KeyHash,
    pub(crate) hold: Option<HoldId>,
    pub(crate) grant: Option<Uuid>,
    pub(crate) of_key: Option<KeyHash>,
    pub(crate) action: Option<Action>,
    pub(crate) quantity: u32,
    pub(crate) provider: Option<String>,
    pub(crate) run: Option<RunId>,
    pub(crate) subject: Option<Uuid>,
    pub(crate) member: Option<UserId>,
    pub(crate) reason: String,
}

impl Entry {
    pub(crate) fn new(kind: Kind, amount: i64, key: KeyHash) -> Self {
        Self {
            kind,
            amount,
            key,
            line: 0,
            request: KeyHash::default(),
            hold: None,
            grant: None,
            of_key: None,
            action: None,
            quantity: 0,
            provider: None,
            run: None,
            subject: None,
            member: None,
            reason: String::new(),
        }
    }

    pub(crate) fn of_grant(mut self, grant: Uuid) -> Self {
        self.grant = Some(grant);
        self
    }

    pub(crate) fn at_line(mut self, line: i64) -> Self {
        self.line = line;
        self
    }

    pub(crate) fn asked(mut self, request: KeyHash) -> Self {
        self.request = request;
        self
    }

    pub(crate) fn because(mut self, reason: String) -> Self {
        self.reason = reason;
        self
    }
}

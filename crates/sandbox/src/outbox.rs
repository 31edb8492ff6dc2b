//! Mail that clients handed over: nothing is delivered, all of it can be read.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

/// How many mails are kept for reading; the oldest go first.
const MAILS_MAX: usize = 1_000;

/// Which way a mail came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// By Resend's API.
    Resend,
    /// By SMTP.
    Smtp,
}

/// A mail that was handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaughtMail {
    /// Which one since the start, from 1.
    pub number: u64,
    /// Which way it came.
    pub via: Via,
    /// What the sandbox called it when it took it.
    pub id: String,
    /// The sender: `Name <address>` by Resend, the address of MAIL by SMTP.
    pub from: String,
    /// The recipients' addresses.
    pub to: Vec<String>,
    /// The subject; by SMTP as it stands in the header.
    pub subject: String,
    /// The HTML, by Resend.
    pub html: Option<String>,
    /// The text, by Resend.
    pub text: Option<String>,
    /// The whole message with its header, by SMTP.
    pub raw: Option<String>,
}

#[derive(Debug, Default)]
struct Kept {
    taken: u64,
    mails: VecDeque<CaughtMail>,
}

/// What was handed over, by all ways.
#[derive(Debug, Default)]
pub struct Outbox {
    kept: Mutex<Kept>,
}

impl Outbox {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a mail; its number is given here.
    pub(crate) fn take(&self, mut mail: CaughtMail) {
        let mut kept = self.kept();
        kept.taken += 1;
        mail.number = kept.taken;
        if kept.mails.len() >= MAILS_MAX {
            kept.mails.pop_front();
        }
        kept.mails.push_back(mail);
    }

    /// The latest thousand, oldest first.
    pub fn mails(&self) -> Vec<CaughtMail> {
        self.kept().mails.iter().cloned().collect()
    }

    /// Forgets all of them.
    pub(crate) fn clear(&self) {
        *self.kept() = Kept::default();
    }
}

//! What becomes of a mail.

use captely_contact::Credits;
use serde_json::{Value, json};

use super::errors::{error, quota};
use super::memory::Known;
use crate::chance::{again, mark};
use crate::ledger::{Charged, Subject};
use crate::outbox::{CaughtMail, Via};
use crate::server::call::{Call, text};
use crate::server::reply::Reply;

/// Recipients at most (contract, Request fields).
const TO_MAX: usize = 50;
/// Characters of an idempotency key.
const KEY_CHARS_MAX: usize = 256;

/// A mail is one of the account's month.
const COST: Credits = Credits::whole(1);

pub(super) fn accept(call: &mut Call<'_>) -> Reply {
    let Some(mail) = call.json().filter(Value::is_object) else {
        return error(400, "validation_error", "The body is no JSON object");
    };
    let key =
        call.headers.get("idempotency-key").map(|_| call.header("idempotency-key").to_owned());
    if key.as_ref().is_some_and(|key| key.is_empty() || key.chars().count() > KEY_CHARS_MAX) {
        return error(400, "invalid_idempotency_key", "The key must be from 1 to 256 characters");
    }
    let (from, to) = match parties(call, &mail) {
        Ok(parties) => parties,
        Err(refusal) => return refusal,
    };
    // In the order of their names, so the hash is of the meaning, however serde_json was built.
    let mut sorted = mail.clone();
    sorted.sort_all_objects();
    let body = *blake3::hash(sorted.to_string().as_bytes()).as_bytes();
    let account = call.entry.key.clone();
    // Held to the end, so that two calls with one key cannot both be new.
    let mut memory = call.sim.resend();
    if let Some(key) = &key {
        match memory.look(&account, key, body, call.now_ms) {
            Known::New => {}
            Known::Same(id) => return Reply::json(200, &json!({ "id": id })),
            Known::Other => {
                let message = "This key was used with another body";
                return error(409, "invalid_idempotent_request", message);
            }
        }
    }
    if !call.charge(Charged::Mail, Subject::Text(letter_mark(&to, &mail)), COST) {
        return quota();
    }
    let id = id_of(call);
    if let Some(key) = &key {
        memory.note(&account, key, body, &id, call.now_ms);
    }
    let part = |name: &str| mail.get(name).and_then(Value::as_str).map(str::to_owned);
    call.sim.outbox.take(CaughtMail {
        number: 0,
        via: Via::Resend,
        id: id.clone(),
        from,
        to,
        subject: part("subject").unwrap_or_default(),
        html: part("html"),
        text: part("text"),
        raw: None,
    });
    Reply::json(200, &json!({ "id": id }))
}

/// Sender and recipients, or the refusal.
fn parties(call: &Call<'_>, mail: &Value) -> Result<(String, Vec<String>), Reply> {
    let missing = |name: &&str| mail.get(*name).is_none_or(Value::is_null);
    if let Some(name) = ["from", "to", "subject"].iter().find(|name| missing(name)) {
        return Err(error(422, "missing_required_field", &format!("Missing `{name}` field")));
    }
    let from = text(mail, "from");
    let Some(domain) = domain_of(bare(from)) else {
        let message = "The `from` field must be `a@example.com` or `Name <a@example.com>`";
        return Err(error(422, "invalid_from_address", message));
    };
    if call.conduct.resend_unverified_domains.iter().any(|d| d.eq_ignore_ascii_case(domain)) {
        let message = format!("The {domain} domain is not verified");
        return Err(error(403, "validation_error", &message));
    }
    let to: Vec<String> = match mail.get("to") {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(all)) => {
            all.iter().map(|v| v.as_str().unwrap_or_default().to_owned()).collect()
        }
        _ => Vec::new(),
    };
    if to.is_empty() || to.len() > TO_MAX || to.iter().any(|one| domain_of(bare(one)).is_none()) {
        return Err(error(422, "validation_error", "The `to` field must be 1 to 50 addresses"));
    }
    if mail.get("subject").and_then(Value::as_str).is_none_or(|s| s.contains(['\r', '\n'])) {
        return Err(error(422, "validation_error", "The `subject` field must be one line of text"));
    }
    Ok((from.to_owned(), to))
}

/// The address in `Name <address>`, or the whole.
fn bare(party: &str) -> &str {
    let inside = party.rsplit_once('<').and_then(|(_, rest)| rest.strip_suffix('>'));
    inside.unwrap_or(party).trim()
}

/// The domain of what looks like an address.
fn domain_of(address: &str) -> Option<&str> {
    let (local, domain) = address.rsplit_once('@')?;
    let odd = |c: char| c.is_whitespace() || c.is_control() || "<>,;".contains(c);
    let good = !local.is_empty() && domain.contains('.') && !address.contains(odd);
    good.then_some(domain)
}

/// Tells a letter from all others, so that the ledger shows what was sent twice.
fn letter_mark(to: &[String], mail: &Value) -> u64 {
    mark(&format!("{to:?} {} {} {}", text(mail, "subject"), text(mail, "html"), text(mail, "text")))
}

/// An id in the form of theirs.
fn id_of(call: &Call<'_>) -> String {
    let (a, b) = (again(call.shape(), 21), again(call.shape(), 22));
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        a >> 32,
        (a >> 16) & 0xFFFF,
        a & 0xFFF,
        b >> 52,
        b & 0xFFFF_FFFF_FFFF
    )
}

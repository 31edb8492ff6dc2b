//! The ticket of a question whose phone is on its way: Apollo's request id, a space, and as JSON the
//! person's id and the part of the answer that is known and paid.

use serde::{Deserialize, Serialize};

use super::person::Matched;
use crate::Answer;

#[derive(Debug, Clone)]
pub(super) struct Parts {
    pub(super) request: String,
    /// `None` for a person who was not found: nothing more will come.
    pub(super) person_id: Option<String>,
    pub(super) answer: Answer,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    person_id: Option<String>,
    #[serde(rename = "a")]
    answer: Answer,
}

pub(super) fn write(request: &str, matched: Matched) -> String {
    let kept = Kept { person_id: matched.person_id, answer: matched.answer };
    // Strings, numbers and lists of them always have a JSON form.
    let kept = serde_json::to_string(&kept).unwrap_or_default();
    format!("{request} {kept}")
}

/// `None` where the text is no ticket of this client.
pub(super) fn read(ticket: &str) -> Option<Parts> {
    let (request, kept) = ticket.split_once(' ')?;
    request.parse::<i64>().ok()?;
    let Kept { person_id, answer } = serde_json::from_str(kept).ok()?;
    Some(Parts { request: request.to_owned(), person_id, answer })
}

/// The request id alone.
pub(super) fn request_of(ticket: &str) -> &str {
    ticket.split_once(' ').map_or(ticket, |(request, _)| request)
}

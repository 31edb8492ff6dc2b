use std::collections::BTreeSet;
use std::net::IpAddr;

use axum::http::HeaderMap;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Hub;
use super::listener::Listener;
use super::proof::Proof;
use crate::events::Cursor;
use crate::http::{Http, Member, Problem, codes};

/// Kinds that a listener may name.
const KINDS_MAX: usize = 50;

/// What somebody wants to hear.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// Go on behind this place, the `id` of an event; what happens from now on where nothing is said.
    #[param(example = "0.17", max_length = 41)]
    after: Option<String>,
    /// Only these kinds, with commas between them.
    #[param(example = "contact.enriched,run.finished")]
    kinds: Option<String>,
}

impl Wanted {
    /// A listener to the member's workspace. `Last-Event-ID` is newer than the address, which a browser
    /// repeats when it connects again.
    pub(super) async fn listen(
        &self,
        member: &Member,
        http: Http,
        hub: Hub,
        headers: &HeaderMap,
        proof: Proof,
    ) -> Result<Listener, Problem> {
        let after = match headers.get("last-event-id") {
            Some(id) => Some(cursor(id.to_str().unwrap_or_default(), "Last-Event-ID")?),
            None => self.after.as_deref().map(|text| cursor(text, "after")).transpose()?,
        };
        let kinds = self.kinds.as_deref().map(kinds).transpose()?;
        let entry = hub.enter(member.workspace, member.user).await?;
        Ok(Listener::new(http, hub, member.workspace, proof, entry, after, kinds))
    }
}

/// What the extractor `Member` has seen.
pub(super) fn proof(
    headers: &HeaderMap,
    http: &Http,
    member: &Member,
    address: IpAddr,
) -> Result<Proof, Problem> {
    let proof = Proof::of(headers, http, member.workspace, address);
    proof.ok_or_else(|| Problem::new(&codes::UNAUTHENTICATED, "Nobody is signed in."))
}

fn cursor(text: &str, field: &'static str) -> Result<Cursor, Problem> {
    text.parse().map_err(|said: String| Problem::invalid(field, format!("{field}: {said}.")))
}

fn kinds(list: &str) -> Result<BTreeSet<String>, Problem> {
    let kinds: BTreeSet<String> =
        list.split(',').map(str::trim).filter(|kind| !kind.is_empty()).map(str::to_owned).collect();
    if kinds.is_empty() || kinds.len() > KINDS_MAX {
        let detail = format!("kinds must name 1 to {KINDS_MAX} kinds with commas between them.");
        return Err(Problem::invalid("kinds", detail));
    }
    Ok(kinds)
}

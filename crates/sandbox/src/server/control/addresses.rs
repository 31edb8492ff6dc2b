//! A list of addresses, and what would become of mail to them, as CSV.

use super::lists::{csv_reply, page};
use crate::server::reply::Reply;
use crate::sim::Sim;
use crate::world::LabelledAddress;

/// The columns of the list, the last five of its truth only.
const COLUMNS: [&str; 6] = ["email", "delivers", "mailbox", "personality", "reachable", "origin"];

/// GET `/_sandbox/addresses.csv?n=&offset=`; with `truth=1` the truth stands beside each address.
pub(super) fn addresses(sim: &Sim, query: &[(String, String)]) -> Reply {
    let rows = match page(query) {
        Ok(rows) => rows,
        Err(refusal) => return refusal,
    };
    let columns = if super::value(query, "truth") == Some("1") { COLUMNS.len() } else { 1 };
    let header = COLUMNS.iter().take(columns).map(|name| (*name).to_owned()).collect();
    let lines = rows.map_while(|row| sim.world.labelled_address(row));
    let lines = lines.map(|labelled| cells(&labelled).into_iter().take(columns).collect());
    csv_reply(std::iter::once(header).chain(lines))
}

fn cells(labelled: &LabelledAddress) -> [String; 6] {
    [
        labelled.address.clone(),
        labelled.delivers().to_string(),
        labelled.mailbox.as_str().to_owned(),
        labelled.personality.map(|p| p.as_str().to_owned()).unwrap_or_default(),
        labelled.reachable.to_string(),
        labelled.origin.as_str().to_owned(),
    ]
}

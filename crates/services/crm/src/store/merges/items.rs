//! Tags, consents and findings of a contact: what two contacts have beside each other.

use std::collections::BTreeSet;

use captely_platform::db::{DbError, Stmt, Tx, Value};
use captely_platform::ids::{ContactId, WorkspaceId};
use uuid::Uuid;

use super::super::extras::{origin_of, witness};
use crate::merge::{Consent, FoundValue, Items, Tag};

captely_platform::statements! {
    fn statements;

    const TAGS: &str = "SELECT tag, origin_id FROM contact_tag WHERE workspace_id = $1 AND contact_id = $2";
    const CONSENTS: &str =
        "SELECT channel, at, stance, origin_id FROM contact_consent WHERE workspace_id = $1 AND contact_id = $2";
    const VALUES: &str = "SELECT field, source, at FROM contact_value WHERE workspace_id = $1 AND contact_id = $2";
}

/// Rows of one contact, given to another as well: `from` and `to`, then what names the row.
macro_rules! copy_tags_text {
    ($rows:literal) => {
        concat!(
            "INSERT INTO contact_tag (workspace_id, contact_id, tag, origin_id)
            WITH v (workspace_id, from_id, to_id, tag, origin_id) AS (",
            $rows,
            ") SELECT v.workspace_id, v.to_id, t.tag, t.origin_id FROM v CROSS JOIN contact_tag AS t
            WHERE t.workspace_id = v.workspace_id AND t.contact_id = v.from_id AND t.tag = v.tag
            AND t.origin_id = v.origin_id ON CONFLICT DO NOTHING"
        )
    };
}
macro_rules! copy_consents_text {
    ($rows:literal) => {
        concat!(
            "INSERT INTO contact_consent (workspace_id, contact_id, channel, at, stance, evidence, origin_id)
            WITH v (workspace_id, from_id, to_id, channel, at, stance, origin_id) AS (",
            $rows,
            ") SELECT v.workspace_id, v.to_id, t.channel, t.at, t.stance, t.evidence, t.origin_id
            FROM v CROSS JOIN contact_consent AS t
            WHERE t.workspace_id = v.workspace_id AND t.contact_id = v.from_id AND t.channel = v.channel
            AND t.at = v.at AND t.stance = v.stance AND t.origin_id = v.origin_id ON CONFLICT DO NOTHING"
        )
    };
}
macro_rules! copy_values_text {
    ($rows:literal) => {
        concat!(
            "INSERT INTO contact_value (workspace_id, contact_id, field, source, value, at, cost_micros, confidence,
                status, verification)
            WITH v (workspace_id, from_id, to_id, field, source) AS (",
            $rows,
            ") SELECT v.workspace_id, v.to_id, t.field, t.source, t.value, t.at, t.cost_micros, t.confidence,
                t.status, t.verification
            FROM v CROSS JOIN contact_value AS t
            WHERE t.workspace_id = v.workspace_id AND t.contact_id = v.from_id AND t.field = v.field
            AND t.source = v.source ON CONFLICT DO NOTHING"
        )
    };
}
macro_rules! drop_tags_text {
    ($rows:literal) => {
        concat!(
            "WITH v (workspace_id, contact_id, tag, origin_id) AS (",
            $rows,
            ") DELETE FROM contact_tag WHERE (workspace_id, contact_id, tag, origin_id) IN (SELECT * FROM v)"
        )
    };
}
macro_rules! drop_consents_text {
    ($rows:literal) => {
        concat!(
            "WITH v (workspace_id, contact_id, channel, at, stance, origin_id) AS (",
            $rows,
            ") DELETE FROM contact_consent
            WHERE (workspace_id, contact_id, channel, at, stance, origin_id) IN (SELECT * FROM v)"
        )
    };
}
macro_rules! drop_values_text {
    ($rows:literal) => {
        concat!(
            "WITH v (workspace_id, contact_id, field, source, at) AS (",
            $rows,
            ") DELETE FROM contact_value
            WHERE (workspace_id, contact_id, field, source, at) IN (SELECT * FROM v)"
        )
    };
}

/// Every statement of these tables.
pub(crate) fn all_statements() -> Vec<&'static str> {
    let of_rows = vec![
        copy_tags_text!(
            "SELECT workspace_id, contact_id, contact_id, tag, origin_id FROM contact_tag WHERE workspace_id = $1"
        ),
        copy_consents_text!(
            "SELECT workspace_id, contact_id, contact_id, channel, at, stance, origin_id FROM contact_consent
            WHERE workspace_id = $1"
        ),
        copy_values_text!(
            "SELECT workspace_id, contact_id, contact_id, field, source FROM contact_value WHERE workspace_id = $1"
        ),
        drop_tags_text!(
            "SELECT workspace_id, contact_id, tag, origin_id FROM contact_tag WHERE workspace_id = $1"
        ),
        drop_consents_text!(
            "SELECT workspace_id, contact_id, channel, at, stance, origin_id FROM contact_consent WHERE workspace_id = $1"
        ),
        drop_values_text!(
            "SELECT workspace_id, contact_id, field, source, at FROM contact_value WHERE workspace_id = $1"
        ),
    ];
    [statements(), of_rows].concat()
}

/// What a contact has.
pub(crate) async fn of(
    tx: &mut Tx,
    workspace: WorkspaceId,
    contact: ContactId,
) -> Result<Items, DbError> {
    let stmt = |text| Stmt::text(text, [workspace.into(), contact.into()]);
    let tags: Vec<(String, Uuid)> = tx.all(stmt(TAGS)).await?;
    let consents: Vec<(String, i64, String, Uuid)> = tx.all(stmt(CONSENTS)).await?;
    let values: Vec<(String, String, i64)> = tx.all(stmt(VALUES)).await?;
    let origin = |by| origin_of(workspace, by);
    let tag = |(tag, by)| Tag { tag, origin: origin(by) };
    let consent = |(channel, at, stance, by)| Consent { channel, at, stance, origin: origin(by) };
    let value = |(field, source, at)| FoundValue { field, source, at };
    Ok(Items {
        tags: tags.into_iter().map(tag).collect(),
        consents: consents.into_iter().map(consent).collect::<BTreeSet<_>>(),
        values: values.into_iter().map(value).collect(),
    })
}

/// Gives a contact the items of another as well; what it has already stays.
pub(crate) async fn copy(
    tx: &mut Tx,
    workspace: WorkspaceId,
    (from, to): (ContactId, ContactId),
    items: &Items,
) -> Result<(), DbError> {
    let ids: [Value; 3] = [workspace.into(), from.into(), to.into()];
    let tags = rows(&ids, items.tags.iter().map(|one| tag(workspace, one)));
    tx.run_many(copy_tags_text!("@rows@"), 5, tags).await?;
    let consents = rows(&ids, items.consents.iter().map(|one| consent(workspace, one)));
    tx.run_many(copy_consents_text!("@rows@"), 7, consents).await?;
    let value = |v: &FoundValue| vec![(&v.field).into(), (&v.source).into()];
    let values = rows(&ids, items.values.iter().map(value));
    tx.run_many(copy_values_text!("@rows@"), 5, values).await.map(drop)
}

/// Takes items away from a contact; a finding that was renewed since stays.
pub(crate) async fn take_away(
    tx: &mut Tx,
    workspace: WorkspaceId,
    contact: ContactId,
    items: &Items,
) -> Result<(), DbError> {
    let ids: [Value; 2] = [workspace.into(), contact.into()];
    let tags = rows(&ids, items.tags.iter().map(|one| tag(workspace, one)));
    tx.run_many(drop_tags_text!("@rows@"), 4, tags).await?;
    let consents = rows(&ids, items.consents.iter().map(|one| consent(workspace, one)));
    tx.run_many(drop_consents_text!("@rows@"), 6, consents).await?;
    let value = |v: &FoundValue| vec![(&v.field).into(), (&v.source).into(), v.at.into()];
    let values = rows(&ids, items.values.iter().map(value));
    tx.run_many(drop_values_text!("@rows@"), 5, values).await.map(drop)
}

fn tag(workspace: WorkspaceId, tag: &Tag) -> Vec<Value> {
    vec![(&tag.tag).into(), witness(workspace, tag.origin).into()]
}

fn consent(workspace: WorkspaceId, consent: &Consent) -> Vec<Value> {
    let Consent { channel, at, stance, origin } = consent;
    vec![channel.into(), (*at).into(), stance.into(), witness(workspace, *origin).into()]
}

/// The ids before each row.
fn rows(ids: &[Value], rows: impl Iterator<Item = Vec<Value>>) -> Vec<Value> {
    rows.flat_map(|row| ids.iter().cloned().chain(row).collect::<Vec<_>>()).collect()
}

//! Whose marks are: those of companies one row each, those of people one row each or, where they came in
//! numbers, in pages.

mod added;
mod join;
mod pages;
mod rewrite;
mod rows;

use std::collections::HashMap;

use captely_platform::db::{DbError, Tx};
use captely_platform::ids::{ContactId, Ids, WorkspaceId};
use uuid::Uuid;

use crate::Sieve;
use crate::keys::Mark;

pub(crate) use added::{Added, added, each};
pub(crate) use join::join_all;

/// A table of marks: contacts' or companies'.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Keys {
    Contacts,
    Companies,
}

/// Every statement of these tables.
pub(crate) fn statements() -> Vec<&'static str> {
    [rows::statements(), pages::statements(), rewrite::all_statements(), added::statements()]
        .concat()
}

/// Whose any of `marks` are.
pub(crate) async fn find(
    tx: &mut Tx,
    workspace: WorkspaceId,
    keys: Keys,
    mut marks: Vec<Mark>,
) -> Result<HashMap<Mark, Uuid>, DbError> {
    // In the order of the index, so that each of its pages is visited once.
    marks.sort_unstable();
    marks.dedup();
    let mut found = rows::find(tx, workspace, keys, &marks).await?;
    if matches!(keys, Keys::Contacts) {
        marks.retain(|mark| !found.contains_key(mark));
        found.extend(pages::find(tx, workspace, &marks).await?);
    }
    Ok(found)
}

/// Stores marks of companies, which are nobody's yet.
pub(crate) async fn insert_companies(
    tx: &mut Tx,
    workspace: WorkspaceId,
    marks: Vec<(Mark, Uuid)>,
) -> Result<(), DbError> {
    rows::insert(tx, workspace, Keys::Companies, marks).await
}

/// Stores marks of contacts, which are nobody's yet.
pub(crate) async fn insert_contacts(
    tx: &mut Tx,
    ids: &Ids,
    workspace: WorkspaceId,
    marks: Vec<(Mark, Uuid)>,
    sieve: Option<&Sieve>,
) -> Result<(), DbError> {
    if marks.is_empty() {
        return Ok(());
    }
    let before_and_now = added::add(tx, workspace, &marks).await?;
    if let Some(sieve) = sieve {
        sieve.added(before_and_now, &marks);
    }
    if sieve.is_none_or(|sieve| marks.len() < sieve.paged_min) {
        return rows::insert(tx, workspace, Keys::Contacts, marks).await;
    }
    pages::insert(tx, ids, workspace, marks).await?;
    join::join(tx, ids, workspace).await
}

/// Copies marks of contacts into a database where some of them may be somebody's: those stay theirs.
pub(crate) async fn copy_contacts(
    tx: &mut Tx,
    workspace: WorkspaceId,
    mut marks: Vec<(Mark, Uuid)>,
    sieve: Option<&Sieve>,
) -> Result<(), DbError> {
    let asked: Vec<Mark> = marks.iter().map(|(mark, _)| *mark).collect();
    let paged = pages::find(tx, workspace, &asked).await?;
    marks.retain(|(mark, _)| !paged.contains_key(mark));
    if marks.is_empty() {
        return Ok(());
    }
    let before_and_now = added::add(tx, workspace, &marks).await?;
    if let Some(sieve) = sieve {
        sieve.added(before_and_now, &marks);
    }
    rows::copy(tx, workspace, Keys::Contacts, marks).await
}

/// Copies marks of companies into a database where some of them may be somebody's: those stay theirs.
pub(crate) async fn copy_companies(
    tx: &mut Tx,
    workspace: WorkspaceId,
    marks: Vec<(Mark, Uuid)>,
) -> Result<(), DbError> {
    rows::copy(tx, workspace, Keys::Companies, marks).await
}

/// Removes marks from their owners. Those that passed to another stay.
pub(crate) async fn remove(
    tx: &mut Tx,
    workspace: WorkspaceId,
    keys: Keys,
    marks: Vec<(Mark, Uuid)>,
) -> Result<(), DbError> {
    if matches!(keys, Keys::Companies) {
        return rows::remove(tx, workspace, keys, marks).await.map(drop);
    }
    let gone = marks.iter().map(|(mark, owner)| (*mark, *owner, None)).collect();
    let of_pages = rewrite::rewrite(tx, workspace, gone).await?;
    let of_rows = rows::remove(tx, workspace, keys, marks).await?;
    match of_pages.saturating_add(of_rows) {
        0 => Ok(()),
        removed => added::removed(tx, workspace, removed).await,
    }
}

/// Gives those of these marks that one contact has to another.
pub(crate) async fn pass(
    tx: &mut Tx,
    workspace: WorkspaceId,
    (from, to): (ContactId, ContactId),
    marks: &[Mark],
) -> Result<(), DbError> {
    let (from, to) = (from.as_uuid(), to.as_uuid());
    let passed = marks.iter().map(|mark| (*mark, from, Some(to))).collect();
    rewrite::rewrite(tx, workspace, passed).await?;
    rows::pass(tx, workspace, (from, to), marks).await
}

/// The marks in a column, 16 bytes each.
pub(crate) fn split(marks: &[u8]) -> impl Iterator<Item = Mark> {
    marks.chunks_exact(16).filter_map(|mark| Mark::try_from(mark).ok())
}

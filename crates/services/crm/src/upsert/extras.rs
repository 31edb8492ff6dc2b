//! Tags and consents of rows: they are added, and never taken away.

use std::collections::{HashMap, HashSet};

use captely_platform::db::{DbError, Tx};
use captely_platform::ids::{ContactId, WorkspaceId};
use uuid::Uuid;

use super::Desk;
use super::people::People;
use crate::{Applied, Channel, NewConsent, NewContact, Outcome, Stance, store};

/// What rows of one call add.
pub(super) struct Extras<'r> {
    /// Each once, with the first row that has it.
    tags: HashMap<(ContactId, &'r str), usize>,
    consents: Vec<(ContactId, &'r NewConsent, usize)>,
    /// Tags that were there before, whoever set them.
    had: HashSet<(ContactId, String)>,
    /// What was said before or by an earlier row, by whom: another import's word does not stand for this one's.
    said: HashSet<(ContactId, Word, Option<Uuid>)>,
    /// What was said before, by whomever.
    heard: HashSet<(ContactId, Word)>,
}

/// Channel and stance.
type Word = (&'static str, &'static str);

impl<'r> Extras<'r> {
    pub(super) async fn of(
        tx: &mut Tx,
        desk: &Desk<'_>,
        rows: &[NewContact],
        people: &People<'_>,
    ) -> Result<Self, DbError> {
        let (mut said, mut heard, mut had) = (HashSet::new(), HashSet::new(), HashSet::new());
        let stored: Vec<ContactId> = people.stored().collect();
        if rows.iter().any(|row| !row.consents.is_empty()) {
            for (contact, channel, stance, origin) in
                store::extras::stances(tx, desk.workspace, &stored).await?
            {
                if let (Some(channel), Some(stance)) = (Channel::of(&channel), Stance::of(&stance))
                {
                    let word = (channel.as_str(), stance.as_str());
                    said.insert((contact, word, origin));
                    heard.insert((contact, word));
                }
            }
        }
        if rows.iter().any(|row| !row.tags.is_empty()) {
            let tags = store::cards::tags(tx, desk.workspace, &stored).await?;
            had.extend(tags.into_iter().map(|(contact, tag, _)| (contact, tag)));
        }
        Ok(Self { tags: HashMap::new(), consents: Vec::new(), had, said, heard })
    }

    pub(super) fn take(
        &mut self,
        desk: &Desk<'_>,
        n: usize,
        contact: ContactId,
        row: &'r NewContact,
    ) {
        for tag in &row.tags {
            self.tags.entry((contact, tag)).or_insert(n);
        }
        for consent in &row.consents {
            let word = (consent.channel.as_str(), consent.stance.as_str());
            if self.said.insert((contact, word, desk.how.origin)) {
                self.consents.push((contact, consent, n));
            }
        }
    }

    /// What the contact that is gone said is the kept one's.
    pub(super) fn merged(&mut self, kept: ContactId, gone: ContactId) {
        let said: Vec<_> = self.said.iter().filter(|(who, ..)| *who == gone).copied().collect();
        self.heard.extend(said.iter().map(|(_, word, _)| (kept, *word)));
        self.said.extend(said.into_iter().map(|(_, word, origin)| (kept, word, origin)));
        let had: Vec<_> = self.had.iter().filter(|(who, _)| *who == gone).cloned().collect();
        self.had.extend(had.into_iter().map(|(_, tag)| (kept, tag)));
    }

    /// Writes what there is by now, each row of which is in `out`.
    pub(super) async fn write(
        &mut self,
        tx: &mut Tx,
        desk: &Desk<'_>,
        out: &mut [Applied],
    ) -> Result<(), DbError> {
        let (workspace, origin) = (desk.workspace, desk.how.origin);
        let mut tags: Vec<_> = std::mem::take(&mut self.tags).into_iter().collect();
        tags.sort_unstable();
        let rows = tags.iter().map(|((who, tag), _)| (*who, (*tag).to_owned(), origin));
        store::extras::add_tags(tx, workspace, rows).await?;
        for ((who, tag), row) in tags {
            if self.had.insert((who, tag.to_owned())) {
                changed(out, Some(row), "tags");
            }
        }
        let consents = std::mem::take(&mut self.consents);
        let rows = consents.iter().map(|(who, what, _)| {
            let (channel, stance) = (what.channel.as_str(), what.stance.as_str());
            let at = desk.now.as_micros();
            (*who, channel.to_owned(), at, stance.to_owned(), what.evidence.clone(), origin)
        });
        store::extras::add_consents(tx, workspace, rows).await?;
        for (who, what, row) in consents {
            let word = (what.channel.as_str(), what.stance.as_str());
            // Who says what others said already is a further witness, and changes nothing of the person.
            if self.heard.insert((who, word)) {
                changed(out, Some(row), "consents");
            }
        }
        Ok(())
    }
}

/// Notes that a row changed something that hangs on its contact.
fn changed(out: &mut [Applied], row: Option<usize>, word: &'static str) {
    let Some(applied) = row.and_then(|row| out.get_mut(row)) else { return };
    if applied.outcome == Outcome::Created {
        return;
    }
    if applied.outcome == Outcome::Unchanged {
        applied.outcome = Outcome::Updated;
    }
    if !applied.changed.iter().any(|other| other == word) {
        applied.changed.push(word.into());
    }
}

/// Gives contacts tags as `origin` would: how many of them it had not given yet.
pub async fn tag_contacts(
    tx: &mut Tx,
    workspace: WorkspaceId,
    contacts: &[ContactId],
    tags: &[String],
    origin: Uuid,
) -> Result<u64, DbError> {
    let each = |who: &ContactId| {
        let who = *who;
        tags.iter().map(move |tag| (who, tag.clone(), Some(origin)))
    };
    // Who is erased meanwhile gets none.
    let there = store::contacts::held(tx, workspace, contacts.iter().copied()).await?;
    let rows: Vec<_> = contacts.iter().filter(|who| there.contains(who)).flat_map(each).collect();
    store::extras::add_tags(tx, workspace, rows.into_iter()).await
}

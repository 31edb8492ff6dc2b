//! Tags and consents of rows: they are added, and never taken away.

use std::collections::{HashMap, HashSet};

use captely_platform::db::{DbError, Tx};
use captely_platform::ids::ContactId;

use super::Desk;
use super::people::People;
use crate::{Applied, Channel, NewConsent, NewContact, Outcome, Stance, store};

/// What rows of one call add.
pub(super) struct Extras<'r> {
    /// Each once, with the first row that has it.
    tags: HashMap<(ContactId, &'r str), usize>,
    consents: Vec<(ContactId, &'r NewConsent, usize)>,
    /// What was said before, or by an earlier row.
    said: HashSet<(ContactId, &'static str, &'static str)>,
}

impl<'r> Extras<'r> {
    pub(super) async fn of(
        tx: &mut Tx,
        desk: &Desk<'_>,
        rows: &[NewContact],
        people: &People,
    ) -> Result<Self, DbError> {
        let mut said = HashSet::new();
        if rows.iter().any(|row| !row.consents.is_empty()) {
            let stored: Vec<ContactId> = people.stored().collect();
            for (contact, channel, stance) in
                store::extras::stances(tx, desk.workspace, &stored).await?
            {
                if let (Some(channel), Some(stance)) = (Channel::of(&channel), Stance::of(&stance))
                {
                    said.insert((contact, channel.as_str(), stance.as_str()));
                }
            }
        }
        Ok(Self { tags: HashMap::new(), consents: Vec::new(), said })
    }

    pub(super) fn take(&mut self, n: usize, contact: ContactId, row: &'r NewContact) {
        for tag in &row.tags {
            self.tags.entry((contact, tag)).or_insert(n);
        }
        for consent in &row.consents {
            if self.said.insert((contact, consent.channel.as_str(), consent.stance.as_str())) {
                self.consents.push((contact, consent, n));
            }
        }
    }

    /// What the contact that is gone said is the kept one's.
    pub(super) fn merged(&mut self, kept: ContactId, gone: ContactId) {
        let said: Vec<_> = self.said.iter().filter(|(who, ..)| *who == gone).copied().collect();
        self.said.extend(said.into_iter().map(|(_, channel, stance)| (kept, channel, stance)));
    }

    /// Writes what there is by now, each row of which is in `out`.
    pub(super) async fn write(
        &mut self,
        tx: &mut Tx,
        desk: &Desk<'_>,
        out: &mut [Applied],
    ) -> Result<(), DbError> {
        let mut tags: Vec<(ContactId, &str)> = self.tags.keys().copied().collect();
        tags.sort_unstable();
        let (workspace, origin) = (desk.workspace, desk.how.origin);
        for (contact, tag) in store::extras::add_tags(tx, workspace, &tags, origin).await? {
            let row = self.tags.get(&(contact, tag.as_str()));
            changed(out, row.copied(), "tags");
        }
        self.tags.clear();
        let consents: Vec<_> = self.consents.iter().map(|(who, what, _)| (*who, *what)).collect();
        store::extras::add_consents(tx, workspace, &consents, origin, desk.now).await?;
        for (_, _, row) in std::mem::take(&mut self.consents) {
            changed(out, Some(row), "consents");
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

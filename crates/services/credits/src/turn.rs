//! Grants begin and end.

use uuid::Uuid;

use crate::account::Kind;
use crate::entry::Entry;
use crate::grants::{GrantRow, State};
use crate::key::{self, KeyHash};
use crate::session::Session;
use crate::{CreditError, GrantSource};

/// Rounds until nothing is due: a grant may begin, end and roll over in the past, each once.
const ROUNDS_MAX: usize = 4;

impl Session<'_> {
    /// Begins and ends grants whose moment has come. The same whenever it is done, since between two moments
    /// nothing else can have been drawn.
    pub(crate) async fn turn_grants(&mut self) -> Result<(), CreditError> {
        for _ in 0..ROUNDS_MAX {
            let now = self.now;
            let due = self.grants().await?.due(now);
            if due.is_empty() {
                return Ok(());
            }
            for id in due {
                let row = self.grant(id).await?;
                if row.state == State::Scheduled {
                    self.begin(id).await?;
                } else {
                    let key = key::own("end of a grant", id.as_bytes());
                    self.end_grant(id, key, &mut 0).await?;
                }
            }
        }
        Err(CreditError::Broken("grants do not come to rest"))
    }

    async fn begin(&mut self, id: Uuid) -> Result<(), CreditError> {
        let row = self.grant(id).await?;
        row.state = State::Active;
        row.left = row.amount;
        let (amount, note) = (row.amount, row.note.clone());
        let key = key::own("beginning of a grant", id.as_bytes());
        self.post(Entry::new(Kind::Grant, amount, key).of_grant(id).because(note))
    }

    /// What is left of a grant that is over goes on into another one where it may, and expires where not.
    pub(crate) async fn end_grant(
        &mut self,
        id: Uuid,
        key: KeyHash,
        line: &mut i64,
    ) -> Result<(), CreditError> {
        let row = self.grant(id).await?;
        let left = std::mem::take(&mut row.left);
        row.state = State::Ended;
        let row = row.clone();
        let goes_on = self.room_to_roll(&row).await?.min(left);
        if goes_on > 0 {
            self.roll(&row, goes_on, key, line).await?;
        }
        if left > goes_on {
            let entry = Entry::new(Kind::Expire, left - goes_on, key).of_grant(id);
            self.post(entry.at_line(next(line)))?;
        }
        Ok(())
    }

    /// How much more of a grant may go on.
    async fn room_to_roll(&mut self, row: &GrantRow) -> Result<i64, CreditError> {
        let now = self.now;
        // What would be over at once does not go on.
        let goes_on = row.rollover.filter(|(_, until)| *until > now.as_micros());
        let Some((max, _)) = goes_on else { return Ok(0) };
        let Some(to) = row.rolled_to else { return Ok(max.max(0)) };
        let to = self.grant(to).await?;
        Ok(if to.is_over(now) { 0 } else { (max - to.amount).max(0) })
    }

    async fn roll(
        &mut self,
        from: &GrantRow,
        amount: i64,
        key: KeyHash,
        line: &mut i64,
    ) -> Result<(), CreditError> {
        let to = match from.rolled_to {
            Some(to) => to,
            None => self.rolled_grant(from).await?,
        };
        let into = self.grant(to).await?;
        into.amount += amount;
        into.left += amount;
        into.state = State::Active;
        // One line says where it comes from, the other where it goes.
        for grant in [from.id, to] {
            let entry = Entry::new(Kind::Rollover, amount, key).of_grant(grant);
            self.post(entry.at_line(next(line)))?;
        }
        Ok(())
    }

    async fn rolled_grant(&mut self, from: &GrantRow) -> Result<Uuid, CreditError> {
        let to = self.ledger.ids().uuid();
        let now = self.now.as_micros();
        let row = GrantRow {
            id: to,
            source: GrantSource::Rollover,
            amount: 0,
            left: 0,
            priority: i64::from(GrantSource::Rollover.priority()),
            effective_at: now,
            expires_at: from.rollover.map(|(_, until)| until),
            rollover: None,
            rolled_to: None,
            state: State::Active,
            note: from.note.clone(),
            request: KeyHash::default(),
            created_at: now,
        };
        self.grants().await?.put(row, true);
        self.grant(from.id).await?.rolled_to = Some(to);
        Ok(to)
    }
}

pub(crate) fn next(line: &mut i64) -> i64 {
    let this = *line;
    *line += 1;
    this
}

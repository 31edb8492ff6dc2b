//! The addresses of an import, checked page by page: what is known of an address goes to its contact, and how far it
//! is to the import. Put-off addresses are asked again at their time, and one more pass tells what came of that.

mod page;

use std::time::Duration;

use captely_contact::Timestamp;
use captely_imports::{
    CheckState, Checked, ImportState, SoFar, checked, end_checked, hold_checked, note_checked,
};
use captely_platform::db::{DbError, Tx};
use captely_platform::ids::ImportId;
use captely_platform::jobs;
use captely_verify::Level;
use uuid::Uuid;

use crate::Verification;
use crate::list::list_id;
use crate::model::Progress;
use page::Page;

/// Why the rest of an import is not looked at.
const UNDONE: &str = "the import was taken back before all of its addresses were checked";
/// After so long it is looked again whether another worker, who seemed gone, has ended an import.
const LOOK_AGAIN: Duration = Duration::from_mins(1);

/// Put-off addresses are asked again no more often than this, all whose time has come at once: each time all rows are
/// looked through.
const AGAIN_EVERY: Duration = Duration::from_mins(5);

/// How long a turn takes, and how long put-off addresses are waited for.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// No page is begun behind this time, and no put-off address is asked again; none for all of it in one turn.
    pub turn_ends: Option<Timestamp>,
    /// The turn itself waits for addresses whose time comes until then.
    pub stays_until: Timestamp,
    /// For addresses whose time comes until then another turn is taken; later ones stay without an answer.
    pub waits_until: Timestamp,
}

impl Patience {
    /// Whether the turn's time is over.
    fn is_over(&self, now: Timestamp) -> bool {
        self.turn_ends.is_some_and(|ends| now > ends)
    }
}

/// How a turn ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// There is nothing left to do.
    Ended,
    /// There is, at once.
    TimeUp,
    /// There is, at this time: mail servers put answers off.
    PutOff(Timestamp),
}

impl Verification {
    /// Checks the addresses of a done import that waits for it, goes on where an earlier turn was, and calls
    /// `progress` with the rows that were looked at. Why not every address was checked is kept with the import.
    pub async fn verify_import(
        &self,
        import: ImportId,
        patience: impl Fn(Timestamp) -> Patience,
        progress: &mut (dyn FnMut(u64) + Send),
    ) -> Result<Turn, DbError> {
        let Some(mut so_far) = self.begin_import(import).await? else { return Ok(Turn::Ended) };
        let began_at = so_far.began_at.unwrap_or_else(|| self.clock.now());
        let patience = patience(began_at);
        let list = self.open(list_of(import)).await?;
        loop {
            if so_far.after == 0 && so_far.before.is_some() {
                let (until, ends) = (patience.stays_until, patience.turn_ends);
                self.settle_put_off(&list, until, ends, &Progress::default()).await?;
                if patience.is_over(self.clock.now()) {
                    return Ok(Turn::TimeUp);
                }
            }
            loop {
                match self.check_page(&list, import, &so_far).await? {
                    Page::Next(next) => so_far = next,
                    Page::Last => break,
                    Page::Ended => return Ok(Turn::Ended),
                    Page::Elsewhere => return Ok(Turn::PutOff(self.clock.now().plus(LOOK_AGAIN))),
                }
                progress(so_far.counts.rows);
                if patience.is_over(self.clock.now()) {
                    return Ok(Turn::TimeUp);
                }
            }
            let mut tx = self.db.reader().await?;
            let next = jobs::next_due(&mut tx, self.workspace, list.id).await?;
            drop(tx);
            match next.filter(|next| *next <= patience.waits_until) {
                None => {
                    self.close(&list).await?;
                    self.end_import(import, None).await?;
                    return Ok(Turn::Ended);
                }
                Some(next) => {
                    let Some(again) = self.again(import, so_far).await? else {
                        return Ok(Turn::Ended);
                    };
                    so_far = again;
                    if next > patience.stays_until {
                        return Ok(Turn::PutOff(next.max(self.clock.now().plus(AGAIN_EVERY))));
                    }
                }
            }
        }
    }

    /// Ends the check of an import's addresses, with a reason where not all were looked at, in a sentence. Nobody waits
    /// for those that were put off any more.
    async fn end_import(&self, import: ImportId, trouble: Option<&str>) -> Result<(), DbError> {
        let mut tx = self.db.writer().await?;
        self.end_in(&mut tx, import, trouble).await?;
        tx.commit().await
    }

    async fn end_in(
        &self,
        tx: &mut Tx,
        import: ImportId,
        trouble: Option<&str>,
    ) -> Result<(), DbError> {
        let (whose, now) = ((self.workspace, import), self.clock.now());
        jobs::cancel_group(tx, self.workspace, list_of(import), now).await?;
        end_checked(tx, &self.ids, whose, trouble.map(ToOwned::to_owned), now).await
    }

    /// How far it is; none where there is nothing to do.
    async fn begin_import(&self, import: ImportId) -> Result<Option<SoFar>, DbError> {
        let mut tx = self.db.reader().await?;
        let Some(Checked { state, so_far, .. }) = checked(&mut tx, self.workspace, import).await?
        else {
            return Ok(None);
        };
        drop(tx);
        if matches!(state, CheckState::Done | CheckState::Stopped) {
            return Ok(None);
        }
        if self.settings.level == Level::Syntax {
            let why =
                "verify.level is syntax here, at which nobody is asked: set domain, mx or smtp";
            self.end_import(import, Some(why)).await?;
            return Ok(None);
        }
        if so_far.began_at.is_some() {
            return Ok(Some(so_far));
        }
        let so_far = SoFar { began_at: Some(self.clock.now()), ..so_far };
        self.note(import, so_far).await
    }

    /// Begins another pass over the rows.
    async fn again(&self, import: ImportId, so_far: SoFar) -> Result<Option<SoFar>, DbError> {
        let SoFar { began_at, counts, .. } = so_far;
        let again = SoFar { began_at, before: Some(counts), ..SoFar::default() };
        self.note(import, again).await
    }

    async fn note(&self, import: ImportId, so_far: SoFar) -> Result<Option<SoFar>, DbError> {
        let mut tx = self.db.writer().await?;
        let Some((ImportState::Done, _)) = hold_checked(&mut tx, self.workspace, import).await?
        else {
            drop(tx);
            self.end_import(import, Some(UNDONE)).await?;
            return Ok(None);
        };
        let noted = note_checked(&mut tx, self.workspace, import, &so_far).await?;
        tx.commit().await?;
        Ok(noted.then_some(so_far))
    }
}

/// The list that an import's addresses are. Not the id of the import itself, by which its own jobs are known: only
/// the version differs.
fn list_of(import: ImportId) -> Uuid {
    list_id(import.as_uuid().into_bytes())
}

//! Taking back a whole import: its changes of those who were there, its merges, then those whom it made. Each
//! page is one transaction that also notes how far it is, so that it goes on there after a kill.

use std::collections::BTreeSet;
use std::sync::Arc;

use captely_contact::Timestamp;
use captely_credits::Ledger;
use captely_crm::{
    CompanyId, MergeError, MergeId, Remained, undo_changes, undo_companies, undo_created,
    unmerge_origin,
};
use captely_platform::clock::Clock;
use captely_platform::db::{Db, DbError, Tx};
use captely_platform::events::{self, Event};
use captely_platform::ids::{ContactId, Ids, ImportId, WorkspaceId};
use serde::{Deserialize, Serialize};

use crate::forget_person::at_the_end;
use crate::stop::{Stop, stop};
use crate::store::{json, list, of_json, outcome, rows, states};
use crate::{ImportState, Importer, ImportsError, Outcome, Source, UndoReport};

/// Records of one transaction.
const PAGE: u32 = 1_000;

/// What an import is taken back with.
pub(crate) struct Undo<'a> {
    pub(crate) db: &'a Db,
    pub(crate) ids: &'a Arc<Ids>,
    pub(crate) clock: &'a dyn Clock,
    /// Gets back what was given for the fields of merged contacts.
    pub(crate) ledger: Option<&'a Ledger>,
    pub(crate) workspace: WorkspaceId,
    pub(crate) import: ImportId,
}

/// How far it is.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct SoFar {
    report: UndoReport,
    stage: Stage,
}

/// What comes next.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stage {
    #[default]
    Changes,
    Merges,
    /// Those before this one.
    MergesBefore(MergeId),
    /// Those of rows behind this one.
    Contacts(u64),
    /// Those behind this one.
    Companies(Option<CompanyId>),
    Done,
}

impl Undo<'_> {
    /// Takes back what is left of it and says what was done in all; none where it is not being undone.
    pub(crate) async fn run(
        &self,
        progress: &mut (dyn FnMut(u64) + Send),
    ) -> Result<Option<UndoReport>, ImportsError> {
        loop {
            let mut tx = self.db.writer().await?;
            tx.one_at_a_time(&format!("undo of {}", self.import)).await?;
            let job = list::one(&mut tx, self.workspace, self.import).await?;
            if job.ok_or(ImportsError::NotFound)?.state != ImportState::Undoing {
                return Ok(None);
            }
            let left = outcome::load(&mut tx, self.workspace, self.import).await?;
            let so_far = left.and_then(|left| left.undo);
            let so_far = so_far.map(|text| of_json(&text, "how far an undo is")).transpose()?;
            let so_far = self.step(&mut tx, so_far.unwrap_or_default()).await?;
            if let Stage::Done = so_far.stage {
                let (report, now) = (json(&so_far.report)?, self.clock.now());
                states::undone(&mut tx, self.workspace, self.import, report, now).await?;
                self.tell(&mut tx, &so_far.report, now).await?;
                at_the_end(&mut tx, self.ids, (self.workspace, self.import), now).await?;
                tx.commit().await?;
                return Ok(Some(so_far.report));
            }
            states::undoing(&mut tx, self.workspace, self.import, json(&so_far)?).await?;
            tx.commit().await?;
            if let Stage::Contacts(row) = so_far.stage {
                progress(row);
            }
        }
    }

    async fn tell(
        &self,
        tx: &mut Tx,
        report: &UndoReport,
        now: Timestamp,
    ) -> Result<(), ImportsError> {
        let event = Event {
            workspace: self.workspace,
            kind: "import.undone",
            subject: self.import.as_uuid(),
            data: serde_json::json!(report),
            at: now,
        };
        Ok(events::publish(tx, self.ids, &[event]).await?)
    }

    /// One page.
    async fn step(&self, tx: &mut Tx, mut so_far: SoFar) -> Result<SoFar, ImportsError> {
        let report = &mut so_far.report;
        so_far.stage = match so_far.stage {
            Stage::Merges => self.merges(tx, report, None).await?,
            Stage::MergesBefore(merge) => self.merges(tx, report, Some(merge)).await?,
            Stage::Changes => self.changes(tx, report).await?,
            Stage::Contacts(after) => self.contacts(tx, report, after).await?,
            Stage::Companies(after) => self.companies(tx, report, after).await?,
            Stage::Done => Stage::Done,
        };
        Ok(so_far)
    }

    async fn merges(
        &self,
        tx: &mut Tx,
        report: &mut UndoReport,
        before: Option<MergeId>,
    ) -> Result<Stage, ImportsError> {
        let (origin, now): (_, Timestamp) = (self.import.as_uuid(), self.clock.now());
        let (ids, ledger, workspace) = (self.ids, self.ledger, self.workspace);
        let page = (origin, before, PAGE);
        let done = unmerge_origin(tx, ids, ledger, workspace, page, now).await.map_err(merge)?;
        report.unmerged = report.unmerged.saturating_add(done.undone);
        add(&mut report.merges_kept, done.left.len());
        Ok(done.next.map_or(Stage::Contacts(0), Stage::MergesBefore))
    }

    async fn changes(&self, tx: &mut Tx, report: &mut UndoReport) -> Result<Stage, ImportsError> {
        let done = undo_changes(tx, self.workspace, self.import.as_uuid(), PAGE).await?;
        add(&mut report.restored, done.changes);
        add(&mut report.values_kept, done.stayed.len());
        let more = u32::try_from(done.changes).is_ok_and(|n| n >= PAGE);
        Ok(if more { Stage::Changes } else { Stage::Merges })
    }

    async fn contacts(
        &self,
        tx: &mut Tx,
        report: &mut UndoReport,
        after: u64,
    ) -> Result<Stage, ImportsError> {
        let page = rows::contacts(tx, self.workspace, self.import, (after, PAGE)).await?;
        let Some((last, _)) = page.last().copied() else { return Ok(Stage::Companies(None)) };
        let whom: BTreeSet<_> = page.into_iter().map(|(_, contact)| contact).collect();
        let named = rows::named_elsewhere(tx, self.workspace, self.import, &whom).await?;
        let whom: Vec<_> = whom.into_iter().collect();
        let origin = self.import.as_uuid();
        let done = undo_created(tx, self.workspace, origin, &whom, &named).await?;
        add(&mut report.removed, done.removed.len());
        let told = self.made_by(tx, &done.remained, (after, last)).await?;
        for one in done.remained.iter().filter(|one| told.contains(&one.contact)) {
            add(&mut report.kept, 1);
            let n = report.kept_because.entry(one.reason.as_str().to_owned()).or_default();
            *n = n.saturating_add(1);
        }
        Ok(Stage::Contacts(last))
    }

    /// Those of `remained` whom a row behind `after` up to `last` made. A contact that further rows name is met on
    /// their pages too, and told on one: that of the row that made it.
    async fn made_by(
        &self,
        tx: &mut Tx,
        remained: &[Remained],
        (after, last): (u64, u64),
    ) -> Result<BTreeSet<ContactId>, ImportsError> {
        if remained.is_empty() {
            return Ok(BTreeSet::new());
        }
        let only = Some(Outcome::Created);
        let rows = rows::page(tx, self.workspace, self.import, only, (after, PAGE)).await?;
        let page = rows.into_iter().filter(|row| row.number <= last);
        Ok(page.filter_map(|row| row.contact).collect())
    }

    async fn companies(
        &self,
        tx: &mut Tx,
        report: &mut UndoReport,
        after: Option<CompanyId>,
    ) -> Result<Stage, ImportsError> {
        let done = undo_companies(tx, self.workspace, self.import.as_uuid(), after).await?;
        add(&mut report.companies_removed, done.removed);
        Ok(done.next.map_or(Stage::Done, |next| Stage::Companies(Some(next))))
    }
}

impl Importer {
    /// Takes back what an import did, and calls `progress` with the row that it is at. One that was interrupted
    /// goes on where it was. An import of this machine's file that is not at its end has no other end than this.
    pub async fn undo(
        &self,
        id: ImportId,
        mut progress: impl FnMut(u64) + Send,
    ) -> Result<UndoReport, ImportsError> {
        let mut tx = self.db.writer().await?;
        let job = list::one(&mut tx, self.workspace, id).await?.ok_or(ImportsError::NotFound)?;
        if job.source == Source::Local {
            let (whose, now) = ((self.workspace, id), self.clock.now());
            stop(&mut tx, &self.ids, whose, Stop::Cancelled, now).await?;
        }
        if job.state != ImportState::Undoing && !states::undo(&mut tx, self.workspace, id).await? {
            let can = "only one that has ended can be undone, once";
            return Err(ImportsError::State { state: job.state, can });
        }
        tx.commit().await?;
        let undo = Undo {
            db: &self.db,
            ids: &self.ids,
            clock: self.clock.as_ref(),
            ledger: self.ledger.as_ref(),
            workspace: self.workspace,
            import: id,
        };
        let report = undo.run(&mut progress).await?;
        let state = ImportState::Undone;
        let can = "another process undid it meanwhile";
        report.ok_or(ImportsError::State { state, can })
    }
}

fn add(to: &mut u64, n: usize) {
    *to = to.saturating_add(u64::try_from(n).unwrap_or(u64::MAX));
}

fn merge(why: MergeError) -> ImportsError {
    match why {
        MergeError::Db(why) => why.into(),
        other => DbError::Other(other.to_string()).into(),
    }
}

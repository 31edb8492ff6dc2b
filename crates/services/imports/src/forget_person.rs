//! What lists keep of a person who is erased: the cells of their rows, in the transaction in which the person is; the
//! files and samples that show them, by a job that it pushes.

use std::collections::BTreeSet;

use captely_contact::Timestamp;
use captely_crm::{Applied, Erased, Outcome as Fate, SkipReason, erase_contact};
use captely_platform::db::{DbError, Tx};
use captely_platform::ids::{ContactId, Ids, ImportId, WorkspaceId};
use captely_platform::jobs::{self, NewJob};
use serde_json::json;

use crate::jobs::FORGET_PERSON;
use crate::store::forgotten::{self, RowOf};
use crate::store::rows::NewRow;
use crate::store::{json as as_json, of_json, outcome, raw};
use crate::upload::Keys;
use crate::{Imports, ImportsError, Outcome, Preview};

/// How often a worker may try to remove the files of one import.
const ATTEMPTS_MAX: u32 = 25;

/// What became of a row, as a word of the names of result files.
const OUTCOMES: [Option<Outcome>; 6] = [
    None,
    Some(Outcome::Created),
    Some(Outcome::Updated),
    Some(Outcome::Merged),
    Some(Outcome::Unchanged),
    Some(Outcome::Skipped),
];

impl Imports {
    /// Erases a person from a workspace, from the contacts and from every list that named them, in the caller's
    /// transaction. Of their rows number and outcome stay. A worker then removes the written results and the samples
    /// of these lists, and their files: of an import that still runs, when it has ended. The contacts that are no
    /// more.
    pub async fn erase_person(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        contact: ContactId,
    ) -> Result<Vec<ContactId>, ImportsError> {
        let erased = erase_contact(tx, workspace, contact, self.clock.now()).await?;
        self.forget_contacts(tx, workspace, &erased).await?;
        Ok(erased.iter().map(|one| one.contact).collect())
    }

    /// The part of it that is this service's, for contacts that were erased in this transaction.
    async fn forget_contacts(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        erased: &[Erased],
    ) -> Result<(), ImportsError> {
        let whom: Vec<_> = erased.iter().map(|one| (one.contact, one.origin)).collect();
        let mut rows = forgotten::rows_of(tx, workspace, &whom).await?;
        for RowOf { cells, .. } in &mut rows {
            *cells = blank(cells)?;
        }
        let lists: BTreeSet<ImportId> = rows.iter().map(|row| row.import).collect();
        forgotten::blank(tx, workspace, rows).await?;
        let now = self.clock.now();
        let all = lists.into_iter().map(|id| job((workspace, id), now)).collect();
        Ok(jobs::push(tx, &self.ids, all).await?)
    }

    /// Removes what is written of an import whose rows were forgotten in part, and its file where it has ended. It
    /// may be done again.
    pub(crate) async fn forget_written(
        &self,
        workspace: WorkspaceId,
        id: ImportId,
    ) -> Result<(), ImportsError> {
        let keys = Keys(workspace, id);
        let mut tx = self.db.writer().await?;
        let import = self.held(&mut tx, workspace, id).await?;
        let left = outcome::load(&mut tx, workspace, id).await?.unwrap_or_default();
        let preview = left.preview.map(|text| without_samples(&text)).transpose()?;
        forgotten::keep_less(&mut tx, (workspace, id), preview).await?;
        // First, so that nobody begins to read it; a file that a kill then leaves is a stray.
        let gone = raw::forget(&mut tx, (workspace, id)).await?;
        tx.commit().await?;
        if let Some(file_key) = import.file_key.filter(|_| gone) {
            self.files.clear(&file_key).await?;
        }
        for only in OUTCOMES {
            self.files.clear(&keys.results(only)).await?;
        }
        Ok(self.files.clear(&keys.dry_run()).await?)
    }
}

/// Where an import has ended whose file is to go, a worker removes it.
pub(crate) async fn at_the_end(
    tx: &mut Tx,
    ids: &Ids,
    whose: (WorkspaceId, ImportId),
    now: Timestamp,
) -> Result<(), DbError> {
    if !forgotten::forgets_file(tx, whose).await? {
        return Ok(());
    }
    jobs::push(tx, ids, vec![job(whose, now)]).await
}

fn job((workspace, id): (WorkspaceId, ImportId), run_at: Timestamp) -> NewJob {
    NewJob {
        workspace,
        queue: FORGET_PERSON,
        group: Some(id.as_uuid()),
        payload: json!({ "import": id }),
        run_at,
        attempts_max: ATTEMPTS_MAX,
    }
}

/// Leaves out, before it is stored, what a row says of a person who was erased and stands in a list again; whether it
/// did.
pub(crate) fn forget_barred(row: &mut NewRow, applied: &Applied) -> Result<bool, DbError> {
    let is_erased = applied.outcome == Fate::Skipped { reason: SkipReason::Erased };
    if is_erased {
        row.cells = blank(&row.cells)?;
    }
    Ok(is_erased)
}

/// As many cells, all empty.
fn blank(cells: &str) -> Result<String, DbError> {
    let cells: Vec<String> = of_json(cells, "an imported row")?;
    as_json(&vec![""; cells.len()])
}

/// A preview without what stands in cells.
fn without_samples(preview: &str) -> Result<String, DbError> {
    let mut preview: Preview = of_json(preview, "an import's preview")?;
    preview.rows.clear();
    preview.faults.clear();
    for column in &mut preview.columns {
        column.samples.clear();
    }
    as_json(&preview)
}

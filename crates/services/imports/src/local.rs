//! What else the command line does with imports, without a server.

use std::path::Path;

use captely_platform::db::{Db, DbError};
use captely_platform::ids::{ImportId, WorkspaceId};
use captely_tabular::ReadOptions;

use crate::asked::check;
use crate::dry_run::Rehearsal;
use crate::enter::Entry;
use crate::look::look;
use crate::reading::{Input, open};
use crate::store::list;
use crate::{Ask, ImportError, ImportJob, Importer, Preview, Tried};

impl Importer {
    /// Finds out what importing `path` would do: all of it is done on a copy.
    pub async fn dry_run(
        &self,
        path: &Path,
        options: ReadOptions,
        ask: Ask,
        mut progress: impl FnMut(u64) + Send,
    ) -> Result<Tried, ImportError> {
        check(&ask.policy, &ask.tags)?;
        let opened = open(Input::Path(path.to_owned()), options).await?;
        let columns = self.columns_of(path, &opened, &ask).await?;
        let entry = Entry::of(ask.policy, ask.tags);
        let rehearsal = Rehearsal {
            real: &self.db,
            ids: &self.ids,
            clock: self.clock.as_ref(),
            workspace: self.workspace,
            import: ImportId::from(self.ids.uuid()),
            file_name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            country: ask.country,
            until: None,
        };
        let mut tell = |reached: crate::store::advance::Reached| progress(reached.rows);
        rehearsal.run(opened, &columns, &entry, &mut tell).await
    }
}

impl Importer {
    /// How `path` is written, what its columns are taken for and why, and what its first rows become.
    pub async fn preview(
        &self,
        path: &Path,
        options: ReadOptions,
        ask: &Ask,
    ) -> Result<Preview, ImportError> {
        check(&ask.policy, &ask.tags)?;
        let (input, chosen) = (Input::Path(path.to_owned()), ask.columns.clone());
        let rules = self.rules(ask);
        let looked = look(&self.db, self.workspace, input, options, chosen, rules).await;
        looked.map(|looked| looked.preview).map_err(|why| match why {
            ImportError::Columns(why) => ImportError::Columns(format!("{}: {why}", path.display())),
            other => other,
        })
    }
}

/// One import of a workspace; none where it has no such.
pub async fn import_job(
    db: &Db,
    workspace: WorkspaceId,
    id: ImportId,
) -> Result<Option<ImportJob>, DbError> {
    let mut tx = db.reader().await?;
    list::one(&mut tx, workspace, id).await
}

/// The newest imports of a workspace, `most` at most.
pub async fn import_jobs(
    db: &Db,
    workspace: WorkspaceId,
    most: u32,
) -> Result<Vec<ImportJob>, DbError> {
    let mut tx = db.reader().await?;
    list::page(&mut tx, workspace, None, most).await
}

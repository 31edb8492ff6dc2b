//! Tags for everybody of an import that is done.

use std::collections::BTreeSet;

use captely_crm::{Policy, standing_contacts, tag_contacts};
use captely_platform::db::Tx;
use captely_platform::ids::{ContactId, ImportId, WorkspaceId};
use serde_json::json;

use crate::asked::{TAGS_MAX, check};
use crate::jobs::TAG_IMPORT;
use crate::store::{advance, json as as_text, outcome, rows};
use crate::{ImportState, Imports, ImportsError};

/// What a request calls them that come later.
const TAGS: &str = "default_tags";
/// Rows of one transaction.
const PAGE: u32 = 2_000;

impl Imports {
    /// Gives tags to every contact of an import; a worker does it. Asked again, it does the same again, and
    /// contacts that have a tag keep it. Undoing the import takes them away again.
    pub async fn tag(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        id: ImportId,
        tags: &[String],
    ) -> Result<(), ImportsError> {
        // Held from here on, so that no other's tags are overwritten.
        let job = self.held(tx, workspace, id).await?;
        if job.state != ImportState::Done {
            let can = "tags are given once it is done; before its start they are part of that";
            return Err(ImportsError::State { state: job.state, can });
        }
        let all: BTreeSet<&String> = job.tags.iter().chain(tags).collect();
        let all: Vec<String> = all.into_iter().cloned().collect();
        if tags.len() <= TAGS_MAX && all.len() > TAGS_MAX {
            let why = format!(
                "an import may have {TAGS_MAX} tags; it has {} already, and with these {}",
                job.tags.len(),
                all.len()
            );
            return Err(ImportsError::Invalid { field: TAGS, why });
        }
        check(&Policy::default(), &all).map_err(|refused| refused.at(TAGS))?;
        outcome::set_tags(tx, workspace, id, &as_text(&all)?).await?;
        self.push(tx, workspace, id, TAG_IMPORT, self.clock.now()).await
    }

    /// Gives an import's tags to its contacts, page by page, and tells when all have them.
    pub(crate) async fn tag_contacts(
        &self,
        workspace: WorkspaceId,
        id: ImportId,
    ) -> Result<(), ImportsError> {
        let (mut after, mut tagged) = (0, 0_u64);
        loop {
            let mut tx = self.db.writer().await?;
            // Whoever undoes the import waits for this page, or the page sees that it is being undone.
            if advance::lock(&mut tx, workspace, id).await?.state != ImportState::Done {
                return Ok(());
            }
            let tags = self.get(&mut tx, workspace, id).await?.tags;
            let page = rows::contacts(&mut tx, workspace, id, (after, PAGE)).await?;
            let Some((last, _)) = page.last().copied() else {
                let told = json!({ "tags": tags, "tagged": tagged });
                self.publish(&mut tx, workspace, id, "import.tagged", told).await?;
                return Ok(tx.commit().await?);
            };
            let named: Vec<ContactId> = page.into_iter().map(|(_, contact)| contact).collect();
            let standing = standing_contacts(&mut tx, workspace, &named).await?;
            let whom: BTreeSet<ContactId> = standing.into_values().collect();
            let whom: Vec<ContactId> = whom.into_iter().collect();
            let new = tag_contacts(&mut tx, workspace, &whom, &tags, id.as_uuid()).await?;
            tagged = tagged.saturating_add(new);
            tx.commit().await?;
            after = last;
        }
    }
}

use captely_contact::Timestamp;
use captely_platform::db::{DbError, Tx};
use captely_platform::ids::WorkspaceId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::store::settings;

/// What a workspace has set for its duplicates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"merge_same": true}))]
pub struct DuplicateSettings {
    /// Whether the search at the end of an import merges contacts that are the same beyond doubt without asking. Each
    /// merge can be undone. False where nothing was set.
    pub merge_same: bool,
}

/// What the workspace has set.
pub async fn duplicate_settings(
    tx: &mut Tx,
    workspace: WorkspaceId,
) -> Result<DuplicateSettings, DbError> {
    let merge_same = settings::load(tx, workspace).await?.unwrap_or_default();
    Ok(DuplicateSettings { merge_same })
}

/// Sets it for the searches that imports ask for from now on; whether that changes anything.
pub async fn set_duplicate_settings(
    tx: &mut Tx,
    workspace: WorkspaceId,
    set: DuplicateSettings,
    now: Timestamp,
) -> Result<bool, DbError> {
    if duplicate_settings(tx, workspace).await? == set {
        return Ok(false);
    }
    settings::save(tx, workspace, set.merge_same, now).await
}

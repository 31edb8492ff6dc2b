use captely_platform::ids::{ImportId, WorkspaceId};
use uuid::Uuid;

use crate::Outcome;

/// Under which all files of imports are.
pub(super) const ROOT: &str = "imports";

/// The names of an import's files in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Keys(pub(crate) WorkspaceId, pub(crate) ImportId);

const RAW: &str = "raw-";
const DRY_RUN: &str = "dry-run.csv";
const RESULTS: &str = "results-";

impl Keys {
    fn folder(self) -> String {
        format!("{ROOT}/{}/{}", self.0, self.1)
    }

    /// The file itself. Each that writes it takes a `mark` of its own: whoever goes away or comes too late takes back
    /// what is its own, and not what another has put there.
    pub(super) fn raw(self, mark: Uuid) -> String {
        format!("{}/{RAW}{}", self.folder(), mark.simple())
    }

    /// What comes by a link. It is copied before it is used: the link may still write it.
    pub(super) fn direct(self) -> String {
        format!("{}/direct", self.folder())
    }

    /// Where its parts are.
    pub(super) fn parts(self) -> String {
        format!("{}/parts", self.folder())
    }

    /// A part. Its name has its hash, so that another of the same number is another file.
    pub(super) fn part(self, number: u32, hash: [u8; 32]) -> String {
        let hash = blake3::Hash::from_bytes(hash).to_hex();
        format!("{}/{number:06}-{hash}", self.parts())
    }

    /// The rows of its dry run.
    pub(crate) fn dry_run(self) -> String {
        format!("{}/{DRY_RUN}", self.folder())
    }

    /// Its rows, or those that became `only`, as they were when a link to them was asked for.
    pub(crate) fn results(self, only: Option<Outcome>) -> String {
        let only = only.map_or("all", Outcome::as_str);
        format!("{}/{RESULTS}{only}.csv", self.folder())
    }

    /// Whose file this is; none where it is no file of an import.
    pub(super) fn of(name: &str) -> Option<Self> {
        let rest = name.strip_prefix(ROOT)?.strip_prefix('/')?;
        let (workspace, rest) = rest.split_once('/')?;
        let (import, rest) = rest.split_once('/')?;
        // `raw` was the file's name once.
        let ours = matches!(rest, "raw" | "direct" | DRY_RUN)
            || rest.starts_with(RAW)
            || rest.starts_with("parts/")
            || rest.starts_with(RESULTS);
        let keys = Self(workspace.parse().ok()?, import.parse().ok()?);
        ours.then_some(keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_a_file_is_stands_in_its_name() {
        let keys = Keys(WorkspaceId::LOCAL, Uuid::from_u128(7).into());
        let results = [None, Some(Outcome::Skipped)].map(|only| keys.results(only));
        let dry_run = keys.dry_run();
        for name in [keys.raw(Uuid::nil()), keys.direct(), keys.part(1, [7; 32]), dry_run]
            .iter()
            .chain(&results)
        {
            assert_eq!(Keys::of(name), Some(keys), "{name}");
        }
        let stranger = keys.direct().replace("direct", "notes.csv");
        for other in [stranger.as_str(), "imports/raw", "exports/ws_1/imp_1/raw", "imports/a/b/raw"]
        {
            assert_eq!(Keys::of(other), None, "{other}");
        }
    }
}

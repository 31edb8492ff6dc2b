use captely_platform::ids::{ImportId, WorkspaceId};

/// Under which all files of uploads are.
pub(super) const ROOT: &str = "imports";

/// The names of an import's files in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Keys(pub(super) WorkspaceId, pub(super) ImportId);

impl Keys {
    fn folder(self) -> String {
        format!("{ROOT}/{}/{}", self.0, self.1)
    }

    /// The file itself.
    pub(super) fn raw(self) -> String {
        format!("{}/raw", self.folder())
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

    /// Whose file this is; none where it is no file of an upload.
    pub(super) fn of(name: &str) -> Option<Self> {
        let rest = name.strip_prefix(ROOT)?.strip_prefix('/')?;
        let (workspace, rest) = rest.split_once('/')?;
        let (import, rest) = rest.split_once('/')?;
        let ours = matches!(rest, "raw" | "direct") || rest.starts_with("parts/");
        let keys = Self(workspace.parse().ok()?, import.parse().ok()?);
        ours.then_some(keys)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn whose_a_file_is_stands_in_its_name() {
        let keys = Keys(WorkspaceId::LOCAL, Uuid::from_u128(7).into());
        for name in [keys.raw(), keys.direct(), keys.part(1, [7; 32])] {
            assert_eq!(Keys::of(&name), Some(keys), "{name}");
        }
        let results = keys.raw().replace("raw", "results.csv");
        for other in [results.as_str(), "imports/raw", "exports/ws_1/imp_1/raw", "imports/a/b/raw"]
        {
            assert_eq!(Keys::of(other), None, "{other}");
        }
    }
}

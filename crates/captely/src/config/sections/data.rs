use std::path::{Path, PathBuf};

use crate::config::Sources;
use crate::config::reader::Reader;

/// `[data]`: where captely keeps what it must remember.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Data {
    /// The folder of the embedded database, the cache and the lock.
    pub dir: PathBuf,
}

impl Data {
    pub(crate) fn read(reader: &mut Reader<'_>, sources: &Sources) -> Self {
        let default = default_dir(sources);
        let dir = reader
            .section("data")
            .key("dir", "Folder of the embedded database, the answers' cache and the lock.")
            .by_default("`captely` in `$XDG_DATA_HOME`, else `~/.local/share/captely`")
            .or(default);
        Self { dir: sources.directory.join(dir) }
    }
}

/// One folder a person, so that the answers' cache and the rate limits hold wherever one works:
/// `$XDG_DATA_HOME/captely`, else `~/.local/share/captely`, else `.captely` here.
fn default_dir(sources: &Sources) -> PathBuf {
    let home = || sources.variable("HOME").map(|home| Path::new(home).join(".local/share"));
    let base = sources.variable("XDG_DATA_HOME").map(PathBuf::from).or_else(home);
    base.map_or_else(|| PathBuf::from(".captely"), |base| base.join("captely"))
}

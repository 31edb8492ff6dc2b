//! What the rules look at: the files of the tree and the packages of its workspace.

use std::path::{Path, PathBuf};

use crate::files::{self, File, FilesError};
use crate::metadata::{self, Package};

/// The tree under judgement.
#[derive(Debug)]
pub(crate) struct House {
    pub(crate) root: PathBuf,
    /// Ordered by path.
    pub(crate) files: Vec<File>,
    /// Members of the workspace; dependencies are not here.
    pub(crate) packages: Vec<Package>,
}

impl House {
    /// Reads the tree and asks cargo for its packages.
    pub(crate) fn open(root: &Path) -> Result<Self, FilesError> {
        let root = root
            .canonicalize()
            .map_err(|source| FilesError::Read { path: root.to_path_buf(), source })?;
        let files = files::read(&root)?;
        let packages = metadata::members(&root)?;
        Ok(Self { root, files, packages })
    }

    /// The file with exactly this path.
    pub(crate) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Whether `path` is a file of the tree or a folder with files in it.
    pub(crate) fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        self.files.iter().any(|file| {
            file.path
                .strip_prefix(path)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }

    /// The Rust files that have text.
    pub(crate) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.is("rs") && file.text.is_some())
    }
}

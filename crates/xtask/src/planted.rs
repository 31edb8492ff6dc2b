//! Small trees with planted faults, for the tests of the rules.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::files;
use crate::house::House;

/// A tree in a temporary folder, with the folders of its packages.
pub(crate) struct Planted {
    folder: TempDir,
    members: Vec<String>,
}

impl Planted {
    /// An empty tree.
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), members: Vec::new() }
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn file(self, path: &str, text: &str) -> Self {
        self.bytes(path, text.as_bytes())
    }

    pub(crate) fn bytes(self, path: &str, bytes: &[u8]) -> Self {
        let full = self.root().join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(full, bytes).unwrap();
        self
    }

    /// A package of the workspace; `tables` is what its manifest holds beside `[package]`.
    pub(crate) fn member(mut self, dir: &str, name: &str, tables: &str) -> Self {
        self.members.push(format!("{dir:?}"));
        let workspace =
            format!("[workspace]\nresolver = \"3\"\nmembers = [{}]\n", self.members.join(", "));
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
             description = \"planted\"\nlicense = \"MIT\"\n\n{tables}"
        );
        self.file("Cargo.toml", &workspace)
            .file(&format!("{dir}/Cargo.toml"), &manifest)
            .file(&format!("{dir}/src/lib.rs"), "")
    }

    /// The files alone, for rules that look at text.
    pub(crate) fn house(&self) -> House {
        let files = files::read(self.root()).unwrap();
        House { root: self.root().to_path_buf(), files, packages: Vec::new() }
    }

    /// The files and the packages that cargo sees.
    pub(crate) fn house_with_packages(&self) -> House {
        House::open(self.root()).unwrap()
    }
}

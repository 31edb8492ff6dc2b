use std::path::{Path, PathBuf};

use captely_tabular::{ReadError, ReadOptions, Reader, Row, RowFault, open};

/// A folder of the shared material beside the repository; `None` (and one line said) without it.
pub(crate) fn folder(name: &str) -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = here.ancestors().map(|up| up.join("shared/data").join(name)).find(|p| p.is_dir());
    if found.is_none() {
        println!("skipped: shared/data/{name} is not beside the repository");
    }
    found
}

/// All files below a folder, sorted.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

/// A file of these bytes that is removed at the end.
pub(crate) fn file(ending: &str, bytes: &[u8]) -> tempfile::NamedTempFile {
    let file = tempfile::Builder::new().prefix("list").suffix(ending).tempfile().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    file
}

/// All rows of a file, and the faults of those that cannot be read.
#[derive(Debug)]
pub(crate) struct All {
    pub(crate) header: Vec<String>,
    pub(crate) rows: Vec<Row>,
    pub(crate) faults: Vec<RowFault>,
    pub(crate) facts: captely_tabular::Facts,
}

impl All {
    pub(crate) fn cells(&self) -> Vec<Vec<&str>> {
        self.rows.iter().map(|r| r.cells.iter().map(String::as_str).collect()).collect()
    }
}

pub(crate) fn read(path: &Path) -> Result<All, ReadError> {
    open(path, &ReadOptions::default()).map(all)
}

pub(crate) fn all(mut reader: Reader) -> All {
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    while let Some(next) = reader.next_row() {
        match next {
            Ok(row) => {
                assert_eq!(
                    row.cells.len(),
                    reader.header().len(),
                    "a row is as wide as its header"
                );
                rows.push(row);
            }
            Err(fault) => faults.push(fault),
        }
    }
    All { header: reader.header().to_vec(), rows, faults, facts: reader.facts().clone() }
}

pub(crate) fn read_bytes(ending: &str, bytes: &[u8]) -> Result<All, ReadError> {
    read(file(ending, bytes).path())
}

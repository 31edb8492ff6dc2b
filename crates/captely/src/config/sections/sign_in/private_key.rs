use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::config::reader::Section;
use crate::config::setting::{Raw, Setting};
use crate::config::{Secret, Sources};

/// The longest key file, in bytes. Apple's have about 260.
const FILE_BYTES_MAX: u64 = 16 * 1024;

/// Apple's private key, by file or by text.
pub(super) struct PrivateKey {
    /// The setting it comes from, or should come from.
    pub(super) name: &'static str,
    /// Whether the setting is there.
    pub(super) is_given: bool,
    /// The key, where it could be read.
    pub(super) text: Option<Secret>,
}

impl PrivateKey {
    pub(super) fn read(section: &mut Section<'_, '_>, sources: &Sources) -> Self {
        let text: Option<Pem> = section
            .key("private_key", "The text of the .p8 file; line ends may be written as \\n.")
            .optional("none");
        let file: Option<PathBuf> = section
            .key("private_key_file", "The .p8 file with the private key, instead of its text.")
            .optional("none");
        match (text, file) {
            (Some(_), Some(_)) => {
                section.fault("private_key", "and private_key_file are both set; use one of them");
                Self { name: "private_key", is_given: true, text: None }
            }
            (Some(text), None) => Self { name: "private_key", is_given: true, text: Some(text.0) },
            (None, Some(file)) => {
                let read = read_file(&sources.directory.join(file));
                let text = read.map_err(|why| section.fault("private_key_file", why)).ok();
                Self { name: "private_key_file", is_given: true, text }
            }
            (None, None) => Self { name: "private_key_file", is_given: false, text: None },
        }
    }
}

fn read_file(path: &Path) -> Result<Secret, String> {
    let mut text = String::new();
    let file = File::open(path).map_err(|why| format!("cannot be opened: {why}"))?;
    let read = file.take(FILE_BYTES_MAX).read_to_string(&mut text);
    read.map(|_bytes| Secret::from(text)).map_err(|why| format!("cannot be read: {why}"))
}

/// A secret of several lines, which other secrets must not have.
struct Pem(Secret);

impl Setting for Pem {
    const KIND: &'static str = "a text";
    const SECRET: bool = true;

    fn read(raw: &Raw) -> Result<Self, String> {
        let text = String::read(raw).map_err(|_said| format!("must be {}", Self::KIND))?;
        Ok(Self(Secret::from(text)))
    }

    fn show(&self) -> String {
        self.0.show()
    }
}

//! Lists that are packed: `gzip` and `zip` unpack them while they are read, `bounded` ends what unpacks
//! to more than a list needs, and says where a broken archive breaks.

mod bounded;
mod gzip;
mod member;
mod zip;

pub(crate) use bounded::UnpackFault;
pub(crate) use gzip::gunzip;
pub(crate) use zip::{Archive, spill};

/// A file in an archive, being unpacked.
pub(crate) struct Unpacked {
    /// For messages: `leads.zip (contacts.csv)`.
    pub(crate) name: std::sync::Arc<str>,
    /// Ending of its own name, in lower case.
    pub(crate) ending: String,
    /// Its bytes.
    pub(crate) source: Box<dyn std::io::Read + Send>,
    /// Sheet asked for inside it.
    pub(crate) sheet: Option<String>,
}

/// What stands behind the last dot of a name, in lower case.
pub(crate) fn ending(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
    base.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default()
}

//! Where each column of a file goes: `target` names the places, `choose` lets a person decide, `error` says
//! why a mapping cannot be.

mod choose;
mod error;
mod repeated;
mod saved;
mod target;

use std::collections::BTreeMap;

use captely_contact::Confidence;
use captely_tabular::{Mapping, Preset, Recognised, Role, closest_name, folded_name};

pub use error::MappingError;
pub use saved::{
    MAPPING_NAME_CHARS_MAX, MAPPINGS_LISTED_MAX, SavedMapping, delete_mapping, find_mapping,
    list_mappings, mapping_used, save_mapping,
};
pub use target::Target;

/// Columns any of which says whom a row is about, and the words for them in messages.
const IDENTIFYING: &[Role] = &[
    Role::Email,
    Role::PersonalEmail,
    Role::OtherEmail,
    Role::LinkedinUrl,
    Role::Phone,
    Role::MobilePhone,
    Role::WorkPhone,
    Role::HomePhone,
    Role::OtherPhone,
    Role::FirstName,
    Role::LastName,
    Role::FullName,
    Role::Company,
    Role::Domain,
    Role::Website,
];

/// Names, folded, of columns that tell when a row was last changed where it comes from.
const CHANGES: &[&str] = &[
    "lastmodifieddate",
    "lastmodified",
    "lastmodifiedtime",
    "lastmodifiedat",
    "lastmodifiedon",
    "modifieddate",
    "modifiedtime",
    "modifiedat",
    "modifiedon",
    "datemodified",
    "updatedat",
    "updatedon",
    "updateddate",
    "dateupdated",
    "updatetime",
    "lastupdated",
    "lastupdatedat",
    "lastupdate",
    "lastchanged",
    "systemmodstamp",
    "geandertam",
    "zuletztgeandert",
    "letzteanderung",
    "modifiele",
    "dernieremodification",
    "ultimamodificacion",
    "ultimamodifica",
];

/// Where each column of a file goes, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnMap {
    header: Vec<String>,
    columns: Vec<MappedColumn>,
    preset: Option<Preset>,
}

/// Where one column goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedColumn {
    /// What its values become.
    pub target: Target,
    /// How sure that is; 0 for a column that is not known.
    pub confidence: Confidence,
    /// In words, for a person to judge.
    pub reason: String,
}

/// Why a column goes where it went the last time.
const KEPT: &str = "as it was mapped the last time a file had these columns";

impl ColumnMap {
    /// Where columns go in the end: `kept` are the words of a mapping that was kept for this header; it wins over
    /// what is recognised, unless it does not fit any more. What a person chose wins over both.
    pub fn settled(
        header: &[String],
        recognised: Mapping,
        kept: Option<&[String]>,
        chosen: &BTreeMap<String, String>,
    ) -> Result<Self, MappingError> {
        let mut map = Self::recognised(header, recognised);
        if let Some(kept) = kept.and_then(|words| Self::of_words(header, words, KEPT).ok()) {
            map = kept.of_preset(map.preset());
        }
        map.choose(chosen)?;
        Ok(map)
    }

    /// What was recognised of a header.
    pub fn recognised(header: &[String], mapping: Mapping) -> Self {
        let column = |(name, recognised): (&String, Recognised)| {
            let nothing = matches!(recognised.role, Role::Unknown | Role::Ignore);
            if nothing && CHANGES.contains(&folded_name(name).as_str()) {
                return MappedColumn {
                    target: Target::ChangedAt,
                    confidence: Confidence::percent(80),
                    reason: "its name says when the row was last changed".to_owned(),
                };
            }
            MappedColumn {
                target: Target::Role(recognised.role),
                confidence: recognised.confidence,
                reason: recognised.reason,
            }
        };
        let columns = header.iter().zip(mapping.columns).map(column).collect();
        Self { header: header.to_vec(), columns, preset: mapping.preset }
    }

    /// Of words as [`ColumnMap::words`] gives them, for the columns of `header`, in order; `reason` is
    /// the same for each.
    pub fn of_words(
        header: &[String],
        words: &[String],
        reason: &str,
    ) -> Result<Self, MappingError> {
        if words.len() != header.len() {
            return Err(MappingError::OtherWidth { words: words.len(), columns: header.len() });
        }
        let column = |word: &String| {
            let target: Target = word.parse().map_err(MappingError::Target)?;
            let known = target != Target::Role(Role::Unknown);
            let confidence = if known { Confidence::percent(100) } else { Confidence::NONE };
            Ok(MappedColumn { target, confidence, reason: reason.to_owned() })
        };
        let columns = words.iter().map(column).collect::<Result<Vec<_>, MappingError>>()?;
        let map = Self { header: header.to_vec(), columns, preset: None };
        map.each_once()?;
        Ok(map)
    }

    /// The same with the program that the header tells.
    pub fn of_preset(self, preset: Option<Preset>) -> Self {
        Self { preset, ..self }
    }

    /// The words of the columns' targets in the order of the header, to be kept.
    pub fn words(&self) -> Vec<String> {
        self.columns.iter().map(|column| column.target.to_string()).collect()
    }

    /// The names of the columns as they stand in the file.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// Where each column goes, in the order of the header.
    pub fn columns(&self) -> &[MappedColumn] {
        &self.columns
    }

    /// The program the file comes from, where its header tells.
    pub const fn preset(&self) -> Option<Preset> {
        self.preset
    }

    /// Why nothing can be imported by this mapping: no column says whom a row is about.
    pub fn problem(&self) -> Option<MappingError> {
        let identifies = |c: &MappedColumn| matches!(c.target, Target::Role(role) if IDENTIFYING.contains(&role));
        if self.columns.iter().any(identifies) {
            return None;
        }
        let free = self.header.iter().zip(&self.columns).filter(|(_, c)| c.target.is_nothing());
        let closest = closest_name(free.map(|(name, _)| name.as_str()), IDENTIFYING);
        Some(MappingError::Nobody {
            seen: self.header.clone(),
            closest: closest.map(|(name, role)| (name.to_owned(), role)),
        })
    }
}

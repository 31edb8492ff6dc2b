use std::collections::BTreeMap;

use captely_crm::{OnMatch, Policy};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::Start;

/// How a file is to be imported. Everything may be left out.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({
    "columns": {"Position": "title", "7": "custom.Region"},
    "on_match": "fill_blanks", "fields": {"title": "overwrite"}, "tags": ["fair-2026"],
}))]
pub(crate) struct StartInput {
    /// What columns go to, by their name or number (from 1): a word such as `email`, `custom.NAME`, or
    /// `ignore`. The others go where they were recognised to belong.
    columns: BTreeMap<String, String>,
    /// What happens to contacts that are there: `skip`, `fill_blanks` (where nothing is said), `overwrite`,
    /// `newest_wins`.
    #[schema(value_type = Option<String>)]
    on_match: Option<OnMatch>,
    /// The same for single fields, by their word.
    #[schema(value_type = BTreeMap<String, String>)]
    fields: BTreeMap<String, OnMatch>,
    /// Whether two contacts that one row shows to be the same become one.
    merge_known: bool,
    /// Tags for each contact.
    #[schema(max_items = 20)]
    tags: Vec<String>,
    /// In whose national form phone numbers are read, where neither row nor domain tells: a name or a code.
    #[schema(max_length = 60)]
    country: Option<String>,
    /// Whether files with the same header are understood in this way from now on.
    remember: bool,
    /// Whether the addresses of its contacts are checked when it is done; each new answer has its price in credits.
    verify: bool,
}

impl StartInput {
    pub(crate) fn into_start(self) -> Start {
        let usual = self.on_match.unwrap_or(OnMatch::FillBlanks);
        let policy = Policy { usual, fields: self.fields, merge_known: self.merge_known };
        let Self { columns, tags, country, remember, verify, .. } = self;
        Start { columns, policy, tags, country, remember, verify }
    }
}

use captely_tabular::{HeaderRow, ReadOptions};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a file is read, where that is not found out rightly. Everything may be left out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = ImportOptions, example = json!({"sheet": "Messe", "country": "DE"}))]
pub struct ImportOptions {
    /// Delimiter of a text: one character.
    #[schema(value_type = Option<String>, max_length = 1)]
    pub delimiter: Option<char>,
    /// Encoding of a text, such as `windows-1252`.
    #[schema(max_length = 40)]
    pub encoding: Option<String>,
    /// Sheet of a workbook; of a ZIP archive the file in it, or `file/sheet`.
    #[schema(max_length = 300)]
    pub sheet: Option<String>,
    /// Line of the header, from 1; 0 where no line names the columns.
    pub header: Option<usize>,
    /// In whose national form phone numbers are read, where neither row nor domain tells: a name or a code.
    #[schema(max_length = 60)]
    pub country: Option<String>,
}

impl ImportOptions {
    /// Of what the reader takes, but its limits.
    pub(crate) fn of(reading: &ReadOptions, country: Option<String>) -> Self {
        Self {
            delimiter: reading.delimiter,
            encoding: reading.encoding.clone(),
            sheet: reading.sheet.clone(),
            header: match reading.header {
                HeaderRow::Find => None,
                HeaderRow::Absent => Some(0),
                HeaderRow::Row(line) => Some(line),
            },
            country,
        }
    }

    /// As the reader takes them.
    pub fn reading(&self) -> ReadOptions {
        ReadOptions {
            delimiter: self.delimiter,
            encoding: self.encoding.clone(),
            sheet: self.sheet.clone(),
            header: match self.header {
                None => HeaderRow::Find,
                Some(0) => HeaderRow::Absent,
                Some(line) => HeaderRow::Row(line),
            },
            ..ReadOptions::default()
        }
    }
}

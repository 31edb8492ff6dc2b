use std::fmt;
use std::path::Path;
use std::str::FromStr;

/// A file format this engine writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Comma-separated values, UTF-8.
    Csv,
    /// An Excel workbook with one sheet.
    Xlsx,
    /// One JSON array of objects.
    Json,
    /// One JSON object a line.
    JsonLines,
}

/// The name or ending stands for no format that can be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no format to write; use csv, xlsx, json or jsonl")]
pub struct UnknownFormat(pub String);

impl Format {
    /// The name in options and messages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Json => "json",
            Self::JsonLines => "jsonl",
        }
    }

    /// By the ending of a file's name: `.csv`, `.tsv`, `.txt`, `.xlsx`, `.json`, `.jsonl`, `.ndjson`.
    pub fn from_path(path: &Path) -> Result<Self, UnknownFormat> {
        let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        ending.parse().map_err(|_ending: UnknownFormat| {
            UnknownFormat(path.file_name().unwrap_or_default().to_string_lossy().into_owned())
        })
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        match name.trim().to_ascii_lowercase().as_str() {
            "csv" | "tsv" | "txt" => Ok(Self::Csv),
            "xlsx" => Ok(Self::Xlsx),
            "json" => Ok(Self::Json),
            "jsonl" | "ndjson" | "jsonlines" => Ok(Self::JsonLines),
            _ => Err(UnknownFormat(name.to_owned())),
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

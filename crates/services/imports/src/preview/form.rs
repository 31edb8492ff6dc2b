use captely_tabular::{Facts, FileForm, LineEnd};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a file is written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct FormPreview {
    /// `csv`, `xlsx`, `xlsm`, `xls`, `xlsb`, `ods`, `json`, `json_lines` or `vcard`.
    #[schema(example = "csv")]
    pub format: String,
    /// `gz` or `zip` where it came packed.
    pub packed: Option<String>,
    /// Of a text: the name of its encoding.
    #[schema(example = "UTF-16LE")]
    pub encoding: Option<String>,
    /// Whether a byte order mark was there.
    pub byte_order_mark: bool,
    /// Of a delimited text: what stands between cells.
    #[schema(example = ";")]
    pub delimiter: Option<String>,
    /// What stands around cells that hold a delimiter.
    #[schema(example = "\"")]
    pub quote: Option<String>,
    /// What stands before a quote inside a quoted cell; none where the quote is doubled.
    pub escape: Option<String>,
    /// `lf`, `crlf` or `cr`.
    #[schema(example = "crlf")]
    pub line_end: Option<String>,
    /// The sheets of a workbook.
    pub sheets: Vec<String>,
    /// The one that is read.
    pub sheet: Option<String>,
    /// Line or sheet row of the header, from 1; 0 where no row names the columns.
    #[schema(example = 4)]
    pub header_line: u64,
    /// Rows that name the columns.
    #[schema(example = 1)]
    pub header_rows: usize,
    /// What stands above the header.
    pub preamble: Vec<String>,
}

impl FormPreview {
    pub(super) fn of(facts: &Facts) -> Self {
        let form = Self {
            packed: facts.packed.map(str::to_owned),
            header_line: facts.header_line,
            header_rows: facts.header_rows,
            preamble: facts.preamble.clone(),
            sheets: facts.sheets.clone(),
            ..Self::default()
        };
        let named = |format: &str| format.to_owned();
        let sign = |byte: u8| char::from(byte).to_string();
        match &facts.form {
            FileForm::Csv(dialect) => Self {
                format: named("csv"),
                encoding: Some(dialect.encoding.to_owned()),
                byte_order_mark: dialect.bom,
                delimiter: Some(sign(dialect.delimiter)),
                quote: Some(sign(dialect.quote)),
                escape: dialect.escape.map(sign),
                line_end: Some(named(match dialect.line_end {
                    LineEnd::Lf => "lf",
                    LineEnd::CrLf => "crlf",
                    LineEnd::Cr => "cr",
                })),
                ..form
            },
            FileForm::Sheet { kind, sheet } => {
                Self { format: named(kind), sheet: Some(sheet.clone()), ..form }
            }
            FileForm::Json => Self { format: named("json"), ..form },
            FileForm::JsonLines => Self { format: named("json_lines"), ..form },
            FileForm::VCard => Self { format: named("vcard"), ..form },
        }
    }
}

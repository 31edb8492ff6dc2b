use crate::RowNote;

/// What was found out about a file: its form, and the repairs made so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The form of the file.
    pub form: FileForm,
    /// Lines above the header that are no rows, such as the notes LinkedIn puts there.
    pub preamble: Vec<String>,
    /// Line or sheet row of the header, from 1; 0 where no row names the columns.
    pub header_line: u64,
    /// Rows that name the columns: one, two where a row of groups stands above the names, 0 where none does.
    pub header_rows: usize,
    /// Blank rows left out so far.
    pub rows_blank: u64,
    /// Lines left out so far because they begin with `#` and are no rows.
    pub lines_comment: u64,
    /// `gz` or `zip` where the list came packed.
    pub packed: Option<&'static str>,
    /// The sheets of a workbook, the one that is read among them.
    pub sheets: Vec<String>,
    /// Rows read with a note so far.
    pub repairs: Repairs,
}

impl Facts {
    pub(crate) fn new(form: FileForm, header_line: u64) -> Self {
        let (preamble, repairs) = (Vec::new(), Repairs::default());
        Self {
            form,
            preamble,
            header_line,
            header_rows: 1,
            rows_blank: 0,
            lines_comment: 0,
            packed: None,
            sheets: Vec::new(),
            repairs,
        }
    }

    /// What a person should know of how the file was read: an encoding that had to be guessed, and one
    /// sentence for each kind of repair that happened.
    pub fn sentences(&self) -> Vec<String> {
        let guessed = match &self.form {
            FileForm::Csv(dialect) if dialect.encoding != "UTF-8" && !dialect.bom => Some(format!(
                "the file is not UTF-8 and was read as {}; save it as UTF-8 if letters look wrong",
                dialect.encoding
            )),
            _ => None,
        };
        let unnamed = (self.header_rows == 0).then(|| {
            "no row names the columns; they are called Column 1, Column 2 and so on".to_owned()
        });
        let comments = (self.lines_comment > 0)
            .then(|| format!("{} line(s) of comment were left out", self.lines_comment));
        guessed.into_iter().chain(unnamed).chain(comments).chain(self.repairs.sentences()).collect()
    }
}

/// The form of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileForm {
    /// Delimited text.
    Csv(Dialect),
    /// A sheet of a workbook.
    Sheet {
        /// `xlsx`, `xls`, `xlsb` or `ods`.
        kind: &'static str,
        /// Name of the sheet.
        sheet: String,
    },
    /// A list of JSON objects.
    Json,
    /// One JSON object a line.
    JsonLines,
    /// vCards, one after the other.
    VCard,
}

/// How a delimited text is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialect {
    /// Between cells: one of `,` `;` TAB `|` unless the caller chose another.
    pub delimiter: u8,
    /// Around cells that hold a delimiter or a line end.
    pub quote: u8,
    /// Before a quote inside a quoted cell; none means that the quote is doubled.
    pub escape: Option<u8>,
    /// Name of the encoding by the WHATWG Encoding Standard: `UTF-8`, `windows-1252`, `UTF-16LE`.
    pub encoding: &'static str,
    /// Whether a byte order mark was there.
    pub bom: bool,
    /// What ends its first lines.
    pub line_end: LineEnd,
}

/// What ends a line of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnd {
    /// A line feed, as on Unix.
    Lf,
    /// A carriage return and a line feed, as on Windows.
    CrLf,
    /// A carriage return alone, as on old Macs.
    Cr,
}

impl LineEnd {
    /// By the first line end of a text; a line feed where there is none.
    pub(crate) fn of(sample: &[u8]) -> Self {
        let at = memchr::memchr2(b'\r', b'\n', sample);
        let found = at.and_then(|at| sample.get(at..));
        match found {
            Some([b'\r', b'\n', ..]) => Self::CrLf,
            Some([b'\r', ..]) => Self::Cr,
            _ => Self::Lf,
        }
    }
}

/// How many rows were repaired in which way, and the first of each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Repairs {
    /// Quotes read as plain characters.
    pub quotes: Tally,
    /// Rows shorter than the header.
    pub short: Tally,
    /// Rows longer than the header.
    pub long: Tally,
    /// Rows with bytes read as Windows-1252 in a UTF-8 file.
    pub windows_1252: Tally,
    /// Rows with NUL characters left out.
    pub nul: Tally,
    /// Rows with error values in a sheet.
    pub cell_errors: Tally,
}

/// A count of rows and the line of the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// How many rows.
    pub rows: u64,
    /// Line of the first; 0 where there is none.
    pub first_line: u64,
}

impl Tally {
    fn add(&mut self, line: u64) {
        if self.rows == 0 {
            self.first_line = line;
        }
        self.rows += 1;
    }
}

impl Repairs {
    pub(crate) fn note(&mut self, line: u64, notes: &[RowNote]) {
        for note in notes {
            match note {
                RowNote::QuotesRepaired => self.quotes.add(line),
                RowNote::Short { .. } => self.short.add(line),
                RowNote::Long { .. } => self.long.add(line),
                RowNote::ReadAsWindows1252 => self.windows_1252.add(line),
                RowNote::NulRemoved => self.nul.add(line),
                RowNote::CellError { .. } => self.cell_errors.add(line),
            }
        }
    }

    /// One sentence for each kind of repair that happened.
    pub fn sentences(&self) -> Vec<String> {
        let all = [
            (self.quotes, "had a quote out of place, read as a plain character"),
            (self.short, "had fewer cells than the header; empty ones were added"),
            (self.long, "had more cells than the header; they were kept at the end"),
            (self.windows_1252, "was not UTF-8 and was read as Windows-1252"),
            (self.nul, "held NUL characters, which were left out"),
            (self.cell_errors, "held error values such as #N/A, read as empty"),
        ];
        let happened = all.into_iter().filter(|(tally, _)| tally.rows > 0);
        happened
            .map(|(t, what)| format!("{} row(s) {what}; first at line {}", t.rows, t.first_line))
            .collect()
    }
}

/// Bytes of a text (CSV, JSON, vCard), unpacked.
pub const FILE_BYTES_MAX: u64 = 8 << 30;
/// Bytes of a workbook file, packed.
pub const WORKBOOK_BYTES_MAX: u64 = 256 << 20;
/// Bytes of all parts of a workbook together, unpacked. Sheets are streamed, so this bounds time.
pub const WORKBOOK_UNPACKED_BYTES_MAX: u64 = 4 << 30;
/// Bytes of the workbook parts that are held in memory (shared strings, styles), unpacked; also of a
/// sheet in a format that cannot be streamed.
pub const WORKBOOK_HELD_BYTES_MAX: u64 = 256 << 20;
/// How many times larger than packed a workbook part over [`WORKBOOK_RATIO_FREE_BYTES`] may unpack.
/// Real sheets, which repeat themselves much, stay under 100.
pub const WORKBOOK_RATIO_MAX: u64 = 250;
/// A part that unpacks to less than this is never refused for its ratio.
pub const WORKBOOK_RATIO_FREE_BYTES: u64 = 16 << 20;
/// Parts in a workbook's archive.
pub const WORKBOOK_PARTS_MAX: usize = 10_000;
/// Cells of a sheet in a format that cannot be streamed (XLSB, ODS), repeats written out.
pub const WORKBOOK_HELD_CELLS_MAX: u64 = 10_000_000;
/// How many times larger than packed a `.gz` file, or a list in a `.zip`, over
/// [`UNPACKED_RATIO_FREE_BYTES`] may unpack. Real lists stay under 60.
pub const UNPACKED_RATIO_MAX: u64 = 250;
/// What unpacks to less than this is never refused for its ratio.
pub const UNPACKED_RATIO_FREE_BYTES: u64 = 16 << 20;
/// Bytes of one cell, as UTF-8.
pub const CELL_BYTES_MAX: usize = 1 << 20;
/// Bytes of one row or one JSON object, as in the file.
pub const ROW_BYTES_MAX: usize = 4 << 20;
/// Columns of a header, cells of a row.
pub const COLUMNS_MAX: usize = 2_000;
/// Data rows of a file.
pub const ROWS_MAX: u64 = 10_000_000;
/// Bytes looked at to find delimiter, encoding and header.
pub const SNIFF_BYTES_MAX: usize = 64 << 10;

/// The limits of one reading. The defaults are the constants of the same names.
#[derive(Debug, Clone)]
pub struct Limits {
    /// See [`FILE_BYTES_MAX`].
    pub file_bytes_max: u64,
    /// See [`WORKBOOK_BYTES_MAX`].
    pub workbook_bytes_max: u64,
    /// See [`WORKBOOK_UNPACKED_BYTES_MAX`].
    pub workbook_unpacked_bytes_max: u64,
    /// See [`WORKBOOK_HELD_BYTES_MAX`].
    pub workbook_held_bytes_max: u64,
    /// See [`WORKBOOK_HELD_CELLS_MAX`].
    pub workbook_held_cells_max: u64,
    /// See [`WORKBOOK_RATIO_MAX`].
    pub workbook_ratio_max: u64,
    /// See [`UNPACKED_RATIO_MAX`].
    pub unpacked_ratio_max: u64,
    /// See [`CELL_BYTES_MAX`].
    pub cell_bytes_max: usize,
    /// See [`ROW_BYTES_MAX`].
    pub row_bytes_max: usize,
    /// See [`COLUMNS_MAX`].
    pub columns_max: usize,
    /// See [`ROWS_MAX`].
    pub rows_max: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes_max: FILE_BYTES_MAX,
            workbook_bytes_max: WORKBOOK_BYTES_MAX,
            workbook_unpacked_bytes_max: WORKBOOK_UNPACKED_BYTES_MAX,
            workbook_held_bytes_max: WORKBOOK_HELD_BYTES_MAX,
            workbook_held_cells_max: WORKBOOK_HELD_CELLS_MAX,
            workbook_ratio_max: WORKBOOK_RATIO_MAX,
            unpacked_ratio_max: UNPACKED_RATIO_MAX,
            cell_bytes_max: CELL_BYTES_MAX,
            row_bytes_max: ROW_BYTES_MAX,
            columns_max: COLUMNS_MAX,
            rows_max: ROWS_MAX,
        }
    }
}

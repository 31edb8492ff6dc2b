/// What the first bytes say a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A ZIP archive, perhaps a workbook.
    Zip,
    /// A gzip file.
    Gzip,
    /// A compound file: an old workbook, or an encrypted new one.
    Compound,
    /// Something that is no table, with its article.
    Other(&'static str),
    /// Text, as far as one can see.
    Text,
}

/// Beginnings of files that are no tables.
const BEGINNINGS: &[(&[u8], &str)] = &[
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xFF\xD8\xFF", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"BZh", "a bzip2 archive (unpack it first)"),
    (b"\xFD7zXZ", "an xz archive (unpack it first)"),
    (b"\x28\xB5\x2F\xFD", "a zstd archive (unpack it first)"),
    (b"7z\xBC\xAF", "a 7z archive (unpack it first)"),
    (b"Rar!", "a RAR archive (unpack it first)"),
    (b"\x7FELF", "a program"),
    (b"MZ", "a Windows program"),
    (b"SQLite format 3", "an SQLite database"),
    (b"PAR1", "a Parquet file"),
    (b"{\\rtf", "an RTF document"),
    (b"OggS", "a sound file"),
    (b"ID3", "a sound file"),
    (b"RIFF", "a sound, image or video file"),
];

/// Beginnings of markup, compared without case, after white space.
const MARKUP: &[(&str, &str)] = &[
    (
        "<!doctype html",
        "a web page (some programs save those as .xls; open it and save it as .xlsx)",
    ),
    ("<html", "a web page (some programs save those as .xls; open it and save it as .xlsx)"),
    ("<table", "a web page (some programs save those as .xls; open it and save it as .xlsx)"),
    ("<?xml", "an XML document (open it in a spreadsheet program and save it as .xlsx)"),
];

/// Of 100 bytes, so many control characters make a file binary.
const CONTROL_PERCENT_MAX: usize = 5;

pub(crate) fn kind(sample: &[u8]) -> Kind {
    if sample.starts_with(b"PK\x03\x04") || sample.starts_with(b"PK\x05\x06") {
        return Kind::Zip;
    }
    if sample.starts_with(b"\x1F\x8B\x08") {
        return Kind::Gzip;
    }
    if sample.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return Kind::Compound;
    }
    // Two letters may well begin a list; a program has zero bytes soon after.
    let binary = sample.iter().take(512).any(|b| *b == 0);
    let found = BEGINNINGS.iter().find(|(start, _)| {
        sample.starts_with(start) && (start.len() > 3 || binary || !start.is_ascii())
    });
    if let Some((_, what)) = found {
        return Kind::Other(what);
    }
    let bare = sample.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(sample).trim_ascii_start();
    let head = String::from_utf8_lossy(bare.get(..16.min(bare.len())).unwrap_or_default());
    let head = head.to_ascii_lowercase();
    MARKUP
        .iter()
        .find(|(start, _)| head.starts_with(start))
        .map_or(Kind::Text, |(_, what)| Kind::Other(what))
}

/// Whether text of one byte a character holds so many control characters that it is no text.
pub(crate) fn is_binary(sample: &[u8]) -> bool {
    let control = |b: &&u8| matches!(**b, 0..=8 | 0x0E..=0x1A | 0x1C..=0x1F | 0x7F);
    let n = sample.iter().filter(control).count();
    n > 3 && n * 100 > sample.len() * CONTROL_PERCENT_MAX
}

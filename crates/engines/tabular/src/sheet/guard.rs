use std::fs::File;
use std::io::{BufReader, Read};
use std::sync::Arc;

use zip::ZipArchive;

use super::{damaged, repeats, too_many_cells};
use crate::ReadError;
use crate::limits::{Limits, WORKBOOK_PARTS_MAX, WORKBOOK_RATIO_FREE_BYTES};

/// The workbook formats that are ZIP archives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Workbook {
    Xlsx,
    Xlsb,
    Ods,
}

/// An archive that is no workbook where one was looked for.
const PLAIN_ARCHIVE: &str = "a ZIP archive in an archive (unpack it first)";

/// Looks into the archive before anything of it is held in memory: what kind it is, and that no part
/// unpacks to more than the limits allow. The directory may lie, so each part is unpacked into nothing
/// and counted, up to its limit.
pub(super) fn inspect(
    file: &mut File,
    name: &Arc<str>,
    limits: &Limits,
) -> Result<Workbook, ReadError> {
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|why| damaged(name, &why))?;
    if archive.len() > WORKBOOK_PARTS_MAX {
        return Err(ReadError::TooLarge {
            file: Arc::clone(name),
            found: format!("{} parts", archive.len()),
            limit: format!("{WORKBOOK_PARTS_MAX} parts"),
        });
    }
    let names: Vec<String> = archive
        .file_names()
        .filter_map(Result::ok)
        .map(|n| n.replace('\\', "/").to_lowercase())
        .collect();
    let kind =
        kind(&names).map_err(|kind| ReadError::NotATable { file: Arc::clone(name), kind })?;
    let mut total = 0;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(|why| match why {
            zip::result::ZipError::UnsupportedArchive(what) if what.contains("assword") => {
                ReadError::PasswordProtected { file: Arc::clone(name) }
            }
            why => damaged(name, &why),
        })?;
        let part_name =
            part.name().map_or_else(|_odd| format!("{}", index + 1), std::borrow::Cow::into_owned);
        let bomb = |detail: String| ReadError::ZipBomb {
            file: Arc::clone(name),
            part: part_name.clone(),
            detail,
        };
        let held = is_held(&part_name.to_lowercase(), kind);
        let most =
            if held { limits.workbook_held_bytes_max } else { limits.workbook_unpacked_bytes_max };
        let by_ratio = part.compressed_size().saturating_mul(limits.workbook_ratio_max);
        let allowed = most.min(by_ratio.max(WORKBOOK_RATIO_FREE_BYTES));
        let content = kind == Workbook::Ods && part_name.ends_with("content.xml");
        let size = if part.size() > allowed { part.size() } else { unpacked(&mut part, allowed) };
        if size > most {
            return Err(bomb(format!("more than {} MiB", most >> 20)));
        }
        if size > allowed {
            return Err(bomb(format!("more than {} times its size", limits.workbook_ratio_max)));
        }
        drop(part);
        if content {
            let part = archive.by_index(index).map_err(|why| damaged(name, &why))?;
            if repeats::cells(part.take(allowed)) > limits.workbook_held_cells_max {
                return Err(too_many_cells(name, limits));
            }
        }
        total += size;
        if total > limits.workbook_unpacked_bytes_max {
            return Err(bomb(format!(
                "with the others to more than {} MiB",
                limits.workbook_unpacked_bytes_max >> 20
            )));
        }
    }
    Ok(kind)
}

/// Unpacks into nothing; one byte over `allowed` is enough to know. A part that cannot be unpacked is
/// left to the format's reader, which may not need it.
fn unpacked(part: &mut impl Read, allowed: u64) -> u64 {
    let mut buf = vec![0; 64 << 10];
    let mut size = 0;
    while size <= allowed {
        match part.read(&mut buf) {
            Ok(0) | Err(_) => break,
            Ok(n) => size += u64::try_from(n).unwrap_or(u64::MAX),
        }
    }
    size
}

/// Whether the reader holds the part in memory: all but the sheets of an XLSX, and pictures, which no
/// reader touches.
fn is_held(part: &str, kind: Workbook) -> bool {
    let sheet = kind == Workbook::Xlsx && part.contains("worksheets/");
    !sheet && !part.contains("media/") && !part.contains("pictures/")
}

fn kind(names: &[String]) -> Result<Workbook, &'static str> {
    let has = |end: &str| names.iter().any(|n| n.ends_with(end));
    let under = |start: &str| names.iter().any(|n| n.trim_start_matches('/').starts_with(start));
    if has("workbook.bin") {
        Ok(Workbook::Xlsb)
    } else if has("workbook.xml") || under("xl/") {
        Ok(Workbook::Xlsx)
    } else if has("content.xml") {
        Ok(Workbook::Ods)
    } else if under("word/") {
        Err("a Word document")
    } else if under("ppt/") {
        Err("a PowerPoint presentation")
    } else if has("[content_types].xml") {
        Ok(Workbook::Xlsx)
    } else {
        Err(PLAIN_ARCHIVE)
    }
}

/// Whether these names, in lower case, are the parts of an Office document.
pub(super) fn is_package(names: &[String]) -> bool {
    kind(names) != Err(PLAIN_ARCHIVE)
}

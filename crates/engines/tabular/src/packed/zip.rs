use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

use ::zip::{CompressionMethod, ZipArchive};

use super::bounded::Bounded;
use super::member::Member;
use super::{Unpacked, ending};
use crate::ReadError;
use crate::limits::{Limits, WORKBOOK_PARTS_MAX};

/// Endings of files that may be lists.
const LIST_ENDINGS: [&str; 14] = [
    "csv", "tsv", "tab", "txt", "json", "jsonl", "ndjson", "geojson", "xlsx", "xlsm", "xls",
    "xlsb", "ods", "vcf",
];

/// Where a member lies in its archive, and what it unpacks to.
pub(super) struct Place {
    pub(super) packed_bytes: u64,
    pub(super) bytes: u64,
    pub(super) crc: u32,
    pub(super) deflated: bool,
}

/// A ZIP archive.
pub(crate) struct Archive {
    zip: ZipArchive<File>,
    /// Names of its files, in its order.
    pub(crate) names: Vec<String>,
}

impl Archive {
    /// `None` if the directory at its end cannot be read.
    pub(crate) fn read(file: File) -> Option<Self> {
        let zip = ZipArchive::new(file).ok()?;
        let of = |at: usize| Some(zip.name_for_index(at)?.map(Cow::into_owned).unwrap_or_default());
        let names = (0..zip.len().min(WORKBOOK_PARTS_MAX)).map_while(of).collect();
        Some(Self { zip, names })
    }

    /// The only list in the archive, or the one called `wanted` (`contacts.csv`, or `leads.xlsx/Sheet2` for
    /// a sheet of a workbook in it). With one list, `wanted` may be a sheet of it.
    pub(crate) fn choose(
        self,
        name: &Arc<str>,
        wanted: Option<&str>,
        limits: &Limits,
    ) -> Result<Unpacked, ReadError> {
        let lists: Vec<usize> = (0..self.names.len())
            .filter(|at| self.names.get(*at).is_some_and(|n| is_list(n)))
            .collect();
        let names = |lists: &[usize]| {
            let named: Vec<&str> =
                lists.iter().filter_map(|at| self.names.get(*at)).map(String::as_str).collect();
            named.join(", ")
        };
        let asked = wanted.and_then(|wanted| {
            lists.iter().find_map(|at| Some((*at, behind(self.names.get(*at)?, wanted)?)))
        });
        let (at, sheet) = match (asked, lists.as_slice()) {
            (Some((at, rest)), _) => (at, rest.strip_prefix('/').map(str::to_owned)),
            (None, [only]) => (*only, wanted.map(str::to_owned)),
            (None, []) => {
                return Err(ReadError::NotATable {
                    file: Arc::clone(name),
                    kind: "a ZIP archive without a list in it",
                });
            }
            (None, several) => {
                let problem = match wanted {
                    Some(wanted) => format!("the archive holds no list {wanted:?}"),
                    None => "the archive holds several lists; name one of them".to_owned(),
                };
                let lists = names(several);
                return Err(ReadError::NoSuchList { file: Arc::clone(name), problem, lists });
            }
        };
        self.open(at, name, sheet, limits)
    }

    fn open(
        mut self,
        at: usize,
        name: &Arc<str>,
        sheet: Option<String>,
        limits: &Limits,
    ) -> Result<Unpacked, ReadError> {
        let member = self.names.get(at).cloned().unwrap_or_default();
        let name: Arc<str> = format!("{name} ({member})").into();
        let damaged = |reason: String| ReadError::DamagedArchive {
            file: Arc::clone(&name),
            line: None,
            reason,
        };
        let (place, start) = {
            let raw = self.zip.by_index_raw(at).map_err(|why| damaged(why.to_string()))?;
            let deflated = match raw.compression() {
                _ if raw.encrypted() => {
                    return Err(ReadError::PasswordProtected { file: Arc::clone(&name) });
                }
                CompressionMethod::Stored => false,
                CompressionMethod::Deflated => true,
                other => {
                    let how = format!("it is packed by {other}; pack it again as an ordinary ZIP");
                    return Err(damaged(how));
                }
            };
            let start = raw.data_start().ok_or_else(|| damaged("it has no content".to_owned()))?;
            let (packed_bytes, bytes, crc) = (raw.compressed_size(), raw.size(), raw.crc32());
            (Place { packed_bytes, bytes, crc, deflated }, start)
        };
        let io = |why| ReadError::of_io(&name, None, why);
        let mut file = self.zip.into_inner();
        file.seek(SeekFrom::Start(start)).map_err(io)?;
        let packed_bytes = place.packed_bytes;
        let source = Bounded::new(Member::new(file, &place), packed_bytes, limits);
        Ok(Unpacked { ending: ending(&member), source: Box::new(source), sheet, name })
    }
}

/// Puts what must be read out of order into a file without a name; also its length. `head` was already taken
/// from the source.
pub(crate) fn spill(
    head: &[u8],
    source: &mut dyn Read,
    name: &Arc<str>,
    limit_bytes: u64,
) -> Result<(File, u64), ReadError> {
    let io = |why| ReadError::of_io(name, None, why);
    let mut file = tempfile::tempfile().map_err(io)?;
    let mut whole = head.chain(source).take(limit_bytes.saturating_add(1));
    let bytes = io::copy(&mut whole, &mut file).map_err(io)?;
    if bytes > limit_bytes {
        return Err(ReadError::too_large(name, bytes, limit_bytes));
    }
    file.seek(SeekFrom::Start(0)).map_err(io)?;
    Ok((file, bytes))
}

/// Whether a member is a list by its name; not what systems leave in archives beside it.
fn is_list(member: &str) -> bool {
    let hidden = member.split('/').any(|part| part.starts_with('.') || part == "__MACOSX");
    !hidden && LIST_ENDINGS.contains(&ending(member).as_str())
}

/// What stands behind the member's path, or its last part, in `wanted`: nothing, or `/` and a sheet.
fn behind<'a>(member: &str, wanted: &'a str) -> Option<&'a str> {
    let base = member.rsplit('/').next().unwrap_or(member);
    [member, base].into_iter().find_map(|known| {
        let (head, rest) = wanted.split_at_checked(known.len())?;
        let ends = rest.is_empty() || rest.starts_with('/');
        (ends && head.eq_ignore_ascii_case(known)).then_some(rest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_named() {
        assert_eq!(behind("a/Leads.csv", "leads.csv"), Some(""));
        assert_eq!(behind("a/Leads.csv", "a/leads.csv"), Some(""));
        assert_eq!(behind("b.xlsx", "b.xlsx/Two"), Some("/Two"));
        assert_eq!(behind("b.xlsx", "b.xlsxx"), None);
        assert_eq!(behind("b.xlsx", "Two"), None);
        for (name, list) in [
            ("Leads.CSV", true),
            ("a/b.vcf", true),
            ("__MACOSX/._Leads.csv", false),
            (".hidden.csv", false),
            ("readme.md", false),
            ("folder/", false),
        ] {
            assert_eq!(is_list(name), list, "{name}");
        }
    }
}

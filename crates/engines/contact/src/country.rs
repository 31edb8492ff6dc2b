//! Names of countries: text sorted by bytes, one name a line, searched where it lies.

use std::cmp::Ordering;

use crate::fold;

/// Folded name, space, code. Made by `scripts/refresh-lists` of engine `verify`, whose `data/LICENSES.md`
/// names the sources.
static COUNTRY: &[u8] = include_bytes!("../data/country.txt");
/// Names in scripts that do not fold, as the countries write them.
const NATIVE: [(&str, &str); 20] = [
    ("中国", "CN"),
    ("中國", "CN"),
    ("日本", "JP"),
    ("日本国", "JP"),
    ("대한민국", "KR"),
    ("한국", "KR"),
    ("台灣", "TW"),
    ("台湾", "TW"),
    ("香港", "HK"),
    ("россия", "RU"),
    ("україна", "UA"),
    ("беларусь", "BY"),
    ("казахстан", "KZ"),
    ("българия", "BG"),
    ("србија", "RS"),
    ("ελλάδα", "GR"),
    ("κύπρος", "CY"),
    ("भारत", "IN"),
    ("ประเทศไทย", "TH"),
    ("ישראל", "IL"),
];

/// The ISO 3166-1 alpha-2 code for a country as people write it: `DE`, `deu`, `Germany`, `Deutschland`,
/// `U.K.`, `中国`. None for texts that name no country.
pub fn country_code(text: &str) -> Option<&'static str> {
    // "n/a" folds to Namibia's code.
    if text.contains('/') {
        return None;
    }
    let folded = fold(text);
    if folded.is_empty() {
        let lower = text.trim().to_lowercase();
        return NATIVE.iter().find(|(name, _)| *name == lower).map(|(_, code)| *code);
    }
    code_of(&folded)
}

fn code_of(folded: &str) -> Option<&'static str> {
    let name = |line: &'static [u8]| line.split(|&b| b == b' ').next().unwrap_or_default();
    let line = search(COUNTRY, |line| name(line).cmp(folded.as_bytes()))?;
    let code = line.rsplit(|&b| b == b' ').next()?;
    std::str::from_utf8(code).ok()
}

/// Binary search over sorted lines; `compare` says how a line stands to what is looked for.
fn search<'l>(list: &'l [u8], compare: impl Fn(&'l [u8]) -> Ordering) -> Option<&'l [u8]> {
    let (mut low, mut high) = (0_usize, list.len());
    while low < high {
        let middle = low.midpoint(high);
        let start = line_start(list, low, middle);
        let line = line_at(list, start);
        match compare(line) {
            Ordering::Equal => return Some(line),
            Ordering::Less => low = start.saturating_add(line.len()).saturating_add(1),
            Ordering::Greater => high = start,
        }
    }
    None
}

/// Where the line that holds byte `at` begins; no line begins before `low`.
fn line_start(list: &[u8], low: usize, at: usize) -> usize {
    let before = list.get(low..at).unwrap_or_default();
    before
        .iter()
        .rposition(|&b| b == b'\n')
        .map_or(low, |newline| low.saturating_add(newline).saturating_add(1))
}

/// The line that begins at `start`, without its end.
fn line_at(list: &[u8], start: usize) -> &[u8] {
    let rest = list.get(start..).unwrap_or_default();
    let end = rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_found() {
        let text = std::str::from_utf8(COUNTRY).unwrap();
        assert!(text.lines().is_sorted() && text.ends_with('\n'));
        for line in text.lines() {
            let (name, code) = line.split_once(' ').unwrap();
            assert_eq!(code_of(name), Some(code), "{line}");
            assert_eq!(code_of(&format!("{name}~")), None, "{line}");
        }
    }

    #[test]
    fn countries() {
        for (name, code) in [
            ("Germany", "DE"),
            ("DEU", "DE"),
            ("us", "US"),
            ("United Kingdom", "GB"),
            ("U.K.", "GB"),
            ("中国", "CN"),
            (" Россия", "RU"),
        ] {
            assert_eq!(country_code(name), Some(code), "{name}");
        }
        for name in ["", "n/a", "Atlantis", "東京"] {
            assert_eq!(country_code(name), None, "{name}");
        }
    }
}

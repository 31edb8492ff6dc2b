//! Phone numbers: a public list, and agreement with PyPI `phonenumbers` over every region.

use std::collections::BTreeMap;

use captely_contact::PhoneType;
use captely_verify::{PhoneOrigin, PhoneVerdict, phone};

use crate::corpora::shared;

/// Written by scripts/phone-corpus.
const CORPUS: &str = include_str!("../data/phones.tsv");
/// Of 1,000 questions, how many may be answered otherwise. Each difference has its reason in
/// docs/verification/phones.md.
const DIFFERENT_PER_MILLE_MAX: usize = 1;

#[test]
fn phones_of_the_us_leads() {
    let Some(text) = shared("leads-us500/us-500.csv") else { return };
    let mut all = 0;
    let mut whole = 0;
    let mut valid = 0;
    for line in text.lines().skip(1) {
        let numbers = line.split(',').filter(|cell| {
            let cell = cell.trim_matches('"');
            cell.len() == 12 && cell.bytes().filter(|b| *b == b'-').count() == 2
        });
        for number in numbers {
            all += 1;
            let got = phone(number.trim_matches('"'), Some("US"));
            whole += usize::from(got.e164.is_some());
            valid += usize::from(got.valid);
            if got.valid {
                assert_eq!(got.country.as_deref(), Some("US"), "{number}");
                assert!(
                    matches!(got.kind, PhoneType::FixedOrMobile | PhoneType::TollFree),
                    "{number}"
                );
            } else {
                println!("{number}: {}", got.reason);
            }
        }
    }
    println!("us-500: {all} numbers, {whole} whole, {valid} valid");
    assert!(all >= 990 && whole * 100 >= all * 99 && valid * 100 >= all * 95);
}

/// What `phonenumbers` says of one text.
struct Expected<'t> {
    text: &'t str,
    home: &'t str,
    error: &'t str,
    possible: bool,
    valid: bool,
    kind: &'t str,
    e164: &'t str,
    region: &'t str,
    extension: &'t str,
    carrier: &'t str,
    place: &'t str,
    zones: &'t str,
}

impl<'t> Expected<'t> {
    fn of(line: &'t str) -> Self {
        let columns: Vec<&str> = line.split('\t').collect();
        let [
            text,
            home,
            error,
            possible,
            valid,
            kind,
            e164,
            region,
            extension,
            carrier,
            place,
            zones,
        ] = columns[..]
        else {
            panic!("12 columns: {line}");
        };
        let (possible, valid) = (possible == "is_possible", valid == "1");
        Self {
            text,
            home,
            error,
            possible,
            valid,
            kind,
            e164,
            region,
            extension,
            carrier,
            place,
            zones,
        }
    }

    /// Questions that are answered otherwise.
    fn differences(&self, got: &PhoneVerdict) -> Vec<&'static str> {
        let e164 = got.e164.as_ref().map_or("", |e164| e164.as_str());
        let mut all = vec![
            ("readable", got.calling_code.is_some() == self.error.is_empty()),
            ("valid", got.valid == self.valid),
            ("possible", got.possible == self.possible),
        ];
        if self.valid {
            let origin = got.origin();
            all.extend([
                ("type", kind(got.kind) == self.kind),
                ("E.164", e164 == self.e164),
                ("region", got.country.as_deref().unwrap_or("001") == self.region),
                ("extension", got.extension.as_deref().unwrap_or("") == self.extension),
                ("carrier", origin.carrier.unwrap_or("") == self.carrier),
                ("place", self.is_place(&origin)),
                ("time zones", origin.time_zones.join(" ") == self.zones),
            ]);
        }
        all.into_iter().filter(|(_, same)| !same).map(|(what, _)| what).collect()
    }

    /// Where only the country is known, `phonenumbers` names it as the place.
    fn is_place(&self, origin: &PhoneOrigin) -> bool {
        let place = origin.place.unwrap_or("");
        self.place == place
            || self
                .place
                .strip_prefix('=')
                .is_some_and(|country| place.is_empty() || place == country)
    }
}

/// The words of `phonenumbers`.
fn kind(kind: PhoneType) -> &'static str {
    match kind {
        PhoneType::Fixed => "fixed_line",
        PhoneType::FixedOrMobile => "fixed_line_or_mobile",
        PhoneType::Premium => "premium_rate",
        PhoneType::Personal => "personal_number",
        other => other.as_str(),
    }
}

/// Numbers that are placeholders to us, such as +44 901 234 5678, are counted apart: they are valid by
/// the plan. `CAPTELY_PHONE_CORPUS` names another corpus, such as one of many rounds.
#[test]
fn phone_corpus_of_every_region() {
    let big = std::env::var("CAPTELY_PHONE_CORPUS").ok();
    let big = big.map(|path| std::fs::read_to_string(path).unwrap());
    let text = big.as_deref().unwrap_or(CORPUS);
    let (mut numbers, mut valid, mut differing, mut placeholders) = (0, 0, 0, 0);
    let mut by_question: BTreeMap<&str, usize> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let expected = Expected::of(line);
        let home = Some(expected.home).filter(|home| !home.is_empty());
        let got = phone(expected.text, home);
        numbers += 1;
        if got.code == "junk" {
            placeholders += 1;
            continue;
        }
        valid += usize::from(expected.valid);
        let differences = expected.differences(&got);
        differing += usize::from(!differences.is_empty());
        if !differences.is_empty() {
            println!("{differences:?} {line}\n    {got:?} {:?}", got.origin());
        }
        for what in differences {
            *by_question.entry(what).or_default() += 1;
        }
    }
    println!(
        "{numbers} numbers, {valid} valid, {placeholders} placeholders; {differing} differ: {by_question:?}"
    );
    assert!(numbers >= 4_000 && valid >= 2_000, "{numbers}, {valid}");
    // Google's examples are such numbers more often than others are.
    assert!(placeholders * 100 <= numbers, "{placeholders}");
    for (question, count) in by_question {
        let of =
            if matches!(question, "readable" | "valid" | "possible") { numbers } else { valid };
        assert!(count * 1_000 <= of * DIFFERENT_PER_MILLE_MAX, "{question}: {count} of {of}");
    }
}

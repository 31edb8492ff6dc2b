//! Public sets of labelled addresses. Every difference stands in a table here and, with its reason, in
//! docs/verification/addresses.md; a test fails when one goes or comes.

use std::collections::BTreeMap;
use std::path::PathBuf;

use captely_contact::EmailAddress;
use captely_verify::{is_special_use, repair, strict_syntax, suggestion, syntax};
use serde_json::Value;

/// A file of the shared material, or a line that says that it is missing.
pub(crate) fn shared(path: &str) -> Option<String> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data").join(path);
    let text = std::fs::read_to_string(&file).ok();
    if text.is_none() {
        println!("skipped: {path} is not there");
    }
    text
}

/// What differs from a set's label, and the words of the document that explain it.
type Differences = [(&'static str, &'static str)];

/// is_email's: valid there and not taken here, or in error there and taken here.
const IS_EMAIL: &Differences = &[("test@io", "a top-level domain alone")];
/// Of each category of is_email, how many are taken here, of how many.
const IS_EMAIL_TAKEN: &[(&str, u32, u32)] = &[
    ("ISEMAIL_CFWS", 0, 10),
    ("ISEMAIL_DEPREC", 0, 20),
    ("ISEMAIL_DNSWARN", 5, 8),
    ("ISEMAIL_ERR", 0, 66),
    ("ISEMAIL_RFC5321", 0, 16),
    ("ISEMAIL_RFC5322", 0, 30),
    ("ISEMAIL_VALID_CATEGORY", 13, 14),
];
/// python-email-validator's, by its default settings.
const PYTHON: &Differences = &[];
/// Mailcheck's, whose caller of the tests says which domains it knows.
const MAILCHECK: &Differences = &[("test@emaildomain.co", "a real top-level domain is not a slip")];

#[track_caller]
fn check_differences(got: &BTreeMap<String, String>, listed: &Differences) {
    let document = include_str!("../../../../../docs/verification/addresses.md");
    let document = document.split_whitespace().collect::<Vec<_>>().join(" ");
    let names: Vec<_> = got.keys().map(String::as_str).collect();
    let mut expected: Vec<_> = listed.iter().map(|(address, _)| *address).collect();
    expected.sort_unstable();
    assert_eq!(names, expected, "{got:#?}");
    for (address, why) in listed {
        assert!(document.contains(why), "the document does not explain {address:?}: {why}");
    }
}

#[test]
fn is_email_set() {
    let Some(text) = shared("email-isemail/test/tests.xml") else { return };
    let mut differences = BTreeMap::new();
    let mut counts = BTreeMap::<String, (u32, u32)>::new();
    for case in text.split("<test id=").skip(1) {
        let field = |tag: &str| {
            let (_, rest) = case.split_once(&format!("<{tag}>"))?;
            rest.split_once(&format!("</{tag}>")).map(|(inside, _)| unescape(inside))
        };
        let address = field("address").unwrap_or_default();
        let category = field("category").unwrap();
        let got = strict_syntax(&address);
        let differs = match category.as_str() {
            "ISEMAIL_ERR" => got.is_ok(),
            "ISEMAIL_VALID_CATEGORY" => got.is_err(),
            _ => false, // obsolete forms, comments, DNS warnings: by our policy
        };
        let (taken, all) = counts.entry(category.clone()).or_default();
        *taken += u32::from(got.is_ok());
        *all += 1;
        if differs {
            differences.insert(address, format!("{category}: here {got:?}"));
        }
    }
    let counts: Vec<_> =
        counts.iter().map(|(c, (taken, all))| (c.as_str(), *taken, *all)).collect();
    assert_eq!(counts, IS_EMAIL_TAKEN);
    check_differences(&differences, IS_EMAIL);
}

/// XML entities; control characters are written as pictures from U+2400 on.
fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        let (entity, after) = after.split_once(';').unwrap();
        out.push_str(before);
        out.push(match entity {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "quot" => '"',
            "apos" => '\'',
            number => {
                let number = number.strip_prefix("#x").unwrap();
                char::from_u32(u32::from_str_radix(number, 16).unwrap()).unwrap()
            }
        });
        rest = after;
    }
    out.push_str(rest);
    out.chars()
        .map(|c| match u32::from(c) {
            picture @ 0x2400..=0x241f => char::from_u32(picture - 0x2400).unwrap(),
            _ => c,
        })
        .collect()
}

/// Whether an address of the set is taken there, by group and label; `None` for a case about an
/// option that we do not have.
fn taken_in_python(group: &str, values: &Value) -> Option<bool> {
    match group {
        // Names in quotes and display names are taken there with an option alone; here never.
        "test_email_valid" | "test_email_valid_intl_local_part" => {
            let address = values[0].as_str().unwrap();
            Some(!address.starts_with('"') && values[1]["display_name"].is_null())
        }
        "test_pyisemail_tests" => Some(values[1] == "ISEMAIL_VALID"),
        "test_email_invalid_syntax"
        | "test_email_invalid_syntax_strict"
        | "test_email_invalid_reserved_domain"
        | "test_email_unsafe_character"
        | "test_email_valid_only_if_quoted_local_part" => Some(false),
        "test_email_invalid_character_smtputf8_off" => None,
        group => panic!("the set has a new group: {group}"),
    }
}

#[test]
fn python_email_validator_set() {
    let Some(text) = shared("email-python-email-validator/cases.json") else { return };
    // One case is half a surrogate pair, which no Rust string can hold.
    let text = text.replace("\"\\ud800\"", "\"\"");
    let cases: Vec<Value> = serde_json::from_str(&text).unwrap();
    let mut differences = BTreeMap::new();
    let (mut all, mut forms) = (0_usize, 0);
    for case in &cases {
        let group = case["group"].as_str().unwrap();
        let values =
            if case["values"][0].is_array() { &case["values"][0] } else { &case["values"] };
        let Some(taken) = taken_in_python(group, values) else { continue };
        let mut address = values[0].as_str().unwrap().to_owned();
        if group == "test_email_unsafe_character" {
            address.push_str("@example.com");
        }
        all += 1;
        let got = strict_syntax(&address);
        let ours = got.as_ref().is_ok_and(|email| !is_special_use(&email.domain().unwrap(), false));
        let same_form = match (&got, values[1]["normalized"].as_str()) {
            (Ok(email), Some(_)) => {
                forms += 1;
                email.as_str() == normal_form(&values[1])
            }
            _ => true,
        };
        if ours != taken || !same_form {
            differences.insert(address, format!("{group}: taken {taken}, here {got:?}"));
        }
    }
    println!(
        "python-email-validator: {} of {all} agree, {forms} normal forms",
        all - differences.len()
    );
    assert!(all >= 280 && forms >= 19 && differences.len() * 100 <= all, "{differences:#?}");
    check_differences(&differences, PYTHON);
}

#[test]
fn only_blanks_around_an_address_are_forgiven() {
    let Some(text) = shared("email-python-email-validator/cases.json") else { return };
    let text = text.replace("\"\\ud800\"", "\"\"");
    let cases: Vec<Value> = serde_json::from_str(&text).unwrap();
    for case in &cases {
        let value = &case["values"][0];
        let cell = value.as_str().or_else(|| value[0].as_str()).unwrap();
        let bare = cell.trim_matches([' ', '\t', '\r', '\n']);
        assert_eq!(syntax(cell), strict_syntax(bare), "{cell:?}");
        assert!(bare == cell || strict_syntax(cell).is_err(), "{cell:?}");
    }
}

/// Their local part in lower case and their domain in ASCII, as our normal form has them.
fn normal_form(expected: &Value) -> String {
    let part = |name: &str| expected[name].as_str().unwrap();
    format!("{}@{}", part("local_part").to_lowercase(), part("ascii_domain"))
}

#[test]
fn mailcheck_set() {
    let Some(text) = shared("email-mailcheck/cases.json") else { return };
    let cases: Vec<Value> = serde_json::from_str(&text).unwrap();
    let mut differences = BTreeMap::new();
    for case in &cases {
        let input = case["input"].as_str().unwrap();
        let got = syntax(input).map_or_else(|_bad| repair(input), |email| suggestion(&email));
        let got = got.as_ref().map(EmailAddress::domain_str);
        if got != case["expected"].as_str() {
            differences.insert(input.to_owned(), format!("{got:?}"));
        }
    }
    assert!(cases.len() >= 12);
    check_differences(&differences, MAILCHECK);
}

/// Names that companies really have: none is "corrected", under whichever top-level domain.
#[test]
fn companies_are_never_corrected() {
    let Some(text) = shared("companies-sp500/data/constituents.csv") else { return };
    let mut names = 0;
    for line in text.lines().skip(1) {
        let name = line.split(',').nth(1).unwrap();
        let words: Vec<String> = name
            .split([' ', '(', '.'])
            .map(|word| word.chars().filter(char::is_ascii_alphanumeric).collect::<String>())
            .filter(|word| !word.is_empty())
            .collect();
        for label in [words[0].to_lowercase(), words.concat().to_lowercase()] {
            for top in ["com", "net", "org", "io", "co", "de", "co.uk", "fr"] {
                let email: EmailAddress = format!("ada@{label}.{top}").parse().unwrap();
                assert_eq!(suggestion(&email), None, "{name}");
                names += 1;
            }
        }
    }
    assert!(names > 7_000, "{names}");
}

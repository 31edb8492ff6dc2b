//! Public sets of labelled addresses. The floors are what was reached; they may only rise.

use std::path::PathBuf;

use captely_verify::{AddressError, syntax};
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

/// By our policy legal and yet not checked: neither a yes nor a no.
fn is_oddity(why: AddressError) -> bool {
    matches!(why, AddressError::Quoted | AddressError::AddressLiteral)
}

#[test]
fn is_email_set() {
    let Some(text) = shared("email-isemail/test/tests.xml") else { return };
    let (mut errors, mut errors_refused, mut valid, mut valid_taken) = (0, 0, 0, 0);
    for case in text.split("<test id=").skip(1) {
        let field = |tag: &str| {
            let (_, rest) = case.split_once(&format!("<{tag}>"))?;
            rest.split_once(&format!("</{tag}>")).map(|(inside, _)| unescape(inside))
        };
        let address = field("address").unwrap_or_default();
        let category = field("category").unwrap();
        let got = syntax(&address);
        match category.as_str() {
            "ISEMAIL_ERR" => {
                errors += 1;
                let refused = got.is_err() || address.trim() != address;
                errors_refused += usize::from(refused);
                assert!(refused, "taken, yet in error: {address:?}");
            }
            "ISEMAIL_VALID_CATEGORY" => {
                valid += 1;
                let taken = got.is_ok() || got.as_ref().is_err_and(|why| is_oddity(*why));
                valid_taken += usize::from(taken);
                if !taken {
                    println!("valid by is_email, refused here: {address:?}: {got:?}");
                }
            }
            _ => {}
        }
    }
    println!(
        "is_email: {errors_refused} of {errors} errors refused, {valid_taken} of {valid} valid taken"
    );
    // The one refused is test@io: a top-level domain alone is no company's.
    assert!(errors >= 60 && valid >= 14 && valid_taken + 1 >= valid);
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

#[test]
fn python_email_validator_set() {
    let Some(text) = shared("email-python-email-validator/cases.json") else { return };
    // One case is half a surrogate pair, which no Rust string can hold.
    let text = text.replace("\"\\ud800\"", "\"\"");
    let cases: Vec<Value> = serde_json::from_str(&text).unwrap();
    let (mut agreed, mut by_policy, mut all) = (0, 0, 0);
    for case in &cases {
        let values = &case["values"];
        let (address, wants_ok) = match case["group"].as_str().unwrap() {
            "test_email_valid" | "test_email_valid_intl_local_part" => {
                (values[0].as_str().unwrap(), true)
            }
            "test_email_invalid_syntax" | "test_email_invalid_syntax_strict" => {
                (values[0].as_str().unwrap(), false)
            }
            _ => continue,
        };
        all += 1;
        let got = syntax(address);
        // Ours: names in quotes are set aside, display names are the importer's business, and white
        // space around a cell of a list is nobody's fault.
        let quoted = address.contains('"') || address.contains('<');
        if got.is_ok() == wants_ok {
            agreed += 1;
        } else if (wants_ok && quoted) || (!wants_ok && address.trim() != address) {
            by_policy += 1;
        } else {
            println!(
                "{} there: {address:?}: here {got:?}",
                if wants_ok { "valid" } else { "invalid" }
            );
        }
    }
    println!("python-email-validator: {agreed} of {all} agreed, {by_policy} differ by policy");
    assert!(all > 100 && (agreed + by_policy) * 100 >= all * 99, "{agreed} of {all}");
}

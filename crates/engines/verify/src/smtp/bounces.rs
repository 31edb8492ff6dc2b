//! The classifier against the bounce rules that operators of the KumoMTA mail server share (Apache-2.0;
//! test data, not shipped). Each rule is a pattern; a text that it describes is made and classified.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::strategy::{Strategy, ValueTree};
use proptest::string::string_regex;
use proptest::test_runner::TestRunner;

use super::classify::{Meaning, classify};
use super::reply::{Line, Reply};

/// The rules of a file, as class and pattern.
fn rules(name: &str) -> Option<Vec<(String, String)>> {
    let file = format!("../../../../shared/data/bounce-kumomta/assets/{name}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: {} is not there", path.display());
        return None;
    };
    let mut class = String::new();
    let mut found = Vec::new();
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_suffix(" = [") {
            name.clone_into(&mut class);
        } else if let Some((pattern, _)) = line.strip_prefix('"').and_then(|l| l.rsplit_once('"')) {
            // A comment behind the pattern may hold quotes of its own.
            let pattern = pattern.split("\", #").next().unwrap_or_default();
            found.push((class.clone(), pattern.replace("\\\\", "\\")));
        }
    }
    Some(found)
}

/// A reply that the pattern describes.
fn example(pattern: &str) -> Option<Reply> {
    let mut plain = pattern.trim_start_matches('^').trim_end_matches('$').to_owned();
    // Codes become permanent ones, any text a harmless letter, a dot at the end of a sentence a dot.
    for (of, to) in [
        (r"[45]\d{2}", "550"),
        (r"5\d{2}", "550"),
        (r"\d{3}", "550"),
        (r"\d+", "[0-9]"),
        (r"[45]\.", r"5\."),
        (".+", " x "),
        (".*", " "),
    ] {
        plain = plain.replace(of, to);
    }
    let mut runner = TestRunner::deterministic();
    let text = string_regex(&plain).ok()?.new_tree(&mut runner).ok()?.current();
    let has_code = text.get(..3).is_some_and(|code| code.bytes().all(|b| b.is_ascii_digit()));
    let text = if has_code { text } else { format!("550 {text}") };
    let mut reply = Reply::default();
    matches!(reply.push(text.as_bytes()), Ok(Line::Last)).then_some(reply)
}

const fn word(meaning: Meaning) -> &'static str {
    match meaning {
        Meaning::Accepted => "accepted",
        Meaning::Absent { clear: true } => "absent",
        Meaning::Absent { clear: false } => "absent?",
        Meaning::Full => "full",
        Meaning::Disabled => "disabled",
        Meaning::TooManyRecipients => "too many",
        Meaning::Greylisted(_) => "greylisted",
        Meaning::Temporary(_) => "temporary",
        Meaning::SenderBlocked => "sender",
        Meaning::Policy => "policy",
        Meaning::RelayDenied => "relay",
        Meaning::Protocol => "protocol",
    }
}

/// What a class of theirs may mean to us. A refusal for the recipient's sake only where they say so
/// too; the other way round, caution costs an `unknown`.
fn expected(class: &str) -> &'static [&'static str] {
    match class {
        "InvalidRecipient" | "BadDomain" => {
            &["absent", "absent?", "temporary", "policy", "sender", "relay"]
        }
        "InactiveMailbox" => &["disabled", "absent", "full", "policy"],
        "QuotaIssues" => &["full", "temporary"],
        // Exim says "Unrouteable address" of a local part that it does not know.
        "RoutingErrors" => &["relay", "policy", "sender", "absent"],
        _ => &["sender", "policy", "temporary", "protocol", "too many", "greylisted"],
    }
}

#[test]
fn rules_of_others_are_read_alike() {
    let mut table: BTreeMap<String, BTreeMap<&str, u32>> = BTreeMap::new();
    for file in ["bounce_classifier/iana.toml", "community/bounces.toml"] {
        let Some(rules) = rules(file) else { return };
        for (class, pattern) in rules {
            let Some(reply) = example(&pattern) else { panic!("no reply is made of {pattern}") };
            let meaning = word(classify(&reply, "ada@acme.com"));
            assert!(expected(&class).contains(&meaning), "{class} as {meaning}: {reply}");
            *table.entry(class).or_default().entry(meaning).or_default() += 1;
        }
    }
    println!("{table:#?}");
    let count = |class: &str, words: &[&str]| -> u32 {
        words.iter().filter_map(|word| table.get(class)?.get(word)).sum()
    };
    let all: u32 = table.values().flat_map(BTreeMap::values).sum();
    assert!(all > 100, "{all} rules");
    let absent = count("InvalidRecipient", &["absent", "absent?"]);
    let named = count("InvalidRecipient", expected("InvalidRecipient"));
    assert!(absent * 100 >= named * 90, "{absent} of {named} absent");
}

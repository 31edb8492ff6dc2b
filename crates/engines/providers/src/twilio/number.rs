//! Twilio's answer about a number in our words.

use captely_contact::{Credits, PhoneType};
use serde_json::Value;

use crate::{CheckedPhone, LineStatus, json};

/// What is known of a text that Twilio takes for no number at all.
pub(super) fn none() -> CheckedPhone {
    CheckedPhone {
        valid: false,
        kind: PhoneType::Unknown,
        carrier: None,
        country: None,
        line: LineStatus::NotAsked,
        said: "no phone number".to_owned(),
        charged: Credits::ZERO,
    }
}

/// The finding in an answer, with words that are still to be cleaned; `None` where it does not say whether the number is valid.
pub(super) fn read(body: &Value, network_asked: bool) -> Option<CheckedPhone> {
    if !json::flag(body, "valid")? {
        let errors = json::list(body, "validation_errors").iter().filter_map(Value::as_str);
        let errors: Vec<&str> = errors.collect();
        let said = format!("valid=false errors={}", errors.join(","));
        return Some(CheckedPhone { said, ..none() });
    }
    let package = |name: &str| body.get(name).filter(|package| package.is_object());
    let (kind, network) = (package("line_type_intelligence"), package("line_status"));
    let said = [
        "valid=true",
        &package_said("type", kind, "type"),
        &package_said("line_status", network, "status"),
    ]
    .concat();
    let paid = i64::from(kind.is_some()) + i64::from(network.is_some());
    Some(CheckedPhone {
        valid: true,
        kind: kind.and_then(|p| json::text(p, "type")).map_or(PhoneType::Unknown, line_type),
        carrier: kind.and_then(|p| json::text(p, "carrier_name")).map(str::to_owned),
        country: json::text(body, "country_code").filter(|code| code.len() == 2).map(str::to_owned),
        line: match network.and_then(|package| json::text(package, "status")) {
            Some(word) => line_status(word),
            None if network_asked => LineStatus::Unknown,
            None => LineStatus::NotAsked,
        },
        said,
        charged: Credits::whole(paid),
    })
}

/// What a package says, or its own error, which comes inside a 200.
fn package_said(name: &str, package: Option<&Value>, key: &str) -> String {
    let Some(package) = package else { return String::new() };
    let word = json::text(package, key).unwrap_or("null");
    match json::id(package, "error_code") {
        None => format!(" {name}={word}"),
        Some(code) => format!(" {name}={word} {name}_error={code}"),
    }
}

fn line_type(word: &str) -> PhoneType {
    match word.to_ascii_lowercase().as_str() {
        "landline" => PhoneType::Fixed,
        "mobile" => PhoneType::Mobile,
        "fixedvoip" | "nonfixedvoip" => PhoneType::Voip,
        "tollfree" => PhoneType::TollFree,
        "premium" => PhoneType::Premium,
        "uan" => PhoneType::Uan,
        "personal" | "sharedcost" | "voicemail" | "pager" => PhoneType::Other,
        _ => PhoneType::Unknown,
    }
}

fn line_status(word: &str) -> LineStatus {
    match word.to_ascii_lowercase().as_str() {
        "active" => LineStatus::Active,
        "reachable" => LineStatus::Reachable,
        "unreachable" => LineStatus::Unreachable,
        "inactive" => LineStatus::Inactive,
        _ => LineStatus::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_documented_type_and_status() {
        for (word, kind) in [
            ("landline", "fixed"),
            ("mobile", "mobile"),
            ("fixedVoip", "voip"),
            ("nonFixedVoip", "voip"),
            ("personal", "other"),
            ("tollFree", "toll_free"),
            ("premium", "premium"),
            ("sharedCost", "other"),
            ("uan", "uan"),
            ("voicemail", "other"),
            ("pager", "other"),
            ("unknown", "unknown"),
            ("aNewWord", "unknown"),
        ] {
            assert_eq!(line_type(word).as_str(), kind, "{word}");
        }
        for word in ["active", "reachable", "unreachable", "inactive", "unknown"] {
            assert_eq!(line_status(word).as_str(), word);
        }
        assert_eq!(line_status("dancing"), LineStatus::Unknown);
    }

    #[test]
    fn only_a_network_that_was_asked_has_a_status() {
        let body = json!({"valid": true, "line_status": null, "line_type_intelligence": null});
        assert_eq!(read(&body, false).unwrap().line, LineStatus::NotAsked);
        let silent = read(&body, true).unwrap();
        assert_eq!((silent.line, silent.charged), (LineStatus::Unknown, Credits::ZERO));
        assert!(read(&json!({"valid": null}), true).is_none());
    }
}

//! The canonical request of "Signature Calculations".

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::request::Asked;
use crate::mac::hex;

/// The name of the one query parameter that is not signed.
pub(super) const SIGNATURE: &str = "X-Amz-Signature";

/// SHA-256 of the canonical request, in hex; none where a header is missing that is said to be signed.
pub(super) fn digest(asked: &Asked<'_>, signed: &[&str], payload: &str) -> Option<String> {
    let mut text = format!("{}\n{}\n{}\n", asked.method, encoded(&asked.path, true), query(asked));
    for name in signed {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{name}:{}", values(asked, name)?);
    }
    let _ = write!(text, "\n{}\n{payload}", signed.join(";"));
    Some(hex(&Sha256::digest(text.as_bytes())))
}

fn query(asked: &Asked<'_>) -> String {
    let kept = asked.queries().iter().filter(|(name, _)| name != SIGNATURE);
    let mut pairs: Vec<(String, String)> =
        kept.map(|(name, value)| (encoded(name, false), encoded(value, false))).collect();
    pairs.sort();
    let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join("&")
}

/// All values of a header, each without spaces around it and with single ones within.
fn values(asked: &Asked<'_>, name: &str) -> Option<String> {
    let all = asked.headers().get_all(name).iter();
    let all: Vec<String> = all
        .filter_map(|value| value.to_str().ok())
        .map(|value| value.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    (!all.is_empty()).then(|| all.join(","))
}

/// `UriEncode`: everything but letters, digits and `-._~` as `%XX`; a slash only where it is no path.
fn encoded(text: &str, is_path: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        let plain = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        if plain || (byte == b'/' && is_path) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

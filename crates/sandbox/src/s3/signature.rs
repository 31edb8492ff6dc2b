//! Whether a request is signed as it must be: in its header `Authorization`, or in its query.

use sha2::{Digest as _, Sha256};

use super::canonical::{self, SIGNATURE};
use super::refusal::Refusal;
use super::request::Asked;
use super::settings::S3Settings;
use crate::mac::{hex, sha256};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const UNSIGNED: &str = "UNSIGNED-PAYLOAD";
/// How far the clocks may be apart, in seconds ("Error responses", RequestTimeTooSkewed).
const SKEW_S_MAX: i64 = 15 * 60;
/// The longest that a link may be good, in seconds: seven days ("Using Query Parameters").
const LINK_S_MAX: i64 = 604_800;

/// Who signed what, and when.
struct Claim<'a> {
    key_id: &'a str,
    /// `20130524/us-east-1/s3/aws4_request`.
    scope: &'a str,
    /// `20130524T000000Z`.
    date: &'a str,
    headers: Vec<&'a str>,
    signature: &'a str,
    payload: String,
}

/// Lets a request through that is signed with the key of `settings` and not too old at `now_s`, in seconds
/// since 1970.
pub(super) fn check(asked: &Asked<'_>, settings: &S3Settings, now_s: i64) -> Result<(), Refusal> {
    let claim = if asked.query(SIGNATURE).is_some() {
        by_query(asked, now_s)?
    } else {
        by_header(asked, now_s)?
    };
    if claim.key_id != settings.key_id {
        return Err(Refusal::KEY);
    }
    let day = claim.date.get(..8).unwrap_or_default();
    if claim.scope != format!("{day}/{}/s3/aws4_request", settings.region) {
        return Err(Refusal::HEADER);
    }
    let signs = |name: &str| claim.headers.contains(&name);
    let all = asked.headers().keys().map(hyper::header::HeaderName::as_str);
    if !signs("host") || all.filter(|name| name.starts_with("x-amz-")).any(|name| !signs(name)) {
        return Err(Refusal::UNSIGNED_HEADER);
    }
    let digest = canonical::digest(asked, &claim.headers, &claim.payload);
    let digest = digest.ok_or(Refusal::SIGNATURE)?;
    let text = format!("{ALGORITHM}\n{}\n{}\n{digest}", claim.date, claim.scope);
    if signed(&settings.secret, claim.scope, &text) == claim.signature {
        Ok(())
    } else {
        Err(Refusal::SIGNATURE)
    }
}

fn by_header<'a>(asked: &'a Asked<'_>, now_s: i64) -> Result<Claim<'a>, Refusal> {
    let said = asked.header("authorization").ok_or(Refusal::ANONYMOUS)?;
    let said = said.strip_prefix(ALGORITHM).ok_or(Refusal::HEADER)?;
    let part = |name: &str| {
        let parts = said.split(',').filter_map(|part| part.trim().split_once('='));
        parts.clone().find(|(n, _)| *n == name).map(|(_, value)| value).ok_or(Refusal::HEADER)
    };
    let (key_id, scope) = part("Credential")?.split_once('/').ok_or(Refusal::HEADER)?;
    let date = asked.header("x-amz-date").ok_or(Refusal::ANONYMOUS)?;
    let apart = now_s.saturating_sub(seconds(date).ok_or(Refusal::ANONYMOUS)?);
    if apart.abs() > SKEW_S_MAX {
        return Err(Refusal::SKEWED);
    }
    let payload = asked.header("x-amz-content-sha256").ok_or(Refusal::PAYLOAD)?;
    if payload != UNSIGNED && payload != hex(&Sha256::digest(asked.body)) {
        return Err(Refusal::PAYLOAD);
    }
    let headers = part("SignedHeaders")?.split(';').collect();
    let (signature, payload) = (part("Signature")?, payload.to_owned());
    Ok(Claim { key_id, scope, date, headers, signature, payload })
}

fn by_query<'a>(asked: &'a Asked<'_>, now_s: i64) -> Result<Claim<'a>, Refusal> {
    let part = |name: &str| asked.query(name).ok_or(Refusal::QUERY);
    if part("X-Amz-Algorithm")? != ALGORITHM {
        return Err(Refusal::QUERY);
    }
    let (key_id, scope) = part("X-Amz-Credential")?.split_once('/').ok_or(Refusal::QUERY)?;
    let date = part("X-Amz-Date")?;
    let good_for: i64 = part("X-Amz-Expires")?.parse().map_err(|_why| Refusal::QUERY)?;
    let begins = seconds(date).ok_or(Refusal::QUERY)?;
    if !(1..=LINK_S_MAX).contains(&good_for) {
        return Err(Refusal::QUERY);
    }
    if now_s < begins.saturating_sub(SKEW_S_MAX) || now_s > begins.saturating_add(good_for) {
        return Err(Refusal::EXPIRED);
    }
    let headers = part("X-Amz-SignedHeaders")?.split(';').collect();
    let (signature, payload) = (part(SIGNATURE)?, UNSIGNED.to_owned());
    Ok(Claim { key_id, scope, date, headers, signature, payload })
}

/// `20130524T000000Z` in seconds since 1970.
fn seconds(date: &str) -> Option<i64> {
    let parsed = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", date).ok()?;
    Some(parsed.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second())
}

/// The key of the day, region and service signs the text.
fn signed(secret: &str, scope: &str, text: &str) -> String {
    let first = format!("AWS4{secret}").into_bytes();
    let key = scope.split('/').fold(first, |key, part| sha256(&key, part));
    hex(&sha256(&key, text))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use hyper::{HeaderMap, Method, Uri};

    use super::*;

    /// Key, bucket and time of the examples of Amazon's reference.
    fn example() -> S3Settings {
        S3Settings {
            bucket: "examplebucket".to_owned(),
            key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(),
            ..S3Settings::default()
        }
    }

    const THEN: i64 = 1_369_353_600;

    fn look(uri: &str, headers: &[(&'static str, &str)], now_s: i64) -> Result<(), Refusal> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        let (uri, body): (Uri, Bytes) = (uri.parse().unwrap(), Bytes::new());
        check(&Asked::new(&Method::GET, &uri, &map, &body), &example(), now_s)
    }

    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    fn get_object(signature: &str) -> Vec<(&'static str, String)> {
        let credential = "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request";
        let names = "host;range;x-amz-content-sha256;x-amz-date";
        let said = format!(
            "{ALGORITHM} Credential={credential},SignedHeaders={names},Signature={signature}"
        );
        vec![
            ("host", "examplebucket.s3.amazonaws.com".to_owned()),
            ("range", "bytes=0-9".to_owned()),
            ("x-amz-content-sha256", EMPTY.to_owned()),
            ("x-amz-date", "20130524T000000Z".to_owned()),
            ("authorization", said),
        ]
    }

    /// "Example: GET Object" of "Signature Calculations for the Authorization Header".
    const GET_OBJECT: &str = "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";

    #[test]
    fn the_references_example_of_a_header() {
        let with = |signature: &str, more: &[(&'static str, &str)], now_s| {
            let owned = get_object(signature);
            let mut headers: Vec<_> = owned.iter().map(|(n, v)| (*n, v.as_str())).collect();
            headers.extend_from_slice(more);
            look("/test.txt", &headers, now_s)
        };
        assert_eq!(with(GET_OBJECT, &[], THEN), Ok(()));
        assert_eq!(with(&GET_OBJECT.replace('f', "e"), &[], THEN), Err(Refusal::SIGNATURE));
        assert_eq!(with(GET_OBJECT, &[("range", "bytes=0-10")], THEN), Err(Refusal::SIGNATURE));
        assert_eq!(with(GET_OBJECT, &[("x-amz-acl", "x")], THEN), Err(Refusal::UNSIGNED_HEADER));
        assert_eq!(with(GET_OBJECT, &[], THEN + 901), Err(Refusal::SKEWED));
        assert_eq!(look("/test.txt", &[("host", "x")], THEN), Err(Refusal::ANONYMOUS));
    }

    /// The example of "Authenticating Requests: Using Query Parameters".
    #[test]
    fn the_references_example_of_a_link() {
        let host = [("host", "examplebucket.s3.amazonaws.com")];
        let link = "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256\
            &X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request\
            &X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host\
            &X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
        assert_eq!(look(link, &host, THEN + 86_400), Ok(()));
        assert_eq!(look(link, &host, THEN + 86_401), Err(Refusal::EXPIRED));
        assert_eq!(look(&link.replace("86400", "86401"), &host, THEN), Err(Refusal::SIGNATURE));
        assert_eq!(look(&link.replace("86400", "604801"), &host, THEN), Err(Refusal::QUERY));
        assert_eq!(
            look(&link.replace("/test.txt", "/best.txt"), &host, THEN),
            Err(Refusal::SIGNATURE)
        );
        assert_eq!(look(&format!("{link}&more=1"), &host, THEN), Err(Refusal::SIGNATURE));
        assert_eq!(look(&link.replace("7EXAMPLE", "8EXAMPLE"), &host, THEN), Err(Refusal::KEY));
    }
}

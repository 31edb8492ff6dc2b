//! Objects: put, get, head, delete, list.

use std::fmt::Write as _;
use std::ops::Bound;

use hyper::header::{
    ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG,
    LAST_MODIFIED,
};

use super::bucket::{Bucket, Object};
use super::range::range;
use super::refusal::Refusal;
use super::request::Asked;
use super::response::Answer;
use super::xml::{HEAD, NAMESPACE, escaped};

/// Objects of one list at most.
const LIST_MAX: usize = 1_000;

pub(super) fn put(bucket: &mut Bucket, asked: &Asked<'_>, now_s: i64) -> Answer {
    let object = Object::new(asked.body.clone(), now_s);
    let answer = Answer::new(200).with(ETAG, &object.etag);
    bucket.objects.insert(asked.key.clone(), object);
    answer
}

/// Also of HEAD, where no body goes out.
pub(super) fn get(bucket: &Bucket, asked: &Asked<'_>) -> Result<Answer, Refusal> {
    let object = bucket.objects.get(&asked.key).ok_or(Refusal::OBJECT)?;
    let size = object.bytes.len();
    let wanted = asked.header("range").and_then(|header| range(header, size)).transpose()?;
    let length = wanted.as_ref().map_or(size, ExactSizeIterator::len);
    let answer = match wanted {
        None => Answer::new(200).body(object.bytes.clone()),
        Some(range) => {
            let last = range.end.saturating_sub(1);
            let said = format!("bytes {}-{last}/{size}", range.start);
            Answer::new(206).with(CONTENT_RANGE, said).body(object.bytes.slice(range))
        }
    };
    let kind = asked.query("response-content-type").unwrap_or("binary/octet-stream");
    let mut answer = answer
        .with(ETAG, &object.etag)
        .with(LAST_MODIFIED, http_date(object.at_s))
        .with(ACCEPT_RANGES, "bytes")
        // HTTP would leave it out of the answer to HEAD for an empty object.
        .with(CONTENT_LENGTH, length.to_string())
        .with(CONTENT_TYPE, kind);
    if let Some(disposition) = asked.query("response-content-disposition") {
        answer = answer.with(CONTENT_DISPOSITION, disposition);
    }
    Ok(answer)
}

/// What is not there is deleted all the same.
pub(super) fn delete(bucket: &mut Bucket, asked: &Asked<'_>) -> Answer {
    bucket.objects.remove(&asked.key);
    Answer::new(204)
}

pub(super) fn list(bucket: &Bucket, asked: &Asked<'_>) -> Answer {
    let prefix = asked.query("prefix").unwrap_or_default();
    let after = asked.query("continuation-token").or(asked.query("start-after"));
    let asked_for = asked.query("max-keys").and_then(|text| text.parse().ok());
    let most = asked_for.unwrap_or(LIST_MAX).min(LIST_MAX);
    let from = after.map_or(Bound::Unbounded, |after| Bound::Excluded(after.to_owned()));
    let all = bucket.objects.range((from, Bound::Unbounded));
    let mut found = all.filter(|(key, _)| key.starts_with(prefix));
    let page: Vec<_> = found.by_ref().take(most).collect();
    let more = found.next().is_some();
    let mut body = format!(
        "{HEAD}<ListBucketResult xmlns=\"{NAMESPACE}\"><Name>{}</Name><Prefix>{}</Prefix>\
         <KeyCount>{}</KeyCount><MaxKeys>{most}</MaxKeys><IsTruncated>{more}</IsTruncated>",
        escaped(&asked.bucket),
        escaped(prefix),
        page.len(),
    );
    for (key, object) in &page {
        // Writing to a String cannot fail.
        let _ = write!(
            body,
            "<Contents><Key>{}</Key><LastModified>{}</LastModified><ETag>{}</ETag><Size>{}</Size>\
             <StorageClass>STANDARD</StorageClass></Contents>",
            escaped(key),
            iso_date(object.at_s),
            escaped(&object.etag),
            object.bytes.len(),
        );
    }
    if let Some((key, _)) = page.last().filter(|_| more) {
        let _ = write!(body, "<NextContinuationToken>{}</NextContinuationToken>", escaped(key));
    }
    body.push_str("</ListBucketResult>");
    Answer::new(200).with(CONTENT_TYPE, "application/xml").body(body)
}

fn moment(at_s: i64) -> jiff::Timestamp {
    jiff::Timestamp::from_second(at_s).unwrap_or_default()
}

fn iso_date(at_s: i64) -> String {
    format!("{:.3}", moment(at_s))
}

fn http_date(at_s: i64) -> String {
    moment(at_s).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

//! Uploads of several parts.

use bytes::{Bytes, BytesMut};
use hyper::header::{CONTENT_TYPE, ETAG};

use super::bucket::{Bucket, Multipart, Object, etag};
use super::refusal::Refusal;
use super::request::Asked;
use super::response::Answer;
use super::xml::{HEAD, NAMESPACE, elements, escaped, unescaped};

/// Numbers of parts ("Multipart upload limits").
const PARTS_MAX: u32 = 10_000;

pub(super) fn create(bucket: &mut Bucket, asked: &Asked<'_>) -> Answer {
    bucket.uploads_begun = bucket.uploads_begun.saturating_add(1);
    let id = format!("upload-{}", bucket.uploads_begun);
    let upload = Multipart { key: asked.key.clone(), ..Multipart::default() };
    bucket.uploads.insert(id.clone(), upload);
    let (name, key) = (escaped(&asked.bucket), escaped(&asked.key));
    xml(format!(
        "{HEAD}<InitiateMultipartUploadResult xmlns=\"{NAMESPACE}\"><Bucket>{name}</Bucket>\
         <Key>{key}</Key><UploadId>{id}</UploadId></InitiateMultipartUploadResult>"
    ))
}

pub(super) fn part(bucket: &mut Bucket, asked: &Asked<'_>) -> Result<Answer, Refusal> {
    let number = asked.query("partNumber").and_then(|text| text.parse().ok());
    let number = number.filter(|n| (1..=PARTS_MAX).contains(n)).ok_or(Refusal::ARGUMENT)?;
    let upload = upload(bucket, asked)?;
    upload.parts.insert(number, asked.body.clone());
    Ok(Answer::new(200).with(ETAG, etag(asked.body)))
}

pub(super) fn complete(
    bucket: &mut Bucket,
    asked: &Asked<'_>,
    part_bytes_min: usize,
    now_s: i64,
) -> Result<Answer, Refusal> {
    let upload = upload(bucket, asked)?;
    let whole = joined(upload, asked.body, part_bytes_min)?;
    let id = asked.query("uploadId").unwrap_or_default().to_owned();
    bucket.uploads.remove(&id);
    let object = Object::new(whole, now_s);
    let (name, key, etag) = (&asked.bucket, &asked.key, escaped(&object.etag));
    let answer = format!(
        "{HEAD}<CompleteMultipartUploadResult xmlns=\"{NAMESPACE}\"><Location>/{}/{}</Location>\
         <Bucket>{0}</Bucket><Key>{1}</Key><ETag>{etag}</ETag></CompleteMultipartUploadResult>",
        escaped(name),
        escaped(key),
    );
    bucket.objects.insert(asked.key.clone(), object);
    Ok(xml(answer))
}

/// The parts that the list names, in its order.
fn joined(upload: &Multipart, list: &Bytes, part_bytes_min: usize) -> Result<Bytes, Refusal> {
    let list = std::str::from_utf8(list).map_err(|_why| Refusal::XML)?;
    let named = elements(list, "Part");
    let (mut before, mut whole) = (0, BytesMut::new());
    for (at, part) in named.iter().enumerate() {
        let one = |name: &str| elements(part, name).first().copied().ok_or(Refusal::XML);
        let number: u32 = one("PartNumber")?.parse().map_err(|_why| Refusal::XML)?;
        if number <= before {
            return Err(Refusal::ORDER);
        }
        before = number;
        let bytes = upload.parts.get(&number).ok_or(Refusal::PART)?;
        let said = unescaped(one("ETag")?);
        if said.trim_matches('"') != etag(bytes).trim_matches('"') {
            return Err(Refusal::PART);
        }
        if bytes.len() < part_bytes_min && at.saturating_add(1) < named.len() {
            return Err(Refusal::SMALL);
        }
        whole.extend_from_slice(bytes);
    }
    if named.is_empty() { Err(Refusal::XML) } else { Ok(whole.freeze()) }
}

pub(super) fn abort(bucket: &mut Bucket, asked: &Asked<'_>) -> Result<Answer, Refusal> {
    upload(bucket, asked)?;
    bucket.uploads.remove(asked.query("uploadId").unwrap_or_default());
    Ok(Answer::new(204))
}

fn upload<'b>(bucket: &'b mut Bucket, asked: &Asked<'_>) -> Result<&'b mut Multipart, Refusal> {
    let id = asked.query("uploadId").unwrap_or_default();
    let upload = bucket.uploads.get_mut(id).ok_or(Refusal::UPLOAD)?;
    if upload.key == asked.key { Ok(upload) } else { Err(Refusal::UPLOAD) }
}

fn xml(body: String) -> Answer {
    Answer::new(200).with(CONTENT_TYPE, "application/xml").body(body)
}

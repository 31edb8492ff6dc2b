use std::path::PathBuf;

use captely_platform::files::S3Config;

use super::Data;
use super::providers::wrong_url;
use crate::config::Secret;
use crate::config::reader::{Reader, Section};

/// Where the region is not said: Amazon's first.
const USUAL_REGION: &str = "us-east-1";

/// `[files]`: where raw files and results are kept. What is said as `AWS_…` and `S3_BUCKET_RAW` are the names
/// of REQUIREMENTS CFG-04.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilesSettings {
    /// In a folder.
    Folder(PathBuf),
    /// In a bucket.
    Bucket(S3Config),
}

impl FilesSettings {
    pub(crate) fn read(reader: &mut Reader<'_>, data: &Data) -> Self {
        let mut section = reader.section("files");
        let folder: Option<PathBuf> = section
            .key("dir", "Folder for raw files and results, where there is no bucket.")
            .optional("files in the data folder");
        let bucket: Option<String> = section
            .key(
                "s3_bucket",
                "Bucket for raw files and results, such as captely-raw-files, instead of the folder. \
                 It must be there.",
            )
            .also(&["S3_BUCKET_RAW"])
            .checked("none: they are in the folder", |name: &String| wrong_bucket(name));
        match s3(&mut section, bucket) {
            Some(s3) => Self::Bucket(s3),
            None => Self::Folder(data.dir.join(folder.unwrap_or_else(|| PathBuf::from("files")))),
        }
    }
}

/// `None` without a bucket: keys for other things may be set all the same.
fn s3(section: &mut Section<'_, '_>, bucket: Option<String>) -> Option<S3Config> {
    let region: Option<String> = section
        .key("s3_region", "Where the bucket is; auto for Cloudflare R2.")
        .also(&["AWS_REGION", "AWS_DEFAULT_REGION"])
        .checked(USUAL_REGION, |name: &String| wrong_region(name));
    let endpoint: Option<String> = section
        .key(
            "s3_endpoint",
            "Address of another maker's store (MinIO, R2, …), without the bucket. Private addresses \
             are allowed.",
        )
        .also(&["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"])
        .checked("Amazon S3", |url: &String| wrong_url(url));
    let key_id: Option<String> = section
        .key("s3_key_id", "Access key id; it must be allowed to read, write, delete and list.")
        .also(&["AWS_ACCESS_KEY_ID"])
        .optional("none");
    let secret: Option<Secret> = section
        .key("s3_secret", "Secret access key. Keep it out of files that others read.")
        .also(&["AWS_SECRET_ACCESS_KEY"])
        .optional("none");
    let path_style: Option<bool> = section
        .key(
            "s3_path_style",
            "Whether the bucket stands in the path (https://host/bucket) and not in the host.",
        )
        .optional("true with s3_endpoint or a bucket with a dot, else false");
    let bucket = bucket?;
    for (name, missing, variable) in [
        ("s3_key_id", key_id.is_none(), "AWS_ACCESS_KEY_ID"),
        ("s3_secret", secret.is_none(), "AWS_SECRET_ACCESS_KEY"),
    ] {
        if missing {
            section.fault(name, format!("is not set, but files.s3_bucket is: set {variable}"));
        }
    }
    // A certificate for *.s3.REGION.amazonaws.com is none for a name with another dot.
    let usual = endpoint.is_some() || bucket.contains('.');
    Some(S3Config {
        path_style: path_style.unwrap_or(usual),
        region: region.unwrap_or_else(|| USUAL_REGION.to_owned()),
        bucket,
        endpoint,
        key_id: key_id?,
        secret: secret?,
    })
}

/// "Bucket naming rules" of the Amazon S3 User Guide, as far as they concern letters and length.
fn wrong_bucket(name: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let fine = (3..=63).contains(&name.len())
        && name.starts_with(plain)
        && name.ends_with(plain)
        && name.chars().all(|c| plain(c) || matches!(c, '-' | '.'));
    let said = format!("is {name:?}, but must be 3 to 63 small letters, digits, hyphens and dots");
    (!fine).then_some(said)
}

fn wrong_region(name: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let fine = (1..=40).contains(&name.len()) && name.chars().all(plain);
    (!fine).then(|| format!("is {name:?}, but must be a region such as eu-central-1"))
}

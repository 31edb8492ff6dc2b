/// What the store is like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3Settings {
    /// The one bucket that there is.
    pub bucket: String,
    /// The region that requests must be signed for.
    pub region: String,
    /// The one access key.
    pub key_id: String,
    /// What goes with it.
    pub secret: String,
    /// The least size of a part that is not the last, in bytes. Amazon's is 5 MiB.
    pub part_bytes_min: usize,
}

impl Default for S3Settings {
    fn default() -> Self {
        Self {
            bucket: "captely-raw-files".to_owned(),
            region: "us-east-1".to_owned(),
            key_id: "SANDBOXKEYID".to_owned(),
            secret: "sandbox-secret-access-key".to_owned(),
            part_bytes_min: 5 * 1024 * 1024,
        }
    }
}

use captely_platform::clock::{Clock as _, SystemClock};
use captely_platform::files::S3Config;
use captely_platform::secrets::Secret;
use captely_sandbox::s3::{self, S3Server, S3Settings};

/// A bucket of the sandbox on loopback, and how it is reached.
#[derive(Debug)]
pub struct Bucket {
    /// The bucket itself: what lies in it, what goes wrong with it.
    pub server: S3Server,
    /// With the right key.
    pub config: S3Config,
}

/// Starts a bucket that is empty. Needs a Tokio runtime.
pub async fn bucket() -> Bucket {
    let settings = S3Settings::default();
    // Clients sign with the true time.
    let server = s3::start(settings.clone(), SystemClock.now()).await.expect("a free port");
    let config = S3Config {
        bucket: settings.bucket,
        region: settings.region,
        endpoint: Some(server.endpoint()),
        key_id: settings.key_id,
        secret: Secret::from(settings.secret.as_str()),
        path_style: true,
    };
    Bucket { server, config }
}

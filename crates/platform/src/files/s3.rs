use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpRequest, HttpResponse, HttpService,
};
use object_store::{BackoffConfig, ClientOptions, ObjectStore, RetryConfig};

use super::error::failed;
use super::store::Place;
use super::{Files, FilesError};
use crate::secrets::Secret;

/// For look-up, TCP and TLS.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// What a request waits for.
const PATIENCE: Patience = Patience {
    answer: Duration::from_secs(30),
    // Four parts of 5 MiB at once over an uplink of 1.4 Mbit/s.
    sending: Duration::from_mins(2),
    // A body that took too long is sent once more.
    retries: Duration::from_mins(4),
};
/// Repetitions of a request that the store was too busy for, or whose connection broke.
const RETRIES_MAX: usize = 5;
const USER_AGENT: &str = concat!("captely/", env!("CARGO_PKG_VERSION"));

/// How long a request may take. The whole of a large answer may take as long as it needs.
#[derive(Debug, Clone, Copy)]
struct Patience {
    /// The longest silence before an answer and within it.
    answer: Duration,
    /// The same where the request has a body: until the answer begins nothing is heard of how far it got, so that
    /// this is also the longest time for sending it.
    sending: Duration,
    /// From the first try on, no further one begins after this.
    retries: Duration,
}

/// A bucket that speaks the protocol of Amazon S3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3Config {
    /// The bucket, which must be there.
    pub bucket: String,
    /// Where it is: `eu-central-1`; what other makers want instead is in their guides (`auto` for R2).
    pub region: String,
    /// `https://host` of another maker's store, without the bucket; none for Amazon's own.
    pub endpoint: Option<String>,
    /// Access key id.
    pub key_id: String,
    /// Secret access key.
    pub secret: Secret,
    /// Whether the bucket is the first part of the path (`https://host/bucket/name`) and not of the host
    /// (`https://bucket.host/name`).
    pub path_style: bool,
}

impl S3Config {
    /// With the bucket in the host where it is to be there.
    fn addressed(&self, endpoint: &str) -> String {
        let endpoint = endpoint.trim_end_matches('/');
        match endpoint.split_once("://") {
            Some((scheme, host)) if !self.path_style => {
                format!("{scheme}://{}.{host}", self.bucket)
            }
            _ => endpoint.to_owned(),
        }
    }

    fn open(&self, patience: Patience) -> object_store::Result<AmazonS3> {
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&self.bucket)
            .with_region(&self.region)
            .with_access_key_id(&self.key_id)
            .with_secret_access_key(self.secret.expose())
            .with_virtual_hosted_style_request(!self.path_style)
            // Several makers have no DeleteObjects.
            .with_disable_bulk_delete(true)
            .with_retry(RetryConfig {
                backoff: BackoffConfig {
                    init_backoff: Duration::from_millis(100),
                    max_backoff: Duration::from_secs(5),
                    base: 2.0,
                },
                max_retries: RETRIES_MAX,
                retry_timeout: patience.retries,
            })
            .with_http_connector(Connector { plain: self.is_plain(), patience });
        if let Some(endpoint) = &self.endpoint {
            builder = builder.with_endpoint(self.addressed(endpoint)).with_allow_http(true);
        }
        builder.build()
    }

    fn is_plain(&self) -> bool {
        self.endpoint.as_ref().is_some_and(|endpoint| endpoint.starts_with("http://"))
    }
}

impl Files {
    /// A bucket. Nothing is asked of it yet.
    pub fn s3(config: &S3Config) -> Result<Self, FilesError> {
        Self::patient(config, PATIENCE)
    }

    fn patient(config: &S3Config, patience: Patience) -> Result<Self, FilesError> {
        let s3 = Arc::new(config.open(patience).map_err(|why| failed("", why))?);
        let store: Arc<dyn ObjectStore> = Arc::<AmazonS3>::clone(&s3);
        Ok(Self { store, place: Place::S3(s3), links: None })
    }
}

/// Makes the client. The only address it is given is that of the operator's settings, so private ones are
/// allowed, as a MinIO of one's own has; no redirect leads elsewhere, and no proxy of the environment.
#[derive(Debug)]
struct Connector {
    plain: bool,
    patience: Patience,
}

impl HttpConnector for Connector {
    fn connect(&self, _options: &ClientOptions) -> object_store::Result<HttpClient> {
        captely_providers::install_crypto();
        let asking = self.client(self.patience.answer)?;
        Ok(HttpClient::new(Clients { asking, sending: self.client(self.patience.sending)? }))
    }
}

impl Connector {
    fn client(&self, silence_max: Duration) -> object_store::Result<reqwest::Client> {
        let mut builder = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(silence_max)
            .redirect(reqwest::redirect::Policy::none())
            .http1_only()
            .no_proxy();
        // Over plain HTTP the system's certificate authorities are not needed and may be absent.
        if self.plain {
            builder = builder.tls_certs_only([]);
        }
        builder.build().map_err(|why| {
            let source = Box::new(why);
            object_store::Error::Generic { store: "S3", source }
        })
    }
}

/// One for requests without a body, one for those with: a client's limit on silence is for all its requests.
#[derive(Debug)]
struct Clients {
    asking: reqwest::Client,
    sending: reqwest::Client,
}

#[async_trait]
impl HttpService for Clients {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let bare = request.body().content_length() == 0;
        HttpService::call(if bare { &self.asking } else { &self.sending }, request).await
    }
}

#[cfg(test)]
mod tests {
    use captely_sandbox::s3::{S3Fault, S3Operation};

    use super::*;

    fn config(endpoint: Option<&str>, path_style: bool) -> S3Config {
        S3Config {
            bucket: "raw".to_owned(),
            region: "eu-central-1".to_owned(),
            endpoint: endpoint.map(str::to_owned),
            key_id: "AKID".to_owned(),
            secret: Secret::from("hidden"),
            path_style,
        }
    }

    #[track_caller]
    fn check(endpoint: &str, path_style: bool, addressed: &str) {
        assert_eq!(config(None, path_style).addressed(endpoint), addressed);
    }

    #[test]
    fn the_bucket_stands_in_the_path_or_in_the_host() {
        check("http://127.0.0.1:9000/", true, "http://127.0.0.1:9000");
        check("https://s3.example.com", false, "https://raw.s3.example.com");
    }

    #[test]
    fn it_opens_without_asking_and_hides_its_secret() {
        for config in [config(None, false), config(Some("http://127.0.0.1:1"), true)] {
            let files = Files::s3(&config).unwrap();
            let shown = format!("{files:?} {files} {config:?}");
            assert!(files.is_direct() && !shown.contains("hidden"), "{shown}");
            assert_eq!(files.local_path("a").unwrap(), None);
        }
    }

    #[test]
    fn sending_may_take_longer_than_an_answer() {
        captely_testkit::run(async {
            // Its configuration is of the crate as others see it, and another type.
            let captely_testkit::Bucket { server, config: there } = captely_testkit::bucket().await;
            let config = S3Config {
                bucket: there.bucket,
                region: there.region,
                key_id: there.key_id,
                secret: Secret::from(there.secret.expose()),
                ..config(there.endpoint.as_deref(), true)
            };
            let patience = Patience {
                answer: Duration::from_millis(100),
                sending: Duration::from_secs(30),
                retries: Duration::ZERO,
            };
            let files = Files::patient(&config, patience).unwrap();
            for operation in [S3Operation::Put, S3Operation::Get] {
                server.script(operation, &[S3Fault::Slow(Duration::from_millis(400))]);
            }
            files.put("a", bytes::Bytes::from_static(b"123")).await.unwrap();
            let error = files.get_stream("a").await.err().unwrap();
            assert!(matches!(error, FilesError::Store(_)), "{error:?}");
        });
    }

    #[test]
    fn a_body_that_took_too_long_is_sent_once_more() {
        assert!(PATIENCE.retries >= PATIENCE.sending * 2);
    }
}

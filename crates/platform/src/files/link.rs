//! Links that let whoever has them read or write one file for a while, without any other credential.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use captely_contact::Timestamp;
use object_store::signer::{Method, SignedUrlOptions, Signer as _};
use serde::{Deserialize, Serialize};

use super::error::failed;
use super::name::path;
use super::store::Place;
use super::{Files, FilesError, disposition, tame_file_name};
use crate::clock::Clock;
use crate::ids::WorkspaceId;
use crate::secrets::Keyring;

/// No link is good for longer.
pub const LINK_TIME_MAX: Duration = Duration::from_hours(1);

/// What the seal of a link is bound to.
const CONTEXT: &str = "files.link";
/// Longer tokens are not looked at, in bytes.
const TOKEN_BYTES_MAX: usize = 4_096;

/// What a folder needs to give links: they lead to this program's own `/api/files/TOKEN`.
#[derive(Clone)]
pub struct Links {
    /// Seals what a link allows.
    pub keys: Keyring,
    /// Where people reach the server, without a slash at the end.
    pub public_url: String,
    /// For when it ends.
    pub clock: Arc<dyn Clock>,
}

/// A link to be made.
#[derive(Debug, Clone, Copy)]
pub struct Link<'a> {
    /// Whose file it is: a folder of its name is the workspace's id.
    pub workspace: WorkspaceId,
    /// The file's name in the store.
    pub name: &'a str,
    /// How long it is good; [`LINK_TIME_MAX`] at most.
    pub ttl: Duration,
}

/// What may be done with the file of a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Use {
    /// It may be read, and is kept under this name.
    Get {
        /// The name for people.
        download_name: String,
    },
    /// It may be written.
    Put {
        /// How large it may be.
        bytes_max: u64,
    },
}

/// What a link of ours says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shared {
    /// The file's name in the store.
    pub name: String,
    /// Until when, in microseconds.
    ends_us: i64,
    /// What for.
    pub allows: Use,
}

/// Why a link of ours does not work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkFault {
    /// It was changed or cut, or is of another installation.
    #[error("the link is not one of ours, or was changed")]
    Wrong,
    /// Its time is over.
    #[error("the link has run out")]
    RunOut,
}

impl Links {
    fn token(&self, link: Link<'_>, allows: Use) -> String {
        let ends = self.clock.now().plus(link.ttl.min(LINK_TIME_MAX));
        let shared = Shared { name: link.name.to_owned(), ends_us: ends.as_micros(), allows };
        // A struct of texts and numbers always becomes JSON.
        self.keys.seal(CONTEXT, &serde_json::to_vec(&shared).unwrap_or_default())
    }

    fn url(&self, link: Link<'_>, allows: Use) -> String {
        format!("{}/api/files/{}", self.public_url, self.token(link, allows))
    }

    fn open(&self, token: &str) -> Result<Shared, LinkFault> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(LinkFault::Wrong);
        }
        let bytes = self.keys.open(CONTEXT, token).map_err(|_why| LinkFault::Wrong)?;
        let shared: Shared = serde_json::from_slice(&bytes).map_err(|_why| LinkFault::Wrong)?;
        if self.clock.now() >= Timestamp::micros(shared.ends_us) {
            return Err(LinkFault::RunOut);
        }
        Ok(shared)
    }
}

impl Files {
    /// A link by which a browser saves the file under `download_name`; whether there is one is not looked at.
    pub async fn presigned_get(
        &self,
        link: Link<'_>,
        download_name: &str,
    ) -> Result<String, FilesError> {
        let options = SignedUrlOptions::default().with_query([
            ("response-content-disposition", disposition(download_name)),
            ("response-content-type", "application/octet-stream".to_owned()),
        ]);
        let download_name = tame_file_name(download_name);
        self.presigned(link, Method::GET, &options, Use::Get { download_name }).await
    }

    /// A link by which a client writes the file with PUT. A folder takes no more than `bytes_max`; a bucket
    /// cannot be told, so look at the size of what came.
    pub async fn presigned_put(
        &self,
        link: Link<'_>,
        bytes_max: u64,
    ) -> Result<String, FilesError> {
        let options = SignedUrlOptions::default();
        self.presigned(link, Method::PUT, &options, Use::Put { bytes_max }).await
    }

    /// What a link of ours allows at this moment; none where this store's links lead elsewhere.
    pub fn open_link(&self, token: &str) -> Option<Result<Shared, LinkFault>> {
        match (&self.place, &self.links) {
            (Place::Folder { .. }, Some(links)) => Some(links.open(token)),
            _ => None,
        }
    }

    async fn presigned(
        &self,
        link: Link<'_>,
        method: Method,
        options: &SignedUrlOptions,
        allows: Use,
    ) -> Result<String, FilesError> {
        let path = path(link.name)?;
        let folder = link.workspace.to_string();
        if !link.name.split('/').rev().skip(1).any(|part| part == folder) {
            let name = link.name.to_owned();
            return Err(FilesError::Foreign { name, workspace: link.workspace });
        }
        match (&self.place, &self.links) {
            (Place::S3(s3), _) => {
                let ttl = link.ttl.min(LINK_TIME_MAX);
                let url = s3.signed_url_opts(method, &path, ttl, options).await;
                url.map(String::from).map_err(|why| failed(link.name, why))
            }
            (Place::Folder { .. }, Some(links)) => Ok(links.url(link, allows)),
            (Place::Folder { .. }, None) => Err(FilesError::NoLinks),
        }
    }
}

impl fmt::Debug for Links {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Links({})", self.public_url)
    }
}

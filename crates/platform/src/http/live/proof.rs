use std::net::IpAddr;

use axum::http::HeaderMap;

use crate::access::{Means, Refusal};
use crate::http::Http;
use crate::http::credentials::{Shown, shown};
use crate::ids::WorkspaceId;

/// What scopes call these operations.
const RESOURCE: &str = "events";

/// What a request showed to prove who sent it, kept to look later whether it still holds.
pub(super) struct Proof {
    kind: Kind,
    text: String,
    workspace: WorkspaceId,
    /// From where it was shown.
    address: IpAddr,
}

#[derive(PartialEq, Eq)]
enum Kind {
    Token,
    Cookie,
    Key,
}

impl Proof {
    pub(super) fn of(
        headers: &HeaderMap,
        http: &Http,
        workspace: WorkspaceId,
        address: IpAddr,
    ) -> Option<Self> {
        let (kind, text) = match shown(headers, http)? {
            Shown::Token(text) => (Kind::Token, text),
            Shown::Cookie(text) => (Kind::Cookie, text),
            Shown::Key(text) => (Kind::Key, text),
        };
        Some(Self { kind, text: text.to_owned(), workspace, address })
    }

    /// Whether browsers send it by themselves, whichever page makes them.
    pub(super) fn is_cookie(&self) -> bool {
        self.kind == Kind::Cookie
    }

    /// Whether whoever showed it may still listen. A database that is down ends nobody's access.
    pub(super) async fn holds(&self, http: &Http) -> bool {
        let (workspace, now) = (Some(self.workspace), http.now());
        let found = match self.kind {
            Kind::Token | Kind::Cookie => {
                http.authenticate.by_access_token(&self.text, workspace, now).await
            }
            Kind::Key => {
                http.authenticate.by_api_key(&self.text, workspace, self.address, now).await
            }
        };
        match found {
            Ok(identity) => {
                let here = identity.seat.is_some_and(|seat| seat.workspace == self.workspace);
                here && match identity.means {
                    Means::Session { .. } => true,
                    Means::Key { scopes, .. } => scopes.allow(RESOURCE, false),
                }
            }
            Err(Refusal::Db(_)) => true,
            Err(Refusal::Credentials | Refusal::Workspace | Refusal::Plan(_)) => false,
        }
    }
}

//! Who asks, by the name that they show: the real service finds it out elsewhere.

use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use captely_contact::Timestamp;
use captely_platform::access::{
    Authenticate, Identity, Means, Person, Refusal, Role, Scopes, Seat, Tier,
};
use captely_platform::ids::{ApiKeyId, SessionId, UserId, WorkspaceId};
use uuid::Uuid;

use crate::desk::WORKSPACE;

/// A workspace beside the one that the desk works on.
pub(crate) fn elsewhere() -> WorkspaceId {
    WorkspaceId::from(Uuid::from_u128(0xE15E))
}

/// Tokens are `viewer`, `user`, `admin` and `owner` of the desk's workspace, `stranger` who owns another one, and
/// `root` who runs the installation; a key is `key` and its scopes, and the owner's.
pub(crate) struct People;

pub(crate) fn user(name: &str) -> UserId {
    let mark = blake3::hash(name.as_bytes());
    UserId::from(Uuid::from_bytes(*mark.as_bytes().first_chunk().unwrap()))
}

fn identity(name: &str, means: Means, seat: (WorkspaceId, Role)) -> Identity {
    let (workspace, role) = seat;
    Identity {
        user: user(name),
        means,
        seat: Some(Seat { workspace, role, tier: Tier::Standard }),
        superadmin: name == "root",
        person: Arc::new(Person {
            name: name.to_owned(),
            email_sealed: String::new(),
            has_password: true,
            created_at: Timestamp::micros(0),
        }),
    }
}

#[async_trait]
impl Authenticate for People {
    async fn by_access_token(
        &self,
        token: &str,
        _workspace: Option<WorkspaceId>,
        now: Timestamp,
    ) -> Result<Identity, Refusal> {
        let seat = match token {
            "viewer" => (WORKSPACE, Role::Viewer),
            "user" => (WORKSPACE, Role::User),
            "admin" => (WORKSPACE, Role::Admin),
            "owner" => (WORKSPACE, Role::Owner),
            "stranger" | "root" => (elsewhere(), Role::Owner),
            _ => return Err(Refusal::Credentials),
        };
        let means = Means::Session { id: SessionId::from(Uuid::nil()), proved_at: now };
        Ok(identity(token, means, seat))
    }

    async fn by_api_key(
        &self,
        key: &str,
        _workspace: Option<WorkspaceId>,
        _address: IpAddr,
        _now: Timestamp,
    ) -> Result<Identity, Refusal> {
        let scopes: Scopes = key.strip_prefix("key:").unwrap().parse().unwrap();
        let means = Means::Key { id: ApiKeyId::from(Uuid::nil()), scopes };
        Ok(identity("owner", means, (WORKSPACE, Role::Owner)))
    }

    fn is_api_key(&self, text: &str) -> bool {
        text.starts_with("key:")
    }
}

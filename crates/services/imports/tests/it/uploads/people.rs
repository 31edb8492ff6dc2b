use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use captely_contact::Timestamp;
use captely_platform::access::{Authenticate, Identity, Means, Person, Refusal, Role, Seat, Tier};
use captely_platform::ids::{SessionId, UserId, WorkspaceId};
use uuid::Uuid;

use super::HERE;

/// Tokens are `viewer` and `user` of the workspace, and `stranger` who owns another one.
pub(crate) struct People;

#[async_trait]
impl Authenticate for People {
    async fn by_access_token(
        &self,
        token: &str,
        _workspace: Option<WorkspaceId>,
        now: Timestamp,
    ) -> Result<Identity, Refusal> {
        let (workspace, role) = match token {
            "viewer" => (HERE, Role::Viewer),
            "user" => (HERE, Role::User),
            "stranger" => (WorkspaceId::from(Uuid::from_u128(0xE15E)), Role::Owner),
            _ => return Err(Refusal::Credentials),
        };
        Ok(Identity {
            user: UserId::from(Uuid::from_u128(1)),
            means: Means::Session { id: SessionId::from(Uuid::from_u128(2)), proved_at: now },
            seat: Some(Seat { workspace, role, tier: Tier::Standard }),
            superadmin: false,
            person: Arc::new(Person {
                name: token.to_owned(),
                email_sealed: String::new(),
                has_password: true,
                created_at: Timestamp::micros(0),
            }),
        })
    }

    async fn by_api_key(
        &self,
        _key: &str,
        _workspace: Option<WorkspaceId>,
        _address: IpAddr,
        _now: Timestamp,
    ) -> Result<Identity, Refusal> {
        Err(Refusal::Credentials)
    }

    fn is_api_key(&self, _text: &str) -> bool {
        false
    }
}

use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use captely_contact::Timestamp;

use super::{Role, Scopes, Tier};
use crate::db::DbError;
use crate::ids::{ApiKeyId, SessionId, UserId, WorkspaceId};

/// Somebody who proved who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Who; for a key, whoever made it.
    pub user: UserId,
    /// How it was proved.
    pub means: Means,
    /// In which workspace they act; none where they are in none.
    pub seat: Option<Seat>,
    /// Runs the installation.
    pub superadmin: bool,
    /// What the same read told of them.
    pub person: Arc<Person>,
}

/// Somebody as their row stood when they were let in: who shows it need not read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// What they are called.
    pub name: String,
    /// Their address, sealed; the service `accounts` can open it.
    pub email_sealed: String,
    /// Whether they have a password, and not only other ways of signing in.
    pub has_password: bool,
    /// Since when they have an account.
    pub created_at: Timestamp,
}

/// How somebody proved who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Means {
    /// By signing in.
    Session {
        /// Which session.
        id: SessionId,
        /// When they last typed a password, or used a passkey or second factor.
        proved_at: Timestamp,
    },
    /// By an API key, which may do no more than its scopes say.
    Key {
        /// Which key.
        id: ApiKeyId,
        /// What it may do.
        scopes: Scopes,
    },
}

/// A member's place in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat {
    /// Which workspace.
    pub workspace: WorkspaceId,
    /// What they may do there; a key no more than whoever made it, today.
    pub role: Role,
    /// How many requests they may make.
    pub tier: Tier,
}

/// Why somebody is not let in.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// What was shown proves nothing: forged, run out, revoked, of another installation.
    #[error("the credentials prove nothing")]
    Credentials,
    /// They are no member of the workspace that they named. The same where there is no such workspace.
    #[error("no such workspace")]
    Workspace,
    /// The workspace's plan does not let them in this way; a sentence.
    #[error("{0}")]
    Plan(&'static str),
    /// Nobody could look.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Finds out who asks. Made by the service `accounts`.
#[async_trait]
pub trait Authenticate: Send + Sync {
    /// Whose access token this is. `workspace` is the one they name; else the one of their session.
    async fn by_access_token(
        &self,
        token: &str,
        workspace: Option<WorkspaceId>,
        now: Timestamp,
    ) -> Result<Identity, Refusal>;

    /// Whose API key this is. `workspace`, where it is named, must be the key's. That it was used from
    /// `address` is noted.
    async fn by_api_key(
        &self,
        key: &str,
        workspace: Option<WorkspaceId>,
        address: IpAddr,
        now: Timestamp,
    ) -> Result<Identity, Refusal>;

    /// Whether a text is one of our API keys by its form, and no access token.
    fn is_api_key(&self, text: &str) -> bool;
}

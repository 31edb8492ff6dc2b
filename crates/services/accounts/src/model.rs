//! The types of this service.

use std::net::{IpAddr, Ipv4Addr};

use captely_contact::{Credits, Timestamp};
use captely_platform::access::{Role, Scopes, Tier};
use captely_platform::db::DbError;
use captely_platform::ids::WorkspaceId;
use captely_platform::secrets::Secret;

use crate::ids::{ApiKeyId, InvitationId, SessionId, UserId};

/// Somebody with an account.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: UserId,
    pub(crate) email_sealed: String,
    pub(crate) name: String,
    pub(crate) password_hash: Option<String>,
    pub(crate) superadmin: bool,
    pub(crate) disabled: bool,
    /// JSON.
    pub(crate) preferences: String,
    pub(crate) created_at: Timestamp,
}

/// A workspace, as one of its members sees it.
#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    pub(crate) id: WorkspaceId,
    pub(crate) name: String,
    pub(crate) tier: Tier,
    pub(crate) role: Role,
    pub(crate) created_at: Timestamp,
}

/// A member of a workspace, as the others see them.
#[derive(Debug, Clone)]
pub(crate) struct Colleague {
    pub(crate) user: UserId,
    pub(crate) email_sealed: String,
    pub(crate) name: String,
    pub(crate) role: Role,
    /// What they may spend in a month; none means no limit of their own.
    pub(crate) spending_limit: Option<Credits>,
    pub(crate) joined_at: Timestamp,
    pub(crate) disabled: bool,
}

/// An invitation that nobody has accepted or withdrawn.
#[derive(Debug, Clone)]
pub(crate) struct Invitation {
    pub(crate) workspace: WorkspaceId,
    pub(crate) id: InvitationId,
    pub(crate) email_sealed: String,
    pub(crate) role: Role,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) workspace_name: String,
    pub(crate) invited_by: UserId,
    /// The inviter's name.
    pub(crate) inviter: String,
}

/// An API key that was not revoked, without the key.
#[derive(Debug, Clone)]
pub(crate) struct ApiKeyRow {
    pub(crate) id: ApiKeyId,
    pub(crate) name: String,
    /// What of it may be shown.
    pub(crate) visible: String,
    pub(crate) scopes: Scopes,
    pub(crate) role: Role,
    pub(crate) created_by: UserId,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) used_at: Option<Timestamp>,
    pub(crate) used_address: Option<String>,
}

/// A workspace, as whoever runs the installation sees it.
#[derive(Debug, Clone)]
pub(crate) struct HostedWorkspace {
    pub(crate) id: WorkspaceId,
    pub(crate) name: String,
    pub(crate) tier: Tier,
    pub(crate) members: i64,
    pub(crate) created_at: Timestamp,
}

/// An open session.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) id: SessionId,
    pub(crate) seat: Option<WorkspaceId>,
    pub(crate) created_at: Timestamp,
    pub(crate) seen_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) remembered: bool,
    pub(crate) address: String,
    pub(crate) agent: String,
}

/// From where somebody acts.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The client's address.
    pub address: IpAddr,
    /// Browser and system, in a few words.
    pub agent: String,
    /// The request's id.
    pub request: String,
}

impl Origin {
    /// The program itself, where nobody asked.
    pub fn program() -> Self {
        Self {
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            agent: "captely".to_owned(),
            request: String::new(),
        }
    }
}

/// A session that was just opened or renewed, with what its holder needs.
#[derive(Debug, Clone)]
pub struct Opened {
    /// Which session.
    pub session: SessionId,
    /// Whose.
    pub user: UserId,
    /// The access token.
    pub access: Secret,
    /// When that runs out.
    pub access_expires_at: Timestamp,
    /// When both were made.
    pub at: Timestamp,
    /// The refresh token, good once.
    pub refresh: Secret,
    /// When that runs out.
    pub refresh_expires_at: Timestamp,
    /// Whether the session outlives the browser.
    pub remembered: bool,
}

/// A role as the database has it.
pub(crate) fn read_role(word: &str) -> Result<Role, DbError> {
    word.parse().map_err(|said: String| DbError::Decode(format!("{word:?}: {said}")))
}

/// A tier as the database has it.
pub(crate) fn read_tier(word: &str) -> Result<Tier, DbError> {
    word.parse().map_err(|said: String| DbError::Decode(format!("{word:?}: {said}")))
}

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use captely_contact::Timestamp;
use captely_platform::access::{Authenticate, Identity, Means, Refusal, Role, Scopes, Seat};
use captely_platform::db::DbError;
use captely_platform::ids::WorkspaceId;

use crate::audit::{Actor, Entry};
use crate::model::{Origin, read_role, read_tier};
use crate::plan::NO_API;
use crate::service::Accounts;
use crate::store;
use crate::store::access::OpenKey;
use crate::token::{Token, TokenKind};

/// How exactly the last use of a key is noted: not each request writes.
const LAST_USE_EVERY: Duration = Duration::from_mins(1);
const DAY_MICROS: i64 = 24 * 60 * 60 * 1_000_000;

#[async_trait]
impl Authenticate for Accounts {
    async fn by_access_token(
        &self,
        token: &str,
        workspace: Option<WorkspaceId>,
        now: Timestamp,
    ) -> Result<Identity, Refusal> {
        let access =
            self.access_keys.verify(token, now).map_err(|_which_fault| Refusal::Credentials)?;
        let found =
            store::access::of_session(&self.db, access.session, access.user, workspace, now)
                .await?;
        let open = found.ok_or(Refusal::Credentials)?;
        let seat = match open.seat {
            Some((workspace, role, tier)) => {
                Some(Seat { workspace, role: read_role(&role)?, tier: read_tier(&tier)? })
            }
            // They named one of which they are no member, or that is not there.
            None if workspace.is_some() => return Err(Refusal::Workspace),
            None => None,
        };
        Ok(Identity {
            user: access.user,
            means: Means::Session { id: access.session, proved_at: open.proved_at },
            seat,
            superadmin: open.superadmin,
            person: Arc::new(open.person),
        })
    }

    async fn by_api_key(
        &self,
        key: &str,
        workspace: Option<WorkspaceId>,
        address: IpAddr,
        now: Timestamp,
    ) -> Result<Identity, Refusal> {
        // A key with a slip in it is refused without asking the database.
        let token = Token::parse(TokenKind::ApiKey, key).map_err(|_slip| Refusal::Credentials)?;
        let found = store::access::of_key(&self.db, token.hash().as_bytes(), now).await?;
        let open = found.ok_or(Refusal::Credentials)?;
        if workspace.is_some_and(|named| named != open.workspace) {
            return Err(Refusal::Workspace);
        }
        if !open.api_access {
            return Err(Refusal::Plan(NO_API));
        }
        self.note_use(&open, address, now).await?;
        let scopes: Scopes = open.scopes.parse().map_err(DbError::Decode)?;
        let role: Role = read_role(&open.role)?.min(read_role(&open.member_role)?);
        Ok(Identity {
            user: open.made_by,
            means: Means::Key { id: open.id, scopes },
            seat: Some(Seat { workspace: open.workspace, role, tier: read_tier(&open.tier)? }),
            superadmin: false,
            person: Arc::new(open.person),
        })
    }

    fn is_api_key(&self, text: &str) -> bool {
        text.starts_with(TokenKind::ApiKey.prefix())
    }
}

impl Accounts {
    /// Notes the use at the key, and the first of each day (UTC) in the audit log.
    async fn note_use(
        &self,
        key: &OpenKey,
        address: IpAddr,
        now: Timestamp,
    ) -> Result<(), DbError> {
        let since = now.minus(LAST_USE_EVERY);
        if key.used_at.is_some_and(|used| used >= since) {
            return Ok(());
        }
        let mut tx = self.db.writer().await?;
        let noted = store::access::key_used(&mut tx, key, &address.to_string(), now, since).await?;
        if noted && key.used_at.is_none_or(|used| day(used) < day(now)) {
            let from = Origin { address, agent: String::new(), request: String::new() };
            let entry = Entry::new(key.workspace, Actor::Key(key.id), "api_key.used").of(key.id);
            self.audit(&mut tx, &from, entry).await?;
        }
        tx.commit().await
    }
}

/// Days since 1970.
fn day(at: Timestamp) -> i64 {
    at.as_micros().div_euclid(DAY_MICROS)
}

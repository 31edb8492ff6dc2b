//! API keys: for programs that act as one member, within scopes and a role.

use std::time::Duration;

use captely_platform::access::{Role, Scopes};
use captely_platform::db::{DbError, Tx};
use captely_platform::http::Member;
use captely_platform::secrets::Secret;
use serde_json::json;

use crate::audit::{Actor, Entry};
use crate::error::AccountError;
use crate::ids::{ApiKeyId, UserId};
use crate::members::{acting_role, lock};
use crate::model::{ApiKeyRow, Origin};
use crate::plan::check_api;
use crate::service::Accounts;
use crate::store;
use crate::store::api_key::NewApiKey;
use crate::token::{Token, TokenKind};

/// Keys of one member that may be used at once.
const KEYS_MAX: i64 = 50;
const DAY: Duration = Duration::from_hours(24);

/// A key that somebody wants.
#[derive(Debug)]
pub(crate) struct KeyWish {
    pub(crate) name: String,
    pub(crate) scopes: Scopes,
    /// The most it may do; none means what its maker may, but no more than a user.
    pub(crate) role: Option<Role>,
    /// None for a key that does not run out.
    pub(crate) days: Option<u32>,
}

impl Accounts {
    /// The keys that `who` may see: all of the workspace for admins, their own for others.
    pub(crate) async fn api_keys(
        &self,
        who: &Member,
        before: Option<ApiKeyId>,
        limit: u32,
    ) -> Result<Vec<ApiKeyRow>, DbError> {
        let before = before.unwrap_or(ApiKeyId::from(uuid::Uuid::max()));
        store::api_key::page(&self.db, who.workspace, maker(who), before, limit).await
    }

    /// Makes a key in the caller's transaction. The secret is the key itself: it is nowhere else.
    pub(crate) async fn make_api_key(
        &self,
        tx: &mut Tx,
        who: &Member,
        wish: KeyWish,
        from: &Origin,
    ) -> Result<(ApiKeyRow, Secret), AccountError> {
        // Not while they are being removed: their keys are revoked then.
        lock(tx, who.workspace).await?;
        check_api(tx, who.workspace).await?;
        let own = acting_role(tx, who).await?;
        let role = wish.role.unwrap_or_else(|| own.min(Role::User));
        if role > own {
            let why = format!("A key may do no more than its maker; you are {own}.");
            return Err(AccountError::Invalid("role", why));
        }
        let now = self.now();
        if store::api_key::live(tx, who.workspace, who.user, now).await? >= KEYS_MAX {
            return Err(AccountError::Conflict("You have 50 keys, which is the most; revoke one."));
        }
        let token = Token::draw(TokenKind::ApiKey, &self.chance);
        let row = ApiKeyRow {
            id: ApiKeyId::from(self.ids.uuid()),
            name: wish.name,
            visible: token.visible(),
            scopes: wish.scopes,
            role,
            created_by: who.user,
            created_at: now,
            expires_at: wish.days.map(|days| now.plus(DAY.saturating_mul(days))),
            used_at: None,
            used_address: None,
        };
        let new = NewApiKey {
            id: row.id,
            name: &row.name,
            visible: &row.visible,
            token_hash: *token.hash().as_bytes(),
            scopes: row.scopes.to_string(),
            role,
            created_by: who.user,
            expires_at: row.expires_at,
        };
        store::api_key::add(tx, who.workspace, new, now).await?;
        let detail = json!({
            "name": row.name, "visible": row.visible, "scopes": row.scopes.to_string(),
            "role": role, "expires_at": row.expires_at.map(|at| at.to_string()),
        });
        let entry = Entry::new(who.workspace, Actor::of(who), "api_key.created").of(row.id);
        self.audit(tx, from, entry.with(detail)).await?;
        Ok((row, token.text().clone()))
    }

    /// Gives a key another name.
    pub(crate) async fn rename_api_key(
        &self,
        who: &Member,
        id: ApiKeyId,
        name: &str,
        from: &Origin,
    ) -> Result<(), AccountError> {
        let mut tx = self.db.writer().await?;
        if !store::api_key::rename(&mut tx, who.workspace, id, maker(who), name).await? {
            return Err(AccountError::NotFound("API key"));
        }
        let entry = Entry::new(who.workspace, Actor::of(who), "api_key.renamed").of(id);
        self.audit(&mut tx, from, entry.with(json!({ "name": name }))).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Ends a key at once.
    pub(crate) async fn revoke_api_key(
        &self,
        who: &Member,
        id: ApiKeyId,
        from: &Origin,
    ) -> Result<(), AccountError> {
        let mut tx = self.db.writer().await?;
        let now = self.now();
        if !store::api_key::revoke(&mut tx, who.workspace, id, maker(who), now).await? {
            return Err(AccountError::NotFound("API key"));
        }
        let entry = Entry::new(who.workspace, Actor::of(who), "api_key.revoked").of(id);
        self.audit(&mut tx, from, entry).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Whose keys `who` may touch; none means everybody's.
fn maker(who: &Member) -> Option<UserId> {
    (who.role < Role::Admin).then_some(who.user)
}

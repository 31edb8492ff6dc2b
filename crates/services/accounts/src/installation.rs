//! What whoever runs the installation may do: see workspaces and people, change a tier, shut somebody
//! out. Each of these is in the log of the installation, looking too.

use captely_platform::db::DbError;
use captely_platform::http::SignedIn;
use captely_platform::ids::WorkspaceId;
use serde_json::{Value, json};

use crate::audit::{Action, Actor, Entry};
use crate::error::AccountError;
use crate::ids::{SessionId, UserId};
use crate::model::{HostedWorkspace, Origin, Person};
use crate::service::Accounts;
use crate::store;

impl Accounts {
    /// Workspaces whose name holds `search`, the newest first, older than `before`.
    pub(crate) async fn hosted_workspaces(
        &self,
        who: &SignedIn,
        search: Option<&str>,
        before: Option<WorkspaceId>,
        limit: u32,
        from: &Origin,
    ) -> Result<Vec<HostedWorkspace>, DbError> {
        let detail = json!({ "search": search });
        self.audit_look(who, "installation.workspaces_listed", detail, from).await?;
        let before = before.unwrap_or(WorkspaceId::from(uuid::Uuid::max()));
        store::workspace::page(&self.db, before, search, limit).await
    }

    /// Everybody with an account, the newest first, older than `before`.
    pub(crate) async fn people(
        &self,
        who: &SignedIn,
        before: Option<UserId>,
        limit: u32,
        from: &Origin,
    ) -> Result<Vec<Person>, DbError> {
        self.audit_look(who, "installation.people_listed", json!({}), from).await?;
        let before = before.unwrap_or(UserId::from(uuid::Uuid::max()));
        store::person::page(&self.db, before, limit).await
    }

    /// Notes that whoever runs the installation looked at something. Other services use this too.
    pub async fn audit_look(
        &self,
        who: &SignedIn,
        action: Action,
        detail: Value,
        from: &Origin,
    ) -> Result<(), DbError> {
        self.audit_alone(from, of_installation(who, action).with(detail)).await
    }

    /// Shuts somebody out: no sign-in, and all their sessions end. Their keys are of no use either.
    pub(crate) async fn disable_person(
        &self,
        who: &SignedIn,
        person: UserId,
        from: &Origin,
    ) -> Result<(), AccountError> {
        if person == who.user {
            return Err(AccountError::Conflict("You cannot disable your own account."));
        }
        let mut tx = self.db.writer().await?;
        let now = self.now();
        if store::person::get_in(&mut tx, person).await?.is_none() {
            return Err(AccountError::NotFound("person"));
        }
        if store::person::disable(&mut tx, person, now).await? {
            let none_kept = SessionId::from(uuid::Uuid::nil());
            let ended = store::session::end_others(&mut tx, person, none_kept, "disabled", now);
            let detail = json!({ "sessions_ended": ended.await? });
            let entry = of_installation(who, "person.disabled").of(person).with(detail);
            self.audit(&mut tx, from, entry).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Lets somebody in again.
    pub(crate) async fn enable_person(
        &self,
        who: &SignedIn,
        person: UserId,
        from: &Origin,
    ) -> Result<(), AccountError> {
        let mut tx = self.db.writer().await?;
        if store::person::get_in(&mut tx, person).await?.is_none() {
            return Err(AccountError::NotFound("person"));
        }
        if store::person::enable(&mut tx, person).await? {
            // One may have been opened by a sign-in that was under way when they were disabled.
            let none_kept = SessionId::from(uuid::Uuid::nil());
            store::session::end_others(&mut tx, person, none_kept, "disabled", self.now()).await?;
            let entry = of_installation(who, "person.enabled").of(person);
            self.audit(&mut tx, from, entry).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

fn of_installation(who: &SignedIn, action: Action) -> Entry {
    Entry::new(WorkspaceId::INSTALLATION, Actor::Person(who.user), action)
}

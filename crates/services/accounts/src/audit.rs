//! The audit log: what was done, by whom, from where (REQUIREMENTS SEC-12).

use captely_platform::db::{DbError, Tx};
use captely_platform::http::Member;
use captely_platform::ids::{ApiKeyId, UserId, WorkspaceId};
use serde_json::{Value, json};

use crate::ids::AuditId;
use crate::model::Origin;
use crate::service::Accounts;
use crate::store;
use crate::store::audit::AuditRow;

/// What was done: a noun and a verb in the past.
pub type Action = &'static str;

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// Somebody signed in.
    Person(UserId),
    /// A key, made by somebody.
    Key(ApiKeyId),
    /// Nobody who has shown who they are.
    Nobody,
}

impl Actor {
    /// Whoever acts as this member.
    pub fn of(member: &Member) -> Self {
        member.key.map_or(Self::Person(member.user), Self::Key)
    }
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was refused.
    Refused,
}

/// A line to add.
#[derive(Debug, Clone)]
pub struct Entry {
    /// In which workspace; the installation's for what belongs to none.
    pub workspace: WorkspaceId,
    /// Who.
    pub actor: Actor,
    /// What.
    pub action: Action,
    /// With what outcome.
    pub outcome: Outcome,
    /// To what: a typed id or a word.
    pub subject: String,
    /// What else is worth knowing. No secrets, no whole addresses.
    pub detail: Value,
}

impl Entry {
    /// Something done by somebody to themselves, outside workspaces.
    pub(crate) fn own(user: UserId, action: Action) -> Self {
        Self {
            workspace: WorkspaceId::INSTALLATION,
            actor: Actor::Person(user),
            action,
            outcome: Outcome::Done,
            subject: user.to_string(),
            detail: json!({}),
        }
    }

    /// Something done in a workspace.
    pub fn new(workspace: WorkspaceId, actor: Actor, action: Action) -> Self {
        let (outcome, subject) = (Outcome::Done, String::new());
        Self { workspace, actor, action, outcome, subject, detail: json!({}) }
    }

    /// To what.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "ids and words, said where the line is made")]
    pub fn of(mut self, subject: impl ToString) -> Self {
        self.subject = subject.to_string();
        self
    }

    /// What else is worth knowing.
    #[must_use]
    pub fn with(mut self, detail: Value) -> Self {
        self.detail = detail;
        self
    }

    /// It was not done.
    #[must_use]
    pub const fn refused(mut self) -> Self {
        self.outcome = Outcome::Refused;
        self
    }
}

impl Accounts {
    /// Adds a line in the caller's transaction. Other services use this too.
    pub async fn audit(&self, tx: &mut Tx, from: &Origin, entry: Entry) -> Result<(), DbError> {
        let (actor_kind, actor) = match entry.actor {
            Actor::Person(user) => ("session", Some(user.as_uuid())),
            Actor::Key(key) => ("key", Some(key.as_uuid())),
            Actor::Nobody => ("nobody", None),
        };
        let outcome = match entry.outcome {
            Outcome::Done => "done",
            Outcome::Refused => "refused",
        };
        let row = AuditRow {
            id: AuditId::from(self.ids.uuid()),
            at: self.now(),
            actor_kind: actor_kind.to_owned(),
            actor,
            action: entry.action.to_owned(),
            outcome: outcome.to_owned(),
            subject: entry.subject,
            address: from.address.to_string(),
            agent: from.agent.clone(),
            request: from.request.clone(),
            detail: entry.detail.to_string(),
        };
        store::audit::add(tx, entry.workspace, row).await
    }

    /// Adds a line on its own, for what was refused and so has no transaction.
    pub(crate) async fn audit_alone(&self, from: &Origin, entry: Entry) -> Result<(), DbError> {
        let mut tx = self.db.writer().await?;
        self.audit(&mut tx, from, entry).await?;
        tx.commit().await
    }
}

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use captely_contact::Timestamp;
use captely_platform::access::Tier;
use captely_platform::chance::Chance;
use captely_platform::clock::Clock;
use captely_platform::db::{Db, DbError, Tx};
use captely_platform::ids::{Ids, WorkspaceId};
use captely_platform::secrets::Keyring;

use crate::access_token::AccessKeys;
use crate::oidc::{Provider, ProviderName};
use crate::passkey::Passkeys;
use crate::password::Passwords;
use crate::sign_up_policy::SignUpPolicy;
use crate::store;

/// Accounts of people and workspaces. Clones are cheap.
#[derive(Clone)]
pub struct Accounts(Arc<Inner>);

struct Inner {
    parts: Parts,
    made: OnceLock<Arc<dyn WorkspaceMade>>,
}

/// Is told of workspaces that are made: billing, which gives each its plan.
#[async_trait]
pub trait WorkspaceMade: Send + Sync {
    /// A workspace is made in this transaction; an error undoes it.
    async fn made(&self, tx: &mut Tx, workspace: WorkspaceId) -> Result<(), DbError>;
}

/// What it works with.
pub struct Parts {
    /// The database.
    pub db: Db,
    /// Makes ids.
    pub ids: Arc<Ids>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Draws tokens and codes; seeded by the operating system.
    pub chance: Arc<Chance>,
    /// Seals addresses and secrets.
    pub keys: Keyring,
    /// Hashes passwords.
    pub passwords: Passwords,
    /// Signs access tokens.
    pub access_keys: AccessKeys,
    /// The ceremonies of passkeys; none where the public URL allows none ([`Passkeys::new`]).
    pub passkeys: Option<Passkeys>,
    /// With whom people can sign in, by name.
    pub providers: BTreeMap<ProviderName, Provider>,
    /// How accounts are kept.
    pub settings: AccountSettings,
}

/// How accounts are kept.
#[derive(Debug, Clone)]
pub struct AccountSettings {
    /// Where people reach the application: links in mails begin with it.
    pub public_url: String,
    /// Who may sign up.
    pub policy: SignUpPolicy,
    /// Whether people may sign up without an invitation.
    pub sign_up_open: bool,
    /// How long an access token is good.
    pub access_time: Duration,
    /// How long a session lasts without being used.
    pub session_time: Duration,
    /// The same for one that is remembered.
    pub remembered_time: Duration,
    /// How long any session lasts at most (ASVS 3.3.2).
    pub session_time_max: Duration,
    /// The tier of new workspaces.
    pub tier: Tier,
}

impl Default for AccountSettings {
    fn default() -> Self {
        Self {
            public_url: "http://127.0.0.1:8080".to_owned(),
            policy: SignUpPolicy::default(),
            sign_up_open: true,
            access_time: Duration::from_mins(10),
            session_time: Duration::from_hours(12),
            remembered_time: Duration::from_hours(30 * 24),
            session_time_max: Duration::from_hours(90 * 24),
            tier: Tier::Standard,
        }
    }
}

/// Why the service cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database was sealed with other keys.
    #[error(
        "the encryption keys are not those that this database was sealed with; put the old key \
         behind the new one in secrets.encryption_keys, or restore the key file"
    )]
    WrongKeys,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// What the key check says once it is opened.
const KEY_CHECK: &str = "captely";
const KEY_CHECK_NAME: &str = "key_check";

impl Accounts {
    /// Checks that the keys fit the database before anything else is done.
    pub async fn start(parts: Parts) -> Result<Self, StartError> {
        let out = Self(Arc::new(Inner { parts, made: OnceLock::new() }));
        out.check_keys().await?;
        Ok(out)
    }

    async fn check_keys(&self) -> Result<(), StartError> {
        let mut stored = store::installation::get(&self.db, KEY_CHECK_NAME).await?;
        if stored.is_none() {
            let mut tx = self.db.writer().await?;
            let sealed = self.keys.seal(KEY_CHECK_NAME, KEY_CHECK.as_bytes());
            store::installation::put_first(&mut tx, KEY_CHECK_NAME, &sealed).await?;
            tx.commit().await?;
            stored = store::installation::get(&self.db, KEY_CHECK_NAME).await?;
        }
        let sealed = stored.unwrap_or_default();
        match self.keys.open(KEY_CHECK_NAME, &sealed) {
            Ok(text) if text == KEY_CHECK.as_bytes() => {}
            _ => return Err(StartError::WrongKeys),
        }
        if self.keys.needs_reseal(&sealed) {
            let mut tx = self.db.writer().await?;
            let sealed = self.keys.seal(KEY_CHECK_NAME, KEY_CHECK.as_bytes());
            store::installation::put(&mut tx, KEY_CHECK_NAME, &sealed).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// From now on `listener` is told of each workspace that is made. The first one stays.
    pub fn tell_of_workspaces(&self, listener: Arc<dyn WorkspaceMade>) {
        self.0.made.get_or_init(|| listener);
    }

    /// Tells whoever listens that a workspace is made.
    pub(crate) async fn workspace_made(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
    ) -> Result<(), DbError> {
        match self.0.made.get() {
            Some(listener) => listener.made(tx, workspace).await,
            None => Ok(()),
        }
    }

    /// The present moment.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A link into the application.
    pub(crate) fn link(&self, path: &str) -> String {
        format!("{}{path}", self.settings.public_url)
    }
}

impl std::ops::Deref for Accounts {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0.parts
    }
}

impl fmt::Debug for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Accounts")
    }
}

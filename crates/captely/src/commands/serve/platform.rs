//! What serving and working share: the data folder, the database, the keys, the accounts.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use captely_accounts::access_token::AccessKeys;
use captely_accounts::oidc::{Provider, ProviderName};
use captely_accounts::passkey::Passkeys;
use captely_accounts::password::Passwords;
use captely_accounts::{AccountSettings, Accounts, Parts, StartError};
use captely_billing::Billing;
use captely_credits::Ledger;
use captely_crm::Crm;
use captely_imports::Imports;
use captely_platform::chance::Chance;
use captely_platform::clock::Clock;
use captely_platform::data_dir::DataDir;
use captely_platform::db::{Db, DbError, Engine};
use captely_platform::ids::Ids;
use captely_platform::jobs;
use captely_platform::secrets::Keyring;
use captely_providers::{Http, HttpConfig};

use super::selling;
use crate::commands::local::{Footing, database};
use crate::commands::{files, migrate};
use crate::config::{BillingMode, Settings};
use crate::exit::CliError;

/// A process of the platform.
pub(super) struct Platform {
    pub(super) db: Db,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) chance: Arc<Chance>,
    pub(super) ids: Arc<Ids>,
    pub(super) keys: Keyring,
    pub(super) accounts: Accounts,
    pub(super) ledger: Ledger,
    pub(super) billing: Billing,
    pub(super) crm: Crm,
    pub(super) imports: Imports,
    /// This process, as the job queue knows it.
    pub(super) worker: String,
    /// Held for its lock.
    pub(super) place: DataDir,
}

/// What every service stands on.
pub(super) struct Ground<'g> {
    pub(super) db: &'g Db,
    pub(super) ids: &'g Arc<Ids>,
    pub(super) clock: &'g Arc<dyn Clock>,
    pub(super) keys: &'g Keyring,
    pub(super) settings: &'g Settings,
}

impl Platform {
    /// Opens all of it. The tables of a PostgreSQL server are changed only where that is asked for.
    pub(super) async fn open(
        footing: Footing,
        settings: &Settings,
        may_migrate: bool,
    ) -> Result<Self, CliError> {
        let Footing { clock, chance, ids, place } = footing;
        let keys = keys(settings, &place, &chance)?;
        let files = files::with_links(settings, &keys, &clock);
        let files = files.map_err(|why| CliError::nothing(why.to_string()))?;
        let db = migrate::open_database(settings).await?;
        bring_up(&db, may_migrate).await?;
        let worker = format!("{}{}", place.worker_prefix(), std::process::id());
        // What this folder's last process held is free again: it is gone, since we have its lock.
        jobs::release(&db, &place.worker_prefix(), clock.now()).await.map_err(|e| database(&e))?;
        let parts = Parts {
            db: db.clone(),
            ids: Arc::clone(&ids),
            clock: Arc::clone(&clock),
            chance: Arc::clone(&chance),
            keys: keys.clone(),
            passwords: Passwords::start(settings.accounts.passwords, &chance)
                .map_err(|why| CliError::usage(why.to_string()))?,
            access_keys: access_keys(settings, &keys)?,
            passkeys: passkeys(settings),
            providers: providers(settings)?,
            settings: AccountSettings {
                public_url: settings.server.http.public_url.clone(),
                ..settings.accounts.accounts.clone()
            },
        };
        let accounts = Accounts::start(parts).await.map_err(|why| match why {
            StartError::WrongKeys => CliError::usage(why.to_string()),
            StartError::Db(why) => database(&why),
        })?;
        let catalogue = selling::catalogue(settings)?;
        let usual = catalogue.usual_policy(settings.billing.mode == BillingMode::Off);
        let ledger = Ledger::new(db.clone(), Arc::clone(&ids), Arc::clone(&clock), usual);
        let ground = Ground { db: &db, ids: &ids, clock: &clock, keys: &keys, settings };
        let billing = selling::start(&ground, &accounts, &ledger, catalogue).await?;
        let crm = Crm {
            db: db.clone(),
            ids: Arc::clone(&ids),
            clock: Arc::clone(&clock),
            ledger: Some(ledger.clone()),
        };
        let imports = Imports {
            db: db.clone(),
            ids: Arc::clone(&ids),
            clock: Arc::clone(&clock),
            files,
            ledger: ledger.clone(),
            settings: settings.imports,
        };
        Ok(Self {
            db,
            clock,
            chance,
            ids,
            keys,
            accounts,
            ledger,
            billing,
            crm,
            imports,
            worker,
            place,
        })
    }
}

/// Passkeys belong to a name with TLS, or to this machine; elsewhere people sign in without them.
fn passkeys(settings: &Settings) -> Option<Passkeys> {
    let made = Passkeys::new(&settings.server.http.public_url);
    made.inspect_err(|why| tracing::info!(%why, "There are no passkeys here")).ok()
}

/// Google and Apple, where they are set up.
fn providers(settings: &Settings) -> Result<BTreeMap<ProviderName, Provider>, CliError> {
    let config = HttpConfig {
        connect_timeout: Duration::from_secs(5),
        total_timeout: Duration::from_secs(10),
        ..HttpConfig::default()
    };
    let mut out = BTreeMap::new();
    for client in settings.sign_in.clients() {
        let http = Http::new(&config).map_err(|why| CliError::internal(why.to_string()))?;
        let provider = Provider::new(client.clone(), http);
        let provider = provider.map_err(|why| CliError::usage(why.to_string()))?;
        out.insert(provider.name(), provider);
    }
    Ok(out)
}

/// Brings the tables to this version; those of a PostgreSQL server only where that is asked for.
pub(in crate::commands) async fn bring_up(db: &Db, may_migrate: bool) -> Result<(), CliError> {
    let refused = |why: DbError| database(&why);
    if db.engine() == Engine::Postgres && !may_migrate {
        let pending = db.pending(&migrate::all()).await.map_err(refused)?;
        if !pending.is_empty() {
            let n = pending.len();
            let what = format!("the database lacks {n} changes of this version to its tables");
            return Err(CliError::nothing(what)
                .with_details(pending)
                .try_this("`captely migrate`, or start with --migrate"));
        }
        return Ok(());
    }
    db.migrate(&migrate::all()).await.map(drop).map_err(refused)
}

/// The keys of the settings, else the file of the data folder. Several machines on one database need
/// the settings: each would make a file of its own.
fn keys(settings: &Settings, place: &DataDir, chance: &Arc<Chance>) -> Result<Keyring, CliError> {
    let chance = Arc::clone(chance);
    let ring = match &settings.secrets.encryption_keys {
        Some(keys) => Keyring::from_text(keys.expose(), chance),
        None => Keyring::from_file(&place.key(), chance),
    };
    ring.map_err(|why| CliError::usage(why.to_string()))
}

fn access_keys(settings: &Settings, keys: &Keyring) -> Result<AccessKeys, CliError> {
    let secrets = &settings.accounts.token_secrets;
    let made = if secrets.is_empty() {
        AccessKeys::derived(keys)
    } else {
        AccessKeys::from_secrets(secrets)
    };
    made.map_err(|why| CliError::usage(why.to_string()))
}

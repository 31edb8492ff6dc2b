use std::fmt;
use std::sync::Arc;

use captely_accounts::Accounts;
use captely_contact::Timestamp;
use captely_credits::Ledger;
use captely_payments::Stripe;
use captely_platform::clock::Clock;
use captely_platform::db::{Db, DbError};
use captely_platform::ids::Ids;
use captely_platform::secrets::Keyring;
use captely_providers::Key as ProviderKey;

use crate::catalogue::Catalogue;
use crate::store;

/// Plans, subscriptions, invoices and payments. Clones are cheap.
#[derive(Clone)]
pub struct Billing(Arc<Parts>);

/// What it works with.
pub struct Parts {
    /// The database.
    pub db: Db,
    /// Makes ids.
    pub ids: Arc<Ids>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Seals addresses of buyers.
    pub keys: Keyring,
    /// Who owns a workspace, and the audit log.
    pub accounts: Accounts,
    /// Where credits are granted.
    pub ledger: Ledger,
    /// What is sold.
    pub catalogue: Catalogue,
    /// How money comes.
    pub mode: Mode,
    /// How billing is set up.
    pub settings: BillingSettings,
}

/// How money comes.
#[derive(Debug, Clone)]
pub enum Mode {
    /// It does not: there are no plans and no limits; the ledger counts.
    Off,
    /// Invoices are issued, and whoever runs the installation notes that they were paid.
    Manual,
    /// Stripe collects it.
    Stripe(Box<StripeAccess>),
}

/// What calls to and from Stripe need.
#[derive(Debug, Clone)]
pub struct StripeAccess {
    /// The client.
    pub client: Stripe,
    /// What its events are signed with; several while one replaces another.
    pub webhook_secrets: Vec<ProviderKey>,
    /// What a browser may know of the account; none where only Stripe's own pages are used.
    pub publishable_key: Option<String>,
}

impl Mode {
    /// Its word in the settings.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Manual => "manual",
            Self::Stripe(_) => "stripe",
        }
    }
}

/// How billing is set up.
#[derive(Debug, Clone)]
pub struct BillingSettings {
    /// Where people reach the application: links in mails and back from Stripe begin with it.
    pub public_url: String,
    /// Who sells, as it stands on invoices; lines have `\n` between them.
    pub seller: String,
    /// How an invoice is paid by hand: a bank account and the like.
    pub payment_terms: String,
}

impl Default for BillingSettings {
    fn default() -> Self {
        Self {
            public_url: "http://127.0.0.1:8080".to_owned(),
            seller: "Captely".to_owned(),
            payment_terms: String::new(),
        }
    }
}

/// Why billing cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Stripe charges the prices of the catalogue, so tax cannot come on top.
    #[error(
        "billing.mode is stripe, and the catalogue adds tax to its prices; set inclusive = true in [tax] and make the \
         prices those that are paid, or let tax be handled in Stripe"
    )]
    TaxOnTop,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Billing {
    /// Remembers the catalogue as one that was sold, unless billing is off.
    pub async fn start(parts: Parts) -> Result<Self, StartError> {
        let tax = &parts.catalogue.tax;
        if matches!(parts.mode, Mode::Stripe(_)) && !tax.inclusive && !tax.countries.is_empty() {
            return Err(StartError::TaxOnTop);
        }
        let out = Self(Arc::new(parts));
        if !out.is_off() {
            let content = format!("{:?}", out.catalogue);
            let checksum = blake3::hash(content.as_bytes());
            let mut tx = out.db.writer().await?;
            store::catalogue::keep(&mut tx, checksum.as_bytes(), &content, out.now()).await?;
            tx.commit().await?;
        }
        Ok(out)
    }

    /// The present moment.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Whether there are no plans and no limits.
    pub fn is_off(&self) -> bool {
        matches!(self.mode, Mode::Off)
    }

    /// What calls to Stripe need, where it collects the money.
    pub(crate) fn stripe(&self) -> Option<&StripeAccess> {
        match &self.mode {
            Mode::Stripe(access) => Some(access),
            Mode::Off | Mode::Manual => None,
        }
    }

    /// A link into the application.
    pub(crate) fn link(&self, path: &str) -> String {
        format!("{}{path}", self.settings.public_url)
    }
}

impl std::ops::Deref for Billing {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl fmt::Debug for Billing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Billing")
    }
}

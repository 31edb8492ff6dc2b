//! Billing of a process: what is sold, and who collects the money.

use std::sync::Arc;
use std::time::Duration;

use captely_accounts::Accounts;
use captely_billing::catalogue::Catalogue;
use captely_billing::{Billing, BillingSettings, Mode, Parts, StripeAccess};
use captely_credits::Ledger;
use captely_payments::{API_VERSION, ApiVersion, Stripe};
use captely_platform::secrets::Secret;
use captely_providers::{Http, HttpConfig, Key};

use super::platform::Ground;
use crate::config::{BillingMode, BillingSection, Settings, StripeSettings};
use crate::exit::CliError;

/// How long a call to Stripe may take.
const STRIPE_TIMEOUT: Duration = Duration::from_secs(30);

/// The catalogue of the settings.
pub(super) fn catalogue(settings: &Settings) -> Result<Catalogue, CliError> {
    let read = match &settings.billing.plans_file {
        Some(file) => Catalogue::from_file(file),
        None => Catalogue::built_in(),
    };
    read.map_err(|why| CliError::usage(why.to_string()))
}

/// Starts billing, which from now on gives each new workspace its plan.
pub(super) async fn start(
    on: &Ground<'_>,
    accounts: &Accounts,
    ledger: &Ledger,
    catalogue: Catalogue,
) -> Result<Billing, CliError> {
    let section = &on.settings.billing;
    let billing = Billing::start(Parts {
        db: on.db.clone(),
        ids: Arc::clone(on.ids),
        clock: Arc::clone(on.clock),
        keys: on.keys.clone(),
        accounts: accounts.clone(),
        ledger: ledger.clone(),
        catalogue,
        mode: mode(section)?,
        settings: BillingSettings {
            public_url: on.settings.server.http.public_url.clone(),
            seller: section.seller.clone(),
            payment_terms: section.payment_terms.clone(),
        },
    });
    let billing = billing.await.map_err(|why| CliError::usage(why.to_string()))?;
    accounts.tell_of_workspaces(Arc::new(billing.clone()));
    Ok(billing)
}

fn mode(section: &BillingSection) -> Result<Mode, CliError> {
    match (section.mode, &section.stripe) {
        (BillingMode::Off, _) => Ok(Mode::Off),
        (BillingMode::Manual, _) => Ok(Mode::Manual),
        (BillingMode::Stripe, Some(stripe)) => Ok(Mode::Stripe(Box::new(access(stripe)?))),
        (BillingMode::Stripe, None) => {
            Err(CliError::usage("billing.mode is stripe, and its keys are not set"))
        }
    }
}

fn access(stripe: &StripeSettings) -> Result<StripeAccess, CliError> {
    let config = HttpConfig {
        total_timeout: STRIPE_TIMEOUT,
        // The sandbox's, which is told by its address.
        allow_private: is_loopback(&stripe.url),
        ..HttpConfig::default()
    };
    let http = Http::new(&config).map_err(|why| CliError::internal(why.to_string()))?;
    let key = |secret: &Secret| Key::from(secret.expose());
    let version = API_VERSION.parse::<ApiVersion>();
    let version = version.map_err(|why| CliError::internal(why.to_string()))?;
    let client = Stripe::new(http, &key(&stripe.secret_key), &stripe.url, &version);
    Ok(StripeAccess {
        client: client.map_err(|why| CliError::usage(why.to_string()))?,
        webhook_secrets: stripe.webhook_secrets.iter().map(key).collect(),
        publishable_key: stripe.publishable_key.clone(),
    })
}

fn is_loopback(url: &str) -> bool {
    ["http://127.0.0.1:", "http://localhost:", "http://[::1]:"]
        .iter()
        .any(|own| url.starts_with(own))
}

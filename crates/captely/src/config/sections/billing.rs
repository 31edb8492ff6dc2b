use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use super::providers::wrong_url;
use crate::config::reader::{Reader, Section};
use crate::config::setting::words;
use crate::config::{Secret, Sources};

/// Stripe's own address.
const STRIPE_URL: &str = "https://api.stripe.com";

/// `[billing]`: whether something is sold here, and who collects the money.
#[derive(Debug, Clone)]
pub struct BillingSection {
    /// How money comes.
    pub mode: BillingMode,
    /// The catalogue; none for the built-in one.
    pub plans_file: Option<PathBuf>,
    /// Who sells, as it stands on invoices.
    pub seller: String,
    /// How an invoice is paid by hand.
    pub payment_terms: String,
    /// Stripe, where the mode is `stripe`.
    pub stripe: Option<StripeSettings>,
}

/// What calls to and from Stripe need.
#[derive(Debug, Clone)]
pub struct StripeSettings {
    /// Where it is.
    pub url: String,
    /// `sk_…` or `rk_…`.
    pub secret_key: Secret,
    /// `whsec_…`, the ones in use.
    pub webhook_secrets: Vec<Secret>,
    /// `pk_…`, which browsers may know.
    pub publishable_key: Option<String>,
}

/// How money comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BillingMode {
    /// Nothing is sold and everything is allowed.
    Off,
    /// Invoices are issued and paid by hand.
    Manual,
    /// Stripe collects it.
    Stripe,
}

impl FromStr for BillingMode {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "off" => Ok(Self::Off),
            "manual" => Ok(Self::Manual),
            "stripe" => Ok(Self::Stripe),
            _ => Err(format!("{word:?} is no mode of billing")),
        }
    }
}

impl fmt::Display for BillingMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Off => "off",
            Self::Manual => "manual",
            Self::Stripe => "stripe",
        })
    }
}

words!(BillingMode: "off, manual or stripe");

impl BillingSection {
    pub(crate) fn read(reader: &mut Reader<'_>, sources: &Sources) -> Self {
        let mut section = reader.section("billing");
        let mode = section
            .key("mode", "Whether plans are sold: off has no plans and no limits, manual issues invoices that are paid by hand.")
            .or(BillingMode::Off);
        let plans: Option<PathBuf> = section
            .key(
                "plans_file",
                "A catalogue of plans, packages and prices in place of the built-in one.",
            )
            .optional("the built-in plans");
        let seller = section
            .key("seller", "Who sells, as it stands on invoices; \\n begins another line.")
            .or("Captely".to_owned());
        let payment_terms = section
            .key("payment_terms", "How an invoice is paid by hand, such as a bank account.")
            .or(String::new());
        let stripe = stripe(&mut section, mode);
        let lines = |text: String| text.replace("\\n", "\n");
        Self {
            mode,
            plans_file: plans.map(|file| sources.directory.join(file)),
            seller: lines(seller),
            payment_terms: lines(payment_terms),
            stripe,
        }
    }
}

fn stripe(section: &mut Section<'_, '_>, mode: BillingMode) -> Option<StripeSettings> {
    let wrong_key = |key: &Secret| {
        let fits = ["sk_", "rk_"].iter().any(|start| key.expose().starts_with(start));
        (!fits).then(|| {
            "must begin with sk_ or rk_: Stripe's dashboard has it under API keys".to_owned()
        })
    };
    let wrong_secret = |secrets: &Secret| {
        let fits = parts(secrets).iter().all(|one| one.expose().starts_with("whsec_"));
        (!fits)
            .then(|| "must begin with whsec_: Stripe's dashboard has it at the endpoint".to_owned())
    };
    let key: Option<Secret> = section
        .key("stripe_secret_key", "Stripe's secret key.")
        .also(&["STRIPE_SECRET_KEY"])
        .checked("none", wrong_key);
    let publishable_key: Option<String> = section
        .key("stripe_publishable_key", "Stripe's key for browsers.")
        .also(&["STRIPE_PUBLISHABLE_KEY"])
        .optional("none");
    let webhook: Option<Secret> = section
        .key(
            "stripe_webhook_secret",
            "What Stripe signs its events with; two with a comma between them while one replaces the other.",
        )
        .also(&["STRIPE_WEBHOOK_SECRET"])
        .checked("none", wrong_secret);
    let url: Option<String> = section
        .key("stripe_url", "Where Stripe is; the sandbox's address to try without it.")
        .checked(STRIPE_URL, |url: &String| wrong_url(url));
    let url = url.unwrap_or_else(|| STRIPE_URL.to_owned());
    if mode != BillingMode::Stripe {
        return None;
    }
    if key.is_none() {
        section.fault("stripe_secret_key", "is not set, but billing.mode is stripe");
    }
    if webhook.is_none() {
        let why = "is not set, but billing.mode is stripe: make an endpoint for /api/billing/webhooks/stripe in \
                   Stripe's dashboard, which gives it";
        section.fault("stripe_webhook_secret", why);
    }
    let (secret_key, webhook) = key.zip(webhook)?;
    Some(StripeSettings { url, secret_key, webhook_secrets: parts(&webhook), publishable_key })
}

fn parts(secrets: &Secret) -> Vec<Secret> {
    let all = secrets.expose().split(',').map(str::trim).filter(|one| !one.is_empty());
    all.map(|one| Secret::from(one.to_owned())).collect()
}

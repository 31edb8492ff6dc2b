use std::time::Duration;

use captely_contact::Usd;

use crate::endpoint::Account;
use crate::{Key, Sheet};

/// What a client needs to know besides its contract. Everything but the key has a default.
#[derive(Debug, Clone, Default)]
pub struct ProviderSettings {
    /// Address of the API in place of the contract's; plain `http://` and private addresses only
    /// with [`crate::HttpConfig::allow_private`].
    pub base: Option<String>,
    /// The key that the provider gave.
    pub key: Key,
    /// The provider's second credential, where it has one (Icypeas signs webhooks with it). No call
    /// sends it; it is known here so that it can be cleaned out of error texts.
    pub secret: Option<Key>,
    /// The mail address of the account; Icypeas tells the credits left only for it.
    pub account_email: Option<String>,
    /// What one credit costs in your plan.
    pub usd_per_credit: Option<Usd>,
    /// Calls a minute in place of [`Sheet::calls_per_minute`].
    pub calls_per_minute: Option<u32>,
    /// Polls a minute in place of [`Sheet::polls_per_minute`].
    pub polls_per_minute: Option<u32>,
    /// Least time between two polls in place of [`Sheet::poll_every`].
    pub poll_every: Option<Duration>,
    /// The most questions of one call, where [`Sheet::questions_per_call`] allows more; 1 asks for each
    /// person by itself.
    pub questions_per_call: Option<usize>,
    /// Public `https` address to which Apollo sends phones. Anybody who knows it can post to it, so
    /// it is kept like a key. Apollo is asked for phones only if it is set.
    pub webhook_url: Option<Key>,
}

impl ProviderSettings {
    /// Settings with a key and all defaults.
    pub fn new(key: impl Into<Key>) -> Self {
        Self { key: key.into(), ..Self::default() }
    }

    pub(crate) fn account(&self, sheet: &Sheet) -> Account<'_> {
        Account {
            provider: sheet.name,
            variables: sheet.key_variables,
            base: self.base.as_deref(),
            key: &self.key,
            secret: self.secret.as_ref(),
            hidden: self.webhook_url.as_ref(),
        }
    }

    /// The provider's sheet with what these settings replace.
    pub(crate) fn applied_to(&self, mut sheet: Sheet) -> Sheet {
        sheet.usd_per_credit = self.usd_per_credit.unwrap_or(sheet.usd_per_credit);
        sheet.calls_per_minute = self.calls_per_minute.unwrap_or(sheet.calls_per_minute);
        sheet.polls_per_minute = self.polls_per_minute.or(sheet.polls_per_minute);
        sheet.poll_every = self.poll_every.unwrap_or(sheet.poll_every);
        let most = self.questions_per_call.unwrap_or(sheet.questions_per_call);
        sheet.questions_per_call = most.clamp(1, sheet.questions_per_call.max(1));
        sheet
    }
}

/// Why a client cannot be made. No call was tried.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// No provider has this name.
    #[error("there is no provider {name:?}; providers are {}", crate::names().join(", "))]
    UnknownProvider {
        /// The name asked for.
        name: String,
    },
    /// No checker has this name, or the one that has it checks something else.
    #[error("there is no checker of that kind named {name:?}; checkers are {}", crate::checker_names().join(", "))]
    UnknownChecker {
        /// The name asked for.
        name: String,
    },
    /// The key is empty.
    #[error("{provider} needs a key: set {variable}")]
    NoKey {
        /// Name of the provider.
        provider: &'static str,
        /// The environment variable that carries it.
        variable: &'static str,
    },
    /// The key has characters that no HTTP header can carry.
    #[error("the key of {provider} has characters that a key cannot have: paste it again")]
    BadKey {
        /// Name of the provider.
        provider: &'static str,
    },
    /// The address is no `https://` URL.
    #[error("the address of {provider} is unusable: {why}")]
    BadBase {
        /// Name of the provider.
        provider: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// The webhook address is no `https://` URL.
    #[error("the webhook address of {provider} must be a public https:// URL")]
    BadWebhook {
        /// Name of the provider.
        provider: &'static str,
    },
}

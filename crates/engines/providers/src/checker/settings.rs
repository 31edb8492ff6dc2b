use captely_contact::{Field, Usd};

use super::CheckerSheet;
use crate::endpoint::Account;
use crate::{Key, TwilioLookup};

/// What a checker's client needs to know besides its contract. Everything but the credentials has a
/// default.
#[derive(Debug, Clone, Default)]
pub struct CheckerSettings {
    /// Address of the API in place of the contract's; plain `http://` and private addresses only
    /// with [`crate::HttpConfig::allow_private`].
    pub base: Option<String>,
    /// The key that the service gave; at Twilio the key's SID.
    pub key: Key,
    /// The second credential, where there is one: the secret of Twilio's key.
    pub secret: Option<Key>,
    /// What one credit costs in your plan.
    pub usd_per_credit: Option<Usd>,
    /// Calls a minute in place of [`CheckerSheet::calls_per_minute`].
    pub calls_per_minute: Option<u32>,
    /// Twilio: whether to ask the network too if the line is in use, which is charged by itself and
    /// which some accounts may not.
    pub line_status: bool,
}

impl CheckerSettings {
    /// Settings with a key and all defaults.
    pub fn new(key: impl Into<Key>) -> Self {
        Self { key: key.into(), ..Self::default() }
    }

    /// The checker's sheet with what these settings replace.
    pub fn applied_to(&self, mut sheet: CheckerSheet) -> CheckerSheet {
        if self.line_status && sheet.checks == Field::Phone {
            sheet.credits_max = sheet.credits_max.plus(TwilioLookup::PACKAGE);
        }
        sheet.usd_per_credit = self.usd_per_credit.unwrap_or(sheet.usd_per_credit);
        sheet.calls_per_minute = self.calls_per_minute.unwrap_or(sheet.calls_per_minute);
        sheet
    }

    pub(crate) fn account(&self, sheet: &CheckerSheet) -> Account<'_> {
        Account {
            provider: sheet.name,
            variables: sheet.key_variables,
            base: self.base.as_deref(),
            key: &self.key,
            secret: self.secret.as_ref(),
            hidden: None,
        }
    }
}

//! The data providers, checkers, mail and payment services that the sandbox plays.

use std::fmt;

use captely_contact::Usd;
use serde::{Deserialize, Serialize};

/// A simulated provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// Asynchronous finder and verifier: submit, then poll.
    Icypeas,
    /// Asynchronous batches.
    Dropcontact,
    /// Synchronous, with an occasional 202.
    Hunter,
    /// Synchronous, phones later.
    Apollo,
    /// Verifies addresses.
    Zerobounce,
    /// Looks numbers up.
    Twilio,
    /// Sends mail.
    Resend,
    /// Takes payments.
    Stripe,
}

impl Provider {
    /// Those that find people, cheapest first.
    pub const FINDERS: [Self; 4] = [Self::Icypeas, Self::Dropcontact, Self::Hunter, Self::Apollo];

    /// All: those that find, those that only check what was found (Hunter does both), the one that
    /// sends mail, and the one that takes payments.
    pub const ALL: [Self; 8] = [
        Self::Icypeas,
        Self::Dropcontact,
        Self::Hunter,
        Self::Apollo,
        Self::Zerobounce,
        Self::Twilio,
        Self::Resend,
        Self::Stripe,
    ];

    /// The name in paths, settings and counts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Icypeas => "icypeas",
            Self::Dropcontact => "dropcontact",
            Self::Hunter => "hunter",
            Self::Apollo => "apollo",
            Self::Zerobounce => "zerobounce",
            Self::Twilio => "twilio",
            Self::Resend => "resend",
            Self::Stripe => "stripe",
        }
    }

    /// The path below the sandbox's address that stands for the provider's documented base URL.
    pub const fn base_path(self) -> &'static str {
        match self {
            Self::Icypeas => "/icypeas/api",
            Self::Dropcontact => "/dropcontact",
            Self::Hunter => "/hunter/v2",
            Self::Apollo => "/apollo/api/v1",
            Self::Zerobounce => "/zerobounce/v2",
            Self::Twilio => "/twilio",
            Self::Resend => "/resend",
            Self::Stripe => "/stripe",
        }
    }

    /// What a credit costs here. Invented, in the order of the contracts' cost ranks. Twilio charges
    /// money; its credit is one package of one number. Resend's is one mail. Stripe's calls cost nothing.
    pub const fn price_per_credit(self) -> Usd {
        Usd::micros(match self {
            Self::Icypeas => 12_000,
            Self::Dropcontact => 24_000,
            Self::Hunter => 34_000,
            Self::Apollo => 50_000,
            Self::Zerobounce | Self::Twilio => 8_000,
            Self::Resend => 400,
            Self::Stripe => 0,
        })
    }

    /// A number of its own for draws.
    pub(crate) const fn number(self) -> u64 {
        match self {
            Self::Icypeas => 0,
            Self::Dropcontact => 1,
            Self::Hunter => 2,
            Self::Apollo => 3,
            Self::Zerobounce => 4,
            Self::Twilio => 5,
            Self::Resend => 6,
            Self::Stripe => 7,
        }
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One value for each provider.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Each<T> {
    /// Icypeas's.
    pub icypeas: T,
    /// Dropcontact's.
    pub dropcontact: T,
    /// Hunter's.
    pub hunter: T,
    /// Apollo's.
    pub apollo: T,
    /// ZeroBounce's.
    pub zerobounce: T,
    /// Twilio's.
    pub twilio: T,
    /// Resend's.
    pub resend: T,
    /// Stripe's.
    pub stripe: T,
}

impl<T> Each<T> {
    /// That provider's.
    pub const fn of(&self, provider: Provider) -> &T {
        match provider {
            Provider::Icypeas => &self.icypeas,
            Provider::Dropcontact => &self.dropcontact,
            Provider::Hunter => &self.hunter,
            Provider::Apollo => &self.apollo,
            Provider::Zerobounce => &self.zerobounce,
            Provider::Twilio => &self.twilio,
            Provider::Resend => &self.resend,
            Provider::Stripe => &self.stripe,
        }
    }

    /// That provider's, to be changed.
    pub const fn of_mut(&mut self, provider: Provider) -> &mut T {
        match provider {
            Provider::Icypeas => &mut self.icypeas,
            Provider::Dropcontact => &mut self.dropcontact,
            Provider::Hunter => &mut self.hunter,
            Provider::Apollo => &mut self.apollo,
            Provider::Zerobounce => &mut self.zerobounce,
            Provider::Twilio => &mut self.twilio,
            Provider::Resend => &mut self.resend,
            Provider::Stripe => &mut self.stripe,
        }
    }
}

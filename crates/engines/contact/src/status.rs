use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Gives an enum its words: one spelling for files, tables, JSON and messages.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// All values, in the order they are documented.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in files, tables and messages.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                Self::ALL.iter().copied().find(|v| v.as_str() == text).ok_or_else(|| {
                    let all: Vec<_> = Self::ALL.iter().map(|v| v.as_str()).collect();
                    format!("{text:?} is none of {}", all.join(", "))
                })
            }
        }
    };
}

words! {
    /// What is known of an address's mailbox, in the market's words.
    EmailStatus {
        /// The mailbox takes mail.
        Valid = "valid",
        /// Mail to it would bounce.
        Invalid = "invalid",
        /// The domain takes mail for any name, so the mailbox itself could not be tested.
        AcceptAll = "accept_all",
        /// A mailbox at a free provider such as gmail.com.
        Webmail = "webmail",
        /// A throw-away address.
        Disposable = "disposable",
        /// It could not be found out.
        Unknown = "unknown",
    }
}

words! {
    /// Whether to send, in the words of the open verifiers.
    Safety {
        /// Send.
        Safe = "safe",
        /// May bounce or harm the sender's name.
        Risky = "risky",
        /// Do not send.
        Invalid = "invalid",
        /// It could not be found out.
        Unknown = "unknown",
    }
}

words! {
    /// Whether a domain takes mail for any name. A test that failed or was left out is no "no".
    CatchAll {
        /// A random name was accepted.
        Yes = "yes",
        /// A random name was refused.
        No = "no",
        /// Nobody asked, or the question got no answer.
        NotTested = "not_tested",
    }
}

words! {
    /// What kind of line a phone number is.
    PhoneType {
        /// A mobile.
        Mobile = "mobile",
        /// A fixed line.
        Fixed = "fixed",
        /// The numbering plan cannot tell fixed from mobile (as in the US).
        FixedOrMobile = "fixed_or_mobile",
        /// Voice over IP.
        Voip = "voip",
        /// Free for the caller.
        TollFree = "toll_free",
        /// Costs the caller extra.
        Premium = "premium",
        /// A company-wide number (UAN).
        Uan = "uan",
        /// The caller pays part of the price, the called party the rest.
        SharedCost = "shared_cost",
        /// Follows a person from line to line.
        Personal = "personal",
        /// A pager.
        Pager = "pager",
        /// The box where messages are left.
        Voicemail = "voicemail",
        /// Some other kind.
        Other = "other",
        /// It could not be found out.
        Unknown = "unknown",
    }
}

words! {
    /// How a phone number may be dialled.
    Dial {
        /// Like any number of a person.
        Person = "person",
        /// It rings at an organisation's desk, not at a person's.
        Organisation = "organisation",
        /// It costs the caller extra: never by a machine, never unasked.
        CostsExtra = "costs_extra",
        /// It is no number to talk on: a pager, a voicemail box, or not a whole and valid number.
        No = "no",
    }
}

words! {
    /// Where the country of a phone number comes from.
    CountrySource {
        /// From the number's own country code.
        Number = "number",
        /// From the country that the row names.
        Row = "row",
        /// From the ending of the company's domain.
        Domain = "domain",
        /// From the setting for numbers whose country nothing else says.
        Setting = "setting",
    }
}

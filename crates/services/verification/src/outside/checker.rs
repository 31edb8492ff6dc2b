use captely_contact::{Credits, E164, EmailAddress, Field};
use captely_providers::{
    Checked, CheckedEmail, CheckedPhone, CheckerSettings, CheckerSheet, EmailChecker, Http,
    LineStatus, PhoneChecker, ProviderError, SetupError, checker_sheet, email_checker,
    phone_checker,
};
use serde::{Deserialize, Serialize};

/// A client of an outside verifier, by what it is asked about.
pub enum OutsideChecker {
    /// Addresses.
    Email(Box<dyn EmailChecker>),
    /// Numbers.
    Phone(Box<dyn PhoneChecker>),
}

/// What an outside verifier found out, in our words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutsideFound {
    /// About an address.
    Email(CheckedEmail),
    /// About a number.
    Phone(CheckedPhone),
}

impl OutsideChecker {
    /// A client of the named checker. No I/O.
    pub fn of(name: &str, http: Http, settings: &CheckerSettings) -> Result<Self, SetupError> {
        match checker_sheet(name).map(|sheet| sheet.checks) {
            Some(Field::Phone) => phone_checker(name, http, settings).map(Self::Phone),
            _ => email_checker(name, http, settings).map(Self::Email),
        }
    }

    /// Price and limits.
    pub fn sheet(&self) -> &CheckerSheet {
        match self {
            Self::Email(checker) => checker.sheet(),
            Self::Phone(checker) => checker.sheet(),
        }
    }

    /// Asks about an address in normal form, or a number in E.164; `None` where the text is neither, and
    /// nobody was asked.
    pub(super) async fn ask(
        &self,
        subject: &str,
    ) -> Option<Result<Checked<OutsideFound>, ProviderError>> {
        Some(match self {
            Self::Email(checker) => {
                let address = subject.parse::<EmailAddress>().ok()?;
                checker.check_email(&address).await.map(|said| of_kind(said, OutsideFound::Email))
            }
            Self::Phone(checker) => {
                let number = subject.parse::<E164>().ok()?;
                checker.check_phone(&number).await.map(|said| of_kind(said, OutsideFound::Phone))
            }
        })
    }

    /// Whether asking anew would bring no other kind of finding than this one has. It would where line
    /// status has been switched on since.
    pub(super) fn says_no_more_than(&self, found: &OutsideFound) -> bool {
        match (self, found) {
            (Self::Phone(checker), OutsideFound::Phone(found)) => {
                let untold = found.valid && found.line == LineStatus::NotAsked;
                !(untold && checker.asks_line_status())
            }
            _ => true,
        }
    }
}

fn of_kind<T>(said: Checked<T>, kind: fn(T) -> OutsideFound) -> Checked<OutsideFound> {
    match said {
        Checked::Done(found) => Checked::Done(kind(found)),
        Checked::Pending => Checked::Pending,
    }
}

impl OutsideFound {
    /// What was charged.
    pub const fn charged(&self) -> Credits {
        match self {
            Self::Email(found) => found.charged,
            Self::Phone(found) => found.charged,
        }
    }

    /// Whether nothing is known today, but asking again after a while may help.
    pub const fn retry(&self) -> bool {
        match self {
            Self::Email(found) => found.retry,
            Self::Phone(_) => false,
        }
    }
}

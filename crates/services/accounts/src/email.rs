//! How addresses are kept: sealed, and found by a keyed hash. An [`EmailAddress`] is in small letters: no
//! provider that people use tells capitals apart, and people type them at will.

use captely_contact::EmailAddress;
use captely_platform::db::DbError;

use crate::service::Accounts;

const SEAL: &str = "accounts.email";
const INDEX: &str = "accounts.email index";

impl Accounts {
    pub(crate) fn seal_email(&self, email: &EmailAddress) -> String {
        self.keys.seal(SEAL, email.as_str().as_bytes())
    }

    pub(crate) fn open_email(&self, sealed: &str) -> Result<EmailAddress, DbError> {
        let bad = |why: String| DbError::Decode(format!("a sealed address: {why}"));
        let opened = self.keys.open(SEAL, sealed).map_err(|why| bad(why.to_string()))?;
        let text = String::from_utf8(opened).map_err(|why| bad(why.to_string()))?;
        text.parse().map_err(|why: captely_contact::EmailError| bad(why.to_string()))
    }

    /// With the key in use: to store.
    pub(crate) fn email_index(&self, email: &EmailAddress) -> [u8; 32] {
        self.keys.blind_index(INDEX, email.as_str().as_bytes())
    }

    /// With every key: to look for.
    pub(crate) fn email_indexes(&self, email: &EmailAddress) -> Vec<[u8; 32]> {
        self.keys.blind_indexes(INDEX, email.as_str().as_bytes())
    }
}

/// `a…@example.com`: enough for whoever reads a log to know whom it may mean.
pub(crate) fn masked(email: &EmailAddress) -> String {
    let first: String = email.local().chars().take(1).collect();
    format!("{first}…@{}", email.domain_str())
}

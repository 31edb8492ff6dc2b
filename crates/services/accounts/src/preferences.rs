//! What somebody prefers: a small JSON object of their own, which the pages make and read.

use serde_json::{Map, Value};

use crate::audit::Entry;
use crate::error::AccountError;
use crate::ids::UserId;
use crate::model::Origin;
use crate::service::Accounts;
use crate::store;

/// The largest preferences, in bytes of JSON.
const BYTES_MAX: usize = 16 * 1024;
/// Preferences at most.
const KEYS_MAX: usize = 200;

impl Accounts {
    /// Gives somebody another name.
    pub(crate) async fn rename_person(
        &self,
        user: UserId,
        name: &str,
        from: &Origin,
    ) -> Result<(), AccountError> {
        let mut tx = self.db.writer().await?;
        store::person::rename(&mut tx, user, name).await?;
        self.audit(&mut tx, from, Entry::own(user, "person.renamed")).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Lays `changes` over the preferences: null takes one away (RFC 7396, one level deep).
    pub(crate) async fn change_preferences(
        &self,
        user: UserId,
        changes: Map<String, Value>,
    ) -> Result<Map<String, Value>, AccountError> {
        let mut tx = self.db.writer().await?;
        // Two changes at once must not undo each other.
        tx.one_at_a_time(&format!("preferences of {user}")).await?;
        let person = store::person::get_in(&mut tx, user).await?;
        let person = person.ok_or(AccountError::NotFound("person"))?;
        let mut all = read(&person.preferences);
        for (name, value) in changes {
            if value.is_null() {
                all.remove(&name);
            } else {
                all.insert(name, value);
            }
        }
        let text = Value::Object(all.clone()).to_string();
        if text.len() > BYTES_MAX || all.len() > KEYS_MAX {
            let why = format!("Preferences have at most {KEYS_MAX} names and {BYTES_MAX} bytes.");
            return Err(AccountError::Invalid("preferences", why));
        }
        store::person::set_preferences(&mut tx, user, &text).await?;
        tx.commit().await?;
        Ok(all)
    }
}

/// Preferences as they are stored.
pub(crate) fn read(json: &str) -> Map<String, Value> {
    serde_json::from_str(json).unwrap_or_default()
}

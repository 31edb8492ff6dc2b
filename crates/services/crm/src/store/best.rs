use captely_contact::Timestamp;
use captely_platform::db::{DbError, Tx, Value};
use captely_platform::ids::{ContactId, WorkspaceId};

use super::contacts::held;

const SAVE: &str = "INSERT INTO contact_best (workspace_id, contact_id, email, phone, updated_at)";
const SAVE_TAIL: &str = "ON CONFLICT (workspace_id, contact_id) DO UPDATE SET \
    email = COALESCE(excluded.email, contact_best.email), \
    phone = COALESCE(excluded.phone, contact_best.phone), updated_at = excluded.updated_at";

/// Every statement of this table.
pub(crate) fn statements() -> Vec<&'static str> {
    vec![
        "INSERT INTO contact_best (workspace_id, contact_id, email, phone, updated_at) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (workspace_id, contact_id) DO UPDATE SET \
         email = COALESCE(excluded.email, contact_best.email), \
         phone = COALESCE(excluded.phone, contact_best.phone), updated_at = excluded.updated_at",
    ]
}

/// The best e-mail and phone found for a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Whose.
    pub contact: ContactId,
    /// `None` leaves what is there.
    pub email: Option<String>,
    /// `None` leaves what is there.
    pub phone: Option<String>,
}

/// Keeps the best e-mail and phone of contacts, of those that are still there. No contact may be there twice.
pub async fn save(
    tx: &mut Tx,
    workspace: WorkspaceId,
    found: Vec<Found>,
    now: Timestamp,
) -> Result<(), DbError> {
    let one = |one: Found| -> [Value; 5] {
        let Found { contact, email, phone } = one;
        [workspace.into(), contact.into(), email.into(), phone.into(), now.into()]
    };
    let there = held(tx, workspace, found.iter().map(|one| one.contact)).await?;
    let found = found.into_iter().filter(|one| there.contains(&one.contact));
    let values: Vec<Value> = found.flat_map(one).collect();
    tx.insert_many(SAVE, 5, values, SAVE_TAIL).await.map(|_| ())
}

//! Takes away what has run out: what the program does once an hour.

use std::time::Duration;

use captely_platform::db::DbError;

use crate::service::Accounts;
use crate::store;

/// How long an ended session is still known, so that its device is.
const SESSIONS_KEPT: Duration = Duration::from_hours(24 * 180);

/// Does it.
#[derive(Debug, Clone)]
pub struct ForgetOld(pub Accounts);

impl ForgetOld {
    /// Deletes sessions, tokens, codes, links and counts whose time is over. Returns how many.
    pub async fn run(&self) -> Result<u64, DbError> {
        let now = self.0.now();
        let mut tx = self.0.db.writer().await?;
        let gone = [
            store::registration::forget(&mut tx, now).await?,
            store::tally::forget(&mut tx, now).await?,
            store::reset::forget(&mut tx, now).await?,
            store::challenge::forget(&mut tx, now).await?,
            store::refresh::forget(&mut tx, now).await?,
            store::session::forget(&mut tx, now.minus(SESSIONS_KEPT)).await?,
        ];
        tx.commit().await?;
        Ok(gone.iter().sum())
    }
}

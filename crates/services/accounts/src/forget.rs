//! Takes away what has run out: what the program does once an hour.

use std::time::Duration;

use captely_platform::db::{DbError, Tx};

use crate::refresh::GRACE;
use crate::service::Accounts;
use crate::store;

/// How long an ended session is still known, so that its device is.
const SESSIONS_KEPT: Duration = Duration::from_hours(24 * 180);

/// Does it.
#[derive(Debug, Clone)]
pub struct ForgetOld(pub Accounts);

impl ForgetOld {
    /// Deletes sessions, tokens, codes, links and counts whose time is over. Returns how many.
    ///
    /// Each table has a transaction of its own: others lock these tables in orders of theirs, and nobody
    /// should wait for all of it.
    pub async fn run(&self) -> Result<u64, DbError> {
        let now = self.0.now();
        let gone = [
            self.forget(async |tx| store::registration::forget(tx, now).await).await?,
            self.forget(async |tx| store::tally::forget(tx, now).await).await?,
            self.forget(async |tx| store::reset::forget(tx, now).await).await?,
            self.forget(async |tx| store::challenge::forget(tx, now).await).await?,
            self.forget(async |tx| store::refresh::forget_sealed(tx, now.minus(GRACE)).await)
                .await?,
            self.forget(async |tx| store::refresh::forget(tx, now).await).await?,
            self.forget(async |tx| store::session::forget(tx, now.minus(SESSIONS_KEPT)).await)
                .await?,
        ];
        Ok(gone.iter().sum())
    }

    async fn forget(
        &self,
        what: impl AsyncFnOnce(&mut Tx) -> Result<u64, DbError>,
    ) -> Result<u64, DbError> {
        let mut tx = self.0.db.writer().await?;
        let gone = what(&mut tx).await?;
        tx.commit().await?;
        Ok(gone)
    }
}

//! Takes away what has run out, once an hour: sessions, codes, kept answers, old mail.

use std::time::Duration;

use async_trait::async_trait;
use captely_accounts::{Accounts, ForgetOld};
use captely_platform::clock::Clock;
use captely_platform::db::{Db, DbError};
use captely_platform::ids::WorkspaceId;
use captely_platform::jobs::{Handler, Job, Schedule, Verdict};
use captely_platform::{http, mail};
use std::sync::Arc;

pub(super) const HOUSEKEEPING: &str = "housekeeping.v1";
const HOUR_S: u32 = 3_600;
/// How long mail that was sent or given up is known.
const MAIL_KEPT: Duration = Duration::from_hours(24 * 30);
/// Mails of one statement.
const MAILS_AT_ONCE: u32 = 1_000;

pub(super) struct Housekeeping {
    pub(super) db: Db,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) accounts: Accounts,
}

#[async_trait]
impl Handler for Housekeeping {
    fn queue(&self) -> &'static str {
        HOUSEKEEPING
    }

    async fn run(&self, _job: &Job) -> Verdict {
        match self.clean().await {
            Ok(gone) => {
                tracing::debug!(gone, "What had run out was taken away");
                Verdict::Done
            }
            Err(why) => Verdict::Trouble { why: why.to_string() },
        }
    }
}

impl Housekeeping {
    async fn clean(&self) -> Result<u64, DbError> {
        let now = self.clock.now();
        let mut gone = ForgetOld(self.accounts.clone()).run().await?;
        gone = gone.saturating_add(http::forget_old(&self.db, now).await?);
        loop {
            let mut tx = self.db.writer().await?;
            let n = mail::purge(&mut tx, now.minus(MAIL_KEPT), MAILS_AT_ONCE).await?;
            tx.commit().await?;
            gone = gone.saturating_add(n);
            if n < u64::from(MAILS_AT_ONCE) {
                return Ok(gone);
            }
        }
    }

    /// Once an hour, in one process of all.
    pub(super) fn schedule(clock: &dyn Clock) -> Schedule {
        Schedule {
            workspace: WorkspaceId::INSTALLATION,
            name: "housekeeping".to_owned(),
            queue: HOUSEKEEPING,
            payload: serde_json::json!({}),
            attempts_max: 5,
            every_s: HOUR_S,
            first_at: clock.now(),
        }
    }
}

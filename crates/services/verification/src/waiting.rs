//! Asks again about put-off addresses of a list when their time has come, and waits for that time.

use std::time::Duration;

use captely_contact::Timestamp;
use captely_platform::db::DbError;
use captely_platform::jobs;

use crate::Verification;
use crate::jobs::verify_again::{VERIFY_AGAIN, verify_again};
use crate::list::List;
use crate::model::Progress;

/// How long claimed jobs are ours. Far more than one question may take.
const LEASE: Duration = Duration::from_mins(5);
/// How often it is looked whether a time has come; the clock may be set meanwhile.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

impl Verification {
    /// Works on the list's put-off addresses as their times come, until there is none whose time comes by
    /// `until`. Those whose time has come already are asked whatever `until` is. Returns how many
    /// addresses were asked about. Behind `ends`, where there is such a time, nobody is asked and none is waited for.
    /// May be dropped at any point: what was claimed is claimed again later.
    pub async fn settle_put_off(
        &self,
        list: &List,
        until: Timestamp,
        ends: Option<Timestamp>,
        progress: &Progress,
    ) -> Result<usize, DbError> {
        let until = until.max(self.clock.now());
        let mut asked = 0_usize;
        loop {
            let now = self.clock.now();
            if ends.is_some_and(|ends| now > ends) {
                return Ok(asked);
            }
            let jobs = self.claim(list, now.min(until), now).await?;
            if !jobs.is_empty() {
                asked = asked.saturating_add(verify_again(self, jobs).await?);
                continue;
            }
            let mut tx = self.db.reader().await?;
            let counts = jobs::counts(&mut tx, self.workspace, list.id).await?;
            let next = jobs::next_due(&mut tx, self.workspace, list.id).await?;
            drop(tx);
            progress.set_put_off(counts.pending.saturating_add(counts.processing));
            // what another process holds may come back, or bring a further job
            let others = counts.processing > 0 && now < until;
            if !others && next.is_none_or(|next| next > until) {
                return Ok(asked);
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Jobs of the list that are due at `due`; held from `now` on.
    async fn claim(
        &self,
        list: &List,
        due: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<jobs::Job>, DbError> {
        let most = u32::try_from(self.settings.at_once.max(1)).unwrap_or(u32::MAX);
        let lease = LEASE.saturating_add(now.since(due));
        let group = (self.workspace, list.id);
        jobs::claim_group(&self.db, &self.worker, VERIFY_AGAIN, group, most, lease, due).await
    }
}

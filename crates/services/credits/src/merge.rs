//! Two contacts turn out to be one: what was paid for either counts for both.

use captely_contact::Credits;
use captely_platform::db::Tx;
use captely_platform::ids::WorkspaceId;
use uuid::Uuid;

use crate::refund::refund;
use crate::session::Session;
use crate::store::{charged, hold, merged};
use crate::{CreditError, Ledger, Of, Refund, key};

impl Ledger {
    /// What was paid for `from` counts for `into` from now on, also what is held for it. What was paid for both
    /// is given back once, where the workspace's policy says so; how much that was.
    pub async fn merge(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        from: Uuid,
        into: Uuid,
    ) -> Result<Credits, CreditError> {
        if from == into {
            return Ok(Credits::ZERO);
        }
        let mut session = Session::open(self, tx, workspace).await?;
        let theirs = charged::of_subject(session.tx, workspace, from).await?;
        let ours = charged::of_subject(session.tx, workspace, into).await?;
        let mut given = 0;
        for mark in theirs {
            if ours.iter().all(|our| our.action != mark.action) {
                charged::move_to(session.tx, workspace, from, mark.action, into).await?;
                merged::add(session.tx, workspace, &mark, into).await?;
            } else if session.policy.refund_on_merge {
                let once = key::own("merge", &mark.key);
                let of = Of::Subject(from, mark.action);
                let reason = "paid for twice: two contacts were one".to_owned();
                given += refund(&mut session, once, &Refund { of, amount: None, reason }).await?;
            }
        }
        hold::move_subject(session.tx, workspace, from, into).await?;
        session.finish().await?;
        Ok(Credits::millis(given))
    }

    /// Takes a merge back: what was paid for `from` counts for it alone again. What was given back stays given
    /// back, so it is paid for when it is delivered again.
    pub async fn unmerge(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        from: Uuid,
        into: Uuid,
    ) -> Result<(), CreditError> {
        let session = Session::open(self, tx, workspace).await?;
        let theirs = charged::of_subject(session.tx, workspace, from).await?;
        let ours = charged::of_subject(session.tx, workspace, into).await?;
        for mark in merged::of(session.tx, workspace, from, into).await? {
            // Not where it was given back meanwhile, or went on to a third; nor where it was paid for again.
            let is_there = ours.iter().any(|our| our.key == mark.key);
            if is_there && theirs.iter().all(|their| their.action != mark.action) {
                charged::move_to(session.tx, workspace, into, mark.action, from).await?;
                merged::remove(session.tx, workspace, &mark, into).await?;
            }
        }
        session.finish().await?;
        Ok(())
    }
}

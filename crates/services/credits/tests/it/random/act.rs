//! Does a step on the ledger and on the model.

use std::time::Duration;

use captely_contact::{Credits, Timestamp};
use captely_credits::{
    Adjustment, Capture, CreditError, Grant, GrantId, GrantSource, HoldId, Key, Ledger, NewGrant,
    Of, Order, Policy, Purpose, Refund, Rollover,
};
use captely_platform::clock::Clock as _;
use captely_platform::ids::{RunId, WorkspaceId};
use captely_testkit::TestDb;
use uuid::Uuid;

use super::keyed::{of_error, said_of_charge};
use super::step::{Asked, Step};
use crate::desk::{Desk, metered};
use crate::model::{DAY, Model, Picture, Said};

const HOUR_MICROS: i64 = 3_600_000_000;

/// Something that was done under a key.
#[derive(Debug, Clone)]
pub(super) enum Request {
    Grant(NewGrant),
    /// Which hold of the model it made.
    Hold(Order, Duration, usize),
    Charge(Order),
    Refund(Refund),
    Adjust(Adjustment),
    EndGrants(GrantSource),
    Revoke(GrantId),
}

pub(super) struct Actor {
    pub(super) desk: Desk,
    pub(super) ledger: Ledger,
    pub(super) workspace: WorkspaceId,
    pub(super) model: Model,
    /// The latest that the clock ever showed.
    latest: i64,
    pub(super) keys: u64,
    pub(super) holds: Vec<HoldId>,
    /// By number of the model's, those that were made by a request.
    pub(super) grants: Vec<(usize, GrantId)>,
    /// The grant that the ledger has just made.
    pub(super) given: Option<GrantId>,
    /// By number of the model's.
    pub(super) charges: Vec<(usize, Of)>,
    merges: Vec<(u128, u128)>,
    /// What left something behind under its key, and what was said of it.
    pub(super) done: Vec<(Key, Request, Said)>,
}

impl Actor {
    pub(super) fn new(db: &TestDb, case: u64) -> Self {
        let desk = Desk::seeded(db, metered(), case);
        Self {
            ledger: desk.ledger.clone(),
            workspace: WorkspaceId::from(Uuid::from_u128(case.into())),
            model: Model::new(desk.clock.now().as_micros(), metered()),
            latest: i64::MIN,
            desk,
            keys: 0,
            holds: Vec::new(),
            grants: Vec::new(),
            given: None,
            charges: Vec::new(),
            merges: Vec::new(),
            done: Vec::new(),
        }
    }

    pub(super) fn pass(&mut self, time: Duration) {
        self.desk.clock.advance(time);
        self.model.now = self.desk.clock.now().as_micros();
        self.latest = self.latest.max(self.model.now);
    }

    pub(super) async fn picture(&self) -> Picture {
        let is = self.ledger.standing(self.workspace).await.unwrap();
        let shown = |grant: Grant| {
            let end = grant.expires_at.map(Timestamp::as_micros);
            (grant.source, grant.priority, grant.left.as_millis(), end)
        };
        let mut grants: Vec<_> = is.grants.into_iter().map(shown).collect();
        grants.sort();
        let [available, held, spent, granted, expired] =
            [is.available, is.held, is.spent, is.granted, is.expired].map(Credits::as_millis);
        Picture {
            sums: [available, held, spent, granted, expired, is.adjusted_millis],
            used_today: is.used_today.as_millis(),
            holds: is.holds,
            grants,
        }
    }

    /// What the ledger said, and what it should have said.
    pub(super) async fn take(&mut self, step: &Step) -> (Said, Said) {
        let out = self.act(step).await;
        // The real one looks at the time whenever it is asked how it stands.
        self.model.turn();
        out
    }

    async fn act(&mut self, step: &Step) -> (Said, Said) {
        match step {
            Step::Clock { hours } => {
                // Back within a day only: how a day that was seen before is counted is told in account.rs.
                let midnight = self.latest.div_euclid(DAY) * DAY;
                let to = (self.model.now + hours * HOUR_MICROS).max(midnight);
                self.latest = self.latest.max(to);
                self.desk.clock.set(Timestamp::micros(to));
                self.model.now = to;
                (Said::Done, Said::Done)
            }
            Step::Expire => {
                let ended = self.ledger.expire_holds().await.unwrap();
                (Said::Expired(ended), self.model.expire())
            }
            Step::Again { before } => self.again(*before).await,
            Step::Steal { before, what } => self.steal(*before, *what).await,
            Step::Capture { hold, amount } => self.capture(*hold, *amount).await,
            Step::Release { hold } => self.release(*hold).await,
            Step::Bounce { .. } | Step::Merge { .. } | Step::Unmerge { .. } | Step::Policy(_) => {
                self.without_key(step).await
            }
            _ => self.with_key(step).await,
        }
    }

    async fn capture(&mut self, hold: usize, amount: Option<i64>) -> (Said, Said) {
        let Some(n) = hold.checked_rem(self.holds.len()) else { return (Said::Done, Said::Done) };
        let what =
            Capture { hold: self.holds[n], amount: amount.map(Credits::millis), provider: None };
        let mut tx = self.desk.db.writer().await.unwrap();
        let done = self.ledger.capture(&mut tx, self.workspace, &[what]).await.unwrap().remove(0);
        tx.commit().await.unwrap();
        let before = self.model.charges();
        let expected = self.model.capture(n, amount);
        if self.model.charges() > before {
            self.charges.push((before, Of::Hold(self.holds[n])));
        }
        let said = match done {
            Ok(charged) => said_of_charge(charged),
            Err(why) => Said::CannotCapture(why),
        };
        (said, expected)
    }

    async fn release(&mut self, hold: usize) -> (Said, Said) {
        let Some(n) = hold.checked_rem(self.holds.len()) else { return (Said::Done, Said::Done) };
        let mut tx = self.desk.db.writer().await.unwrap();
        let open = self.ledger.release(&mut tx, self.workspace, &[self.holds[n]]).await.unwrap();
        tx.commit().await.unwrap();
        (Said::WasOpen(open.contains(&self.holds[n])), self.model.release(n))
    }

    async fn without_key(&mut self, step: &Step) -> (Said, Said) {
        let (ledger, workspace) = (self.ledger.clone(), self.workspace);
        let mut tx = self.desk.db.writer().await.unwrap();
        let (said, expected) = match step {
            Step::Bounce { subject } => {
                let contact = Uuid::from_u128(*subject);
                let back = ledger.refund_bounce(&mut tx, workspace, contact).await;
                (moved(back), self.model.bounce(*subject))
            }
            Step::Merge { from, into } if from != into => {
                self.merges.push((*from, *into));
                let (one, two) = (Uuid::from_u128(*from), Uuid::from_u128(*into));
                let back = ledger.merge(&mut tx, workspace, one, two).await;
                (moved(back), self.model.merge(*from, *into))
            }
            Step::Unmerge { merge } if !self.merges.is_empty() => {
                let (from, into) = self.merges[merge % self.merges.len()];
                let (one, two) = (Uuid::from_u128(from), Uuid::from_u128(into));
                let done = ledger.unmerge(&mut tx, workspace, one, two).await;
                (done.map_or_else(of_error, |()| Said::Done), self.model.unmerge(from, into))
            }
            Step::Policy(policy) => {
                let policy: &Policy = policy;
                let done = ledger.set_policy(&mut tx, workspace, policy).await;
                self.model.policy = policy.clone();
                (done.map_or_else(of_error, |()| Said::Done), Said::Done)
            }
            _ => (Said::Done, Said::Done),
        };
        if said == expected {
            tx.commit().await.unwrap();
        }
        (said, expected)
    }

    pub(super) fn request(&self, step: &Step) -> Option<Request> {
        let hours = |n: u64| Duration::from_hours(n);
        let now = Timestamp::micros(self.model.now);
        Some(match step {
            Step::Grant { source, amount, begins_h, lasts_h, rollover, priority } => {
                let begins = begins_h.map(|n| now.plus(hours(n)));
                let ends = lasts_h.map(|n| begins.unwrap_or(now).plus(hours(n)));
                let goes_on = rollover.zip(ends).map(|((max, lasts), ends)| Rollover {
                    max: Credits::millis(max),
                    expires_at: ends.plus(hours(lasts)),
                });
                Request::Grant(NewGrant {
                    source: *source,
                    amount: Credits::millis(*amount),
                    priority: *priority,
                    effective_at: begins,
                    expires_at: ends,
                    rollover: goes_on,
                    note: "of a random step".to_owned(),
                })
            }
            Step::Hold { asked, lasts_h } => {
                Request::Hold(self.order(asked), hours(*lasts_h), self.model.holds.len())
            }
            Step::Charge { asked } => Request::Charge(self.order(asked)),
            Step::RefundSubject { subject, action, amount } => {
                refund(Of::Subject(Uuid::from_u128(*subject), *action), *amount)
            }
            Step::RefundCharge { charge, amount } => {
                let n = charge.checked_rem(self.charges.len())?;
                refund(self.charges[n].1.clone(), *amount)
            }
            Step::Adjust { by } => {
                let reason = "of a random step".to_owned();
                Request::Adjust(Adjustment { by_millis: *by, reason, by: None })
            }
            Step::Revoke { grant } => {
                let n = grant.checked_rem(self.grants.len())?;
                Request::Revoke(self.grants[n].1)
            }
            Step::EndGrants { source } => Request::EndGrants(*source),
            _ => return None,
        })
    }

    /// Its key is put in later.
    fn order(&self, asked: &Asked) -> Order {
        let run = RunId::from(self.workspace.as_uuid());
        Order {
            key: self.key(),
            action: asked.action,
            quantity: asked.quantity,
            purpose: Purpose {
                subject: asked.subject.map(Uuid::from_u128),
                provider: asked.provider.then(|| "icypeas".to_owned()),
                run: asked.run.then_some(run),
                member: None,
            },
            run_max: asked.run_max.map(Credits::millis),
        }
    }

    pub(super) fn key(&self) -> Key {
        Key::new(format!("key {}", self.keys))
    }
}

fn refund(of: Of, amount: Option<i64>) -> Request {
    let reason = "of a random step".to_owned();
    Request::Refund(Refund { of, amount: amount.map(Credits::millis), reason })
}

fn moved(back: Result<Credits, CreditError>) -> Said {
    back.map_or_else(of_error, |credits| Said::Moved(credits.as_millis()))
}

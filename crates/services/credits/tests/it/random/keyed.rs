//! Requests that have an idempotency key: for the first time, again, and another one under a key that was used.

use captely_contact::Credits;
use captely_credits::{
    Action, Adjustment, Charged, CreditError, Held, Key, NewGrant, Of, Order, Purpose, Refund,
};
use captely_platform::db::Tx;

use super::act::{Actor, Request};
use super::step::Step;
use crate::desk::credits;
use crate::model::Said;
use crate::model::corrections::Which;

impl Actor {
    pub(super) async fn with_key(&mut self, step: &Step) -> (Said, Said) {
        self.keys += 1;
        let Some(request) = self.request(step) else { return (Said::Done, Said::Done) };
        let key = self.key();
        let said = self.ask(&key, &request).await;
        let expected = self.expect(&key, &request);
        // What was refused or free left nothing behind: the same again is asked for the first time.
        let stays =
            matches!(expected, Said::Done | Said::Held(_) | Said::Spent(_) | Said::Moved(_));
        if stays {
            self.done.push((key, request, expected.clone()));
        }
        (said, expected)
    }

    pub(super) async fn again(&mut self, before: usize) -> (Said, Said) {
        let Some(n) = before.checked_rem(self.done.len()) else { return (Said::Done, Said::Done) };
        let (key, request, said) = self.done[n].clone();
        self.model.turn();
        let expected = match &request {
            Request::Hold(_, lasts, hold) => {
                self.model.hold_again(*hold, i64::try_from(lasts.as_micros()).unwrap())
            }
            // It tells what is available by then.
            Request::Adjust(_) => Said::Moved(self.model.picture().sums[0]),
            _ => said,
        };
        (self.ask(&key, &request).await, expected)
    }

    pub(super) async fn steal(&mut self, before: usize, what: u8) -> (Said, Said) {
        let Some(n) = before.checked_rem(self.done.len()) else { return (Said::Done, Said::Done) };
        let (key, was, moved) = self.done[n].clone();
        let left_no_entry = match &was {
            Request::Grant(new) => new.effective_at.is_some(),
            Request::EndGrants(_) | Request::Revoke(_) => moved == Said::Moved(0),
            _ => false,
        };
        let order = Order {
            key: key.clone(),
            action: Action::EmailReveal,
            quantity: 9,
            purpose: Purpose::default(),
            run_max: None,
        };
        let reason = "stolen".to_owned();
        let request = match what {
            // Such a key stands in a grant's row alone, where only grants and corrections look.
            1 | 2 if left_no_entry => return (Said::Done, Said::Done),
            0 => Request::Grant(NewGrant { note: reason, ..credits(7) }),
            1 => Request::Hold(order, crate::desk::HOUR, 0),
            2 => Request::Charge(order),
            _ => Request::Adjust(Adjustment { by_millis: 3, reason, by: None }),
        };
        (self.ask(&key, &request).await, Said::KeyReused)
    }

    async fn ask(&mut self, key: &Key, request: &Request) -> Said {
        let mut tx = self.desk.db.writer().await.unwrap();
        let done = self.ask_in(&mut tx, key, request).await;
        if done.is_ok() {
            tx.commit().await.unwrap();
        }
        done.unwrap_or_else(of_error)
    }

    async fn ask_in(
        &mut self,
        tx: &mut Tx,
        key: &Key,
        request: &Request,
    ) -> Result<Said, CreditError> {
        let (ledger, workspace) = (self.ledger.clone(), self.workspace);
        let moved = |credits: Credits| Said::Moved(credits.as_millis());
        Ok(match request {
            Request::Grant(new) => {
                let id = ledger.grant(tx, workspace, key, new).await?;
                self.given = Some(id);
                Said::Done
            }
            Request::Hold(order, lasts, n) => {
                let order = Order { key: key.clone(), ..order.clone() };
                let held = ledger.hold(tx, workspace, &[order], *lasts).await?.remove(0);
                if let Ok(Held::Credits(hold)) = held {
                    match self.holds.get(*n) {
                        Some(known) => assert_eq!(*known, hold.id, "another hold under this key"),
                        None => self.holds.push(hold.id),
                    }
                }
                held.map_or_else(|why| of_refusal(&why), super::said_of)
            }
            Request::Charge(order) => {
                let order = Order { key: key.clone(), ..order.clone() };
                let charged = ledger.charge(tx, workspace, &[order]).await?.remove(0);
                charged.map_or_else(|why| of_refusal(&why), said_of_charge)
            }
            Request::Refund(what) => moved(ledger.refund(tx, workspace, key, what).await?),
            Request::Adjust(what) => moved(ledger.adjust(tx, workspace, key, what).await?),
            Request::EndGrants(source) => {
                moved(ledger.end_grants(tx, workspace, key, *source).await?)
            }
            Request::Revoke(grant) => {
                moved(ledger.revoke(tx, workspace, key, *grant, "of a random step").await?)
            }
        })
    }

    fn expect(&mut self, key: &Key, request: &Request) -> Said {
        match request {
            Request::Grant(new) => {
                let n = self.model.grant(new);
                self.grants.extend(self.given.take().map(|id| (n, id)));
                Said::Done
            }
            Request::Hold(order, lasts, _) => {
                self.model.hold(order, i64::try_from(lasts.as_micros()).unwrap())
            }
            Request::Charge(order) => {
                let before = self.model.charges();
                let said = self.model.charge(order);
                if self.model.charges() > before {
                    self.charges.push((before, Of::Charge(key.clone())));
                }
                said
            }
            Request::Refund(what) => {
                let which = self.which(what);
                self.model.refund(which, what.amount.map(Credits::as_millis))
            }
            Request::Adjust(what) => self.model.adjust(what.by_millis),
            Request::EndGrants(source) => self.model.end_grants(*source),
            Request::Revoke(grant) => {
                let (n, _) = self.grants.iter().find(|(_, id)| id == grant).unwrap();
                self.model.revoke(*n)
            }
        }
    }

    fn which(&self, what: &Refund) -> Which {
        match &what.of {
            Of::Subject(subject, action) => Which::Subject(subject.as_u128(), *action),
            of => Which::Charge(self.charges.iter().find(|(_, known)| known == of).unwrap().0),
        }
    }
}

pub(super) fn said_of_charge(charged: Charged) -> Said {
    match charged {
        Charged::Spent(spent) => Said::Spent(spent.as_millis()),
        Charged::Free => Said::Free,
    }
}

fn of_refusal(refusal: &captely_credits::Refusal) -> Said {
    Said::Refused(refusal.limit, refusal.left.as_millis())
}

pub(super) fn of_error(error: CreditError) -> Said {
    match error {
        CreditError::KeyReused => Said::KeyReused,
        CreditError::NotFound(_) => Said::NotFound,
        CreditError::Amount(_) => Said::Amount,
        CreditError::AboveCharge { left, .. } => Said::Above(left.as_millis()),
        CreditError::TooLittle { left, .. } => Said::TooLittle(left.as_millis()),
        other => Said::Failed(format!("{other:?}")),
    }
}

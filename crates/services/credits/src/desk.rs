//! Whether an order may be had: what was paid for before is free, and limits are looked at in their order
//! (REQUIREMENTS CRD-05): balance, day, provider's month, plan, member, run.

use std::collections::{HashMap, HashSet};

use captely_contact::{Credits, month_after};
use captely_platform::ids::UserId;
use uuid::Uuid;

use crate::account::day_after;
use crate::counters::{Counters, of_member, of_provider, of_run};
use crate::key;
use crate::provider_calls::too_many;
use crate::session::Session;
use crate::store::charged;
use crate::{AMOUNT_MAX, Action, CreditError, Limit, Order, Refusal};

/// Looks at the orders of one session.
pub(crate) struct Desk {
    counters: Counters,
    /// What members may spend in a month, where an admin has said so.
    members: HashMap<UserId, i64>,
    paid: HashSet<(Uuid, Action)>,
}

/// What is to be done.
pub(crate) enum Decision {
    /// Nothing is to be paid.
    Free,
    /// This much.
    Price(i64),
}

impl Desk {
    /// Reads what the orders will be measured by.
    pub(crate) async fn open(
        session: &mut Session<'_>,
        orders: &[Order],
    ) -> Result<Self, CreditError> {
        let workspace = session.workspace;
        let pairs = orders.iter().filter_map(|o| o.purpose.subject.map(|s| (s, o.action)));
        let pairs: HashSet<(Uuid, Action)> = pairs.collect();
        let paid = if pairs.is_empty() {
            HashSet::new()
        } else {
            charged::known(session.tx, workspace, pairs.into_iter()).await?
        };
        let members = members(session, orders).await?;
        let mut keys = Vec::new();
        for order in orders {
            let purpose = &order.purpose;
            let limited = |name: &&String| session.policy.provider_monthly_max.contains_key(*name);
            if let Some(provider) = purpose.provider.as_ref().filter(limited) {
                keys.push(of_provider(provider, session.now));
            }
            if let Some(member) = purpose.member.filter(|member| members.contains_key(member)) {
                keys.push(of_member(member, session.now));
            }
            if let (Some(run), Some(_)) = (purpose.run, order.run_max) {
                keys.push(of_run(run));
            }
        }
        let counters = Counters::read(session.tx, workspace, keys).await?;
        Ok(Self { counters, members, paid })
    }

    /// What an order costs, or which limit stands in its way.
    pub(crate) async fn decide(
        &self,
        session: &mut Session<'_>,
        order: &Order,
    ) -> Result<Result<Decision, Refusal>, CreditError> {
        let price = session.policy.price(order.action, order.quantity);
        let subject = order.purpose.subject;
        if price.as_millis() == 0 || subject.is_some_and(|s| self.paid.contains(&(s, order.action)))
        {
            return Ok(Ok(Decision::Free));
        }
        if price < Credits::ZERO || price > AMOUNT_MAX {
            return Err(CreditError::Amount(price));
        }
        session.top_up(price.as_millis()).await?;
        Ok(self.check(session, order, price).map(|()| Decision::Price(price.as_millis())))
    }

    fn check(&self, session: &Session<'_>, order: &Order, price: Credits) -> Result<(), Refusal> {
        let (policy, account) = (&session.policy, &session.account);
        let needed = price.as_millis();
        let of = |limit: Limit, of: &str, value: i64, used: i64| Refusal {
            limit,
            of: of.to_owned(),
            value: Credits::millis(value),
            left: Credits::millis((value - used).max(0)),
            needed: price,
            resets_at: None,
        };
        if account.sums.available < needed {
            return Err(of(Limit::Balance, "", account.sums.available, 0));
        }
        if let Some(max) = policy.daily_max.map(Credits::as_millis)
            && account.day_used + needed > max
        {
            let refusal = of(Limit::Daily, "", max, account.day_used);
            return Err(Refusal { resets_at: Some(day_after(account.day)), ..refusal });
        }
        if let Some(provider) = &order.purpose.provider
            && let Some(max) = policy.provider_monthly_max.get(provider)
        {
            let key = of_provider(provider, session.now);
            let (used, asked) = (self.counters.used(&key), i64::from(order.quantity));
            if used + asked > i64::from(*max) {
                return Err(Refusal { needed: price, ..too_many(&key, *max, used, asked) });
            }
        }
        check_plan(session, order, price)?;
        if let Some(member) = order.purpose.member
            && let Some(max) = self.members.get(&member)
        {
            let key = of_member(member, session.now);
            let used = self.counters.used(&key);
            if used + needed > *max {
                let refusal = of(Limit::Member, "", *max, used);
                return Err(Refusal { resets_at: month_after(key.period), ..refusal });
            }
        }
        if let (Some(run), Some(max)) = (order.purpose.run, order.run_max.map(Credits::as_millis)) {
            let used = self.counters.used(&of_run(run));
            if used + needed > max {
                return Err(of(Limit::RunBudget, "", max, used));
            }
        }
        Ok(())
    }

    /// Counts credits that are set aside or spent.
    pub(crate) fn count(&mut self, session: &mut Session<'_>, order: &Order, amount: i64) {
        let (purpose, now) = (&order.purpose, session.now);
        session.account.day_used += amount;
        self.counters.credits(purpose.member, purpose.run, now, amount);
        if let Some(provider) = &purpose.provider {
            self.counters.add(of_provider(provider, now), i64::from(order.quantity));
        }
    }

    /// Leaves the counts to be written.
    pub(crate) fn close(self, session: &mut Session<'_>) {
        session.counters.join(self.counters);
    }
}

fn check_plan(session: &Session<'_>, order: &Order, price: Credits) -> Result<(), Refusal> {
    let policy = &session.policy;
    let refused = |what: String| Refusal {
        limit: Limit::Plan,
        of: what,
        value: Credits::ZERO,
        left: Credits::ZERO,
        needed: price,
        resets_at: None,
    };
    if !policy.gates.has_action(order.action) {
        return Err(refused(format!("the plan {} has no {}", policy.plan, order.action)));
    }
    match &order.purpose.provider {
        Some(provider) if !policy.gates.has_provider(provider) => {
            Err(refused(format!("the plan {} does not have the provider {provider}", policy.plan)))
        }
        _ => Ok(()),
    }
}

async fn members(
    session: &mut Session<'_>,
    orders: &[Order],
) -> Result<HashMap<UserId, i64>, CreditError> {
    let mut out = HashMap::new();
    let mut asked = HashSet::new();
    for member in orders.iter().filter_map(|order| order.purpose.member) {
        if !asked.insert(member) {
            continue;
        }
        let limit = captely_accounts::spending_limit(session.tx, session.workspace, member).await?;
        if let Some(limit) = limit {
            out.insert(member, limit.as_millis());
        }
    }
    Ok(out)
}

/// What an order asks for, to know it again.
pub(crate) fn asked(what: &str, order: &Order) -> key::KeyHash {
    let Order { action, quantity, purpose, .. } = order;
    key::request(&format!(
        "{what}|{action}|{quantity}|{:?}|{:?}|{:?}|{:?}",
        purpose.subject, purpose.provider, purpose.run, purpose.member
    ))
}

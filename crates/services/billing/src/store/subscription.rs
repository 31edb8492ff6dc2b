use captely_contact::Timestamp;
use captely_platform::db::{Db, DbError, Stmt, Tx, Value};
use captely_platform::ids::WorkspaceId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{count, from_json, json, word};
use crate::catalogue::Plan;
use crate::cycle::Cycle;
use crate::ids::{InvoiceId, SubscriptionId};
use crate::period::Period;
use crate::subscription::{Scheduled, Status, Subscription};

captely_platform::statements! {
    pub(crate) fn statements;

    const ADD: &str = "INSERT INTO billing_subscription
            (workspace_id, id, plan_id, terms, status, anchor, period_start, period_end,
             months_granted, paid_through, cancel_at_period_end, open_invoice, open_due_at, failed_at,
             asked, stripe_id, created_at, ended_at, next_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";

    const SAVE: &str = "UPDATE billing_subscription SET plan_id = $3, terms = $4, status = $5,
            anchor = $6, period_start = $7, period_end = $8, months_granted = $9, paid_through = $10,
            cancel_at_period_end = $11, open_invoice = $12, open_due_at = $13, failed_at = $14,
            asked = $15, stripe_id = $16, created_at = $17, ended_at = $18, next_at = $19
        WHERE workspace_id = $1 AND id = $2";

    const CURRENT: &str = "SELECT id, terms, status, anchor, period_start, period_end, months_granted,
            paid_through, cancel_at_period_end, open_invoice, open_due_at, failed_at, asked, stripe_id,
            created_at, ended_at
        FROM billing_subscription
        WHERE workspace_id = $1 AND status IN ('trialing', 'active', 'past_due', 'unpaid')";

    const ORDER: &str = "SELECT id, terms, status, anchor, period_start, period_end, months_granted,
            paid_through, cancel_at_period_end, open_invoice, open_due_at, failed_at, asked, stripe_id,
            created_at, ended_at
        FROM billing_subscription WHERE workspace_id = $1 AND status = 'incomplete'";

    const STANDING: &str =
        "SELECT status, stripe_id, ended_at FROM billing_subscription WHERE workspace_id = $1 AND id = $2";

    const BY_STRIPE: &str =
        "SELECT workspace_id, id FROM billing_subscription WHERE stripe_id = $1";

    /// Of all workspaces: one has one name at Stripe.
    const FETCHED_AT: &str =
        "SELECT fetched_at, workspace_id FROM billing_subscription WHERE stripe_id = $1";

    /// Of all workspaces.
    const MARKS: &str = "SELECT stripe_id, fetched_at, workspace_id FROM billing_subscription
        WHERE stripe_id > $1 AND fetched_at IS NOT NULL ORDER BY stripe_id LIMIT $2";

    const SET_FETCHED: &str = "UPDATE billing_subscription SET fetched_at = $3
        WHERE workspace_id = $1 AND id = $2";

    /// Of all workspaces: whoever finds one works in it alone.
    const DUE: &str = "SELECT next_at, workspace_id, id FROM billing_subscription
        WHERE next_at <= $1 AND next_at >= $2 AND (next_at, workspace_id, id) > ($2, $3, $4)
        ORDER BY next_at, workspace_id, id LIMIT $5";

    /// Of all workspaces: those that Stripe should know too, by its names for them.
    const AT_STRIPE: &str = "SELECT stripe_id, workspace_id, status, cancel_at_period_end, period_end
        FROM billing_subscription
        WHERE stripe_id > $1 AND status IN ('trialing', 'active', 'past_due', 'unpaid')
        ORDER BY stripe_id LIMIT $2";
}

/// What the column `terms` holds.
#[derive(Serialize, Deserialize)]
struct Terms {
    plan: Plan,
    cycle: Cycle,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scheduled: Option<Scheduled>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    upgrade: Option<Scheduled>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    paid_by: Option<InvoiceId>,
}

/// All of it; `next_at` is when something comes next.
fn values(one: &Subscription, next_at: Option<Timestamp>) -> Result<[Value; 19], DbError> {
    let terms = Terms {
        plan: one.plan.clone(),
        cycle: one.cycle,
        scheduled: one.scheduled.clone(),
        upgrade: one.upgrade.clone(),
        paid_by: one.paid_by,
    };
    Ok([
        one.workspace.into(),
        one.id.into(),
        one.plan.id.as_str().into(),
        json(&terms)?.into(),
        one.status.as_str().into(),
        one.anchor.into(),
        one.period.start.into(),
        one.period.end.into(),
        one.months_granted.into(),
        one.paid_through.into(),
        one.cancel_at_period_end.into(),
        one.open_invoice.into(),
        one.open_due_at.into(),
        one.failed_at.into(),
        one.asked.into(),
        one.stripe_id.clone().into(),
        one.created_at.into(),
        one.ended_at.into(),
        next_at.into(),
    ])
}

pub(crate) async fn add(
    tx: &mut Tx,
    one: &Subscription,
    next_at: Option<Timestamp>,
) -> Result<(), DbError> {
    tx.run(Stmt::text(ADD, values(one, next_at)?)).await?;
    Ok(())
}

pub(crate) async fn save(
    tx: &mut Tx,
    one: &Subscription,
    next_at: Option<Timestamp>,
) -> Result<(), DbError> {
    match tx.run(Stmt::text(SAVE, values(one, next_at)?)).await? {
        1 => Ok(()),
        _ => Err(DbError::Other(format!("{} is gone", one.id))),
    }
}

type Row = (
    SubscriptionId,
    String,
    String,
    i64,
    i64,
    i64,
    i64,
    i64,
    i64,
    Option<InvoiceId>,
    Option<i64>,
    Option<i64>,
    i64,
    Option<String>,
    i64,
    Option<i64>,
);

fn read(workspace: WorkspaceId, row: &Row) -> Result<Subscription, DbError> {
    let (id, terms, status, anchor, start, end, months, paid, cancel, invoice, due, ..) = row;
    let (.., failed, asked, stripe_id, created, ended) = row;
    let terms: Terms = from_json(terms)?;
    let moment = |micros: &i64| Timestamp::micros(*micros);
    Ok(Subscription {
        workspace,
        id: *id,
        plan: terms.plan,
        cycle: terms.cycle,
        status: word(status)?,
        anchor: moment(anchor),
        period: Period { start: moment(start), end: moment(end) },
        months_granted: count(*months)?,
        paid_through: moment(paid),
        paid_by: terms.paid_by,
        cancel_at_period_end: *cancel != 0,
        scheduled: terms.scheduled,
        upgrade: terms.upgrade,
        open_invoice: *invoice,
        open_due_at: due.as_ref().map(moment),
        failed_at: failed.as_ref().map(moment),
        asked: count(*asked)?,
        stripe_id: stripe_id.clone(),
        created_at: moment(created),
        ended_at: ended.as_ref().map(moment),
    })
}

/// The plan of a workspace that is in force.
pub(crate) async fn current(
    tx: &mut Tx,
    workspace: WorkspaceId,
) -> Result<Option<Subscription>, DbError> {
    let row: Option<Row> = tx.one(Stmt::text(CURRENT, [workspace.into()])).await?;
    row.map(|row| read(workspace, &row)).transpose()
}

/// The one that waits for its first payment.
pub(crate) async fn order(
    tx: &mut Tx,
    workspace: WorkspaceId,
) -> Result<Option<Subscription>, DbError> {
    let row: Option<Row> = tx.one(Stmt::text(ORDER, [workspace.into()])).await?;
    row.map(|row| read(workspace, &row)).transpose()
}

/// How one stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) status: Status,
    /// Whether Stripe ever charged for it here.
    pub(crate) began: bool,
    pub(crate) ended_at: Option<Timestamp>,
}

impl Standing {
    /// An order that ended before it was paid.
    pub(crate) fn is_called_off(self) -> bool {
        self.status == Status::Ended && !self.began
    }
}

/// None where there is no such one.
pub(crate) async fn standing(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: SubscriptionId,
) -> Result<Option<Standing>, DbError> {
    let found: Option<(String, Option<String>, Option<i64>)> =
        tx.one(Stmt::text(STANDING, [workspace.into(), id.into()])).await?;
    let read = |(status, stripe, ended): (String, Option<String>, Option<i64>)| {
        let ended_at = ended.map(Timestamp::micros);
        Ok(Standing { status: word(&status)?, began: stripe.is_some(), ended_at })
    };
    found.map(read).transpose()
}

/// Which one Stripe knows by that name.
pub(crate) async fn by_stripe(
    db: &Db,
    stripe_id: &str,
) -> Result<Option<(WorkspaceId, SubscriptionId)>, DbError> {
    db.one(Stmt::text(BY_STRIPE, [stripe_id.into()])).await
}

/// When the one that Stripe knows by that name was fetched as it stands here.
pub(crate) async fn fetched_at(tx: &mut Tx, stripe_id: &str) -> Result<Option<Timestamp>, DbError> {
    let row: Option<(Option<i64>, WorkspaceId)> =
        tx.one(Stmt::text(FETCHED_AT, [stripe_id.into()])).await?;
    Ok(row.and_then(|(at, _)| at).map(Timestamp::micros))
}

/// When those were fetched that stand here, behind `after` in the order of Stripe's names.
pub(crate) async fn marks(
    db: &Db,
    after: &str,
    most: u32,
) -> Result<Vec<(String, Timestamp)>, DbError> {
    let rows: Vec<(String, i64, WorkspaceId)> =
        db.all(Stmt::text(MARKS, [after.into(), most.into()])).await?;
    Ok(rows.into_iter().map(|(id, at, _)| (id, Timestamp::micros(at))).collect())
}

pub(crate) async fn set_fetched(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: SubscriptionId,
    at: Timestamp,
) -> Result<(), DbError> {
    tx.run(Stmt::text(SET_FETCHED, [workspace.into(), id.into(), at.into()])).await?;
    Ok(())
}

/// One of which something is due since a moment (microseconds).
pub(crate) type Due = (i64, WorkspaceId, SubscriptionId);

/// Before all that can be due.
pub(crate) fn before_all_due() -> Due {
    (i64::MIN, WorkspaceId::from(Uuid::nil()), SubscriptionId::from(Uuid::nil()))
}

/// Those of which something is due, the longest overdue first, behind `after`.
pub(crate) async fn due(
    db: &Db,
    now: Timestamp,
    (at, workspace, id): Due,
    most: u32,
) -> Result<Vec<Due>, DbError> {
    let values = [now.into(), at.into(), workspace.into(), id.into(), most.into()];
    db.all(Stmt::text(DUE, values)).await
}

/// What we say of a subscription that Stripe keeps too.
#[derive(Debug)]
pub(crate) struct AtStripe {
    pub(crate) stripe_id: String,
    pub(crate) workspace: WorkspaceId,
    pub(crate) status: String,
    pub(crate) cancel_at_period_end: bool,
    pub(crate) period_end: Timestamp,
}

/// Behind `after`, in the order of Stripe's names.
pub(crate) async fn at_stripe(db: &Db, after: &str, most: u32) -> Result<Vec<AtStripe>, DbError> {
    type Row = (String, WorkspaceId, String, i64, i64);
    let rows: Vec<Row> = db.all(Stmt::text(AT_STRIPE, [after.into(), most.into()])).await?;
    let read = |(stripe_id, workspace, status, cancel, end)| AtStripe {
        stripe_id,
        workspace,
        status,
        cancel_at_period_end: cancel != 0,
        period_end: Timestamp::micros(end),
    };
    Ok(rows.into_iter().map(read).collect())
}

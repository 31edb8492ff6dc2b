use super::*;
use crate::catalogue::Catalogue;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn dunning() -> Dunning {
    Catalogue::built_in().unwrap().dunning
}

/// A starter subscription that began on 31 January 2026 and is paid for its first period.
fn paid(cycle: Cycle) -> Subscription {
    let anchor = at("2026-01-31T10:00:00Z");
    let period = Period::of(anchor, 0, cycle.months());
    Subscription {
        workspace: WorkspaceId::LOCAL,
        id: SubscriptionId::from(uuid::Uuid::from_u128(1)),
        plan: Catalogue::built_in().unwrap().plan("starter").unwrap().clone(),
        cycle,
        status: Status::Active,
        anchor,
        period,
        months_granted: 0,
        paid_through: period.end,
        paid_by: None,
        cancel_at_period_end: false,
        scheduled: None,
        upgrade: None,
        open_invoice: None,
        open_due_at: None,
        failed_at: None,
        asked: 0,
        stripe_id: None,
        created_at: anchor,
        ended_at: None,
    }
}

#[track_caller]
fn check(subscription: &Subscription, expected: &str) {
    let next = subscription.next(&dunning());
    let told = next.map_or("nothing".to_owned(), |(at, step)| format!("{at} {step:?}"));
    assert_eq!(told, expected);
}

#[test]
fn a_month_brings_credits_and_then_an_invoice() {
    let mut one = paid(Cycle::Monthly);
    check(&one, "2026-01-31T10:00:00Z GrantMonth { n: 0 }");
    one.months_granted = 1;
    check(&one, "2026-02-28T10:00:00Z Renew");
}

#[test]
fn a_paid_year_brings_credits_each_month() {
    let mut one = paid(Cycle::Yearly);
    for n in 0..12 {
        one.months_granted = n;
        let (at, step) = one.next(&dunning()).unwrap();
        assert_eq!((at, step), (period::after(one.anchor, n), Step::GrantMonth { n }));
    }
    one.months_granted = 12;
    check(&one, "2027-01-31T10:00:00Z Renew");
}

#[test]
fn a_period_that_is_not_paid_brings_nothing_and_falls_due() {
    let mut one = paid(Cycle::Monthly);
    one.months_granted = 1;
    one.period = Period::of(one.anchor, 1, 1);
    one.open_due_at = Some(at("2026-03-14T10:00:00Z"));
    check(&one, "2026-03-14T10:00:00Z FallDue");
    one.status = Status::PastDue;
    one.failed_at = one.open_due_at;
    check(&one, "2026-03-17T10:00:00Z Ask { time: 1 }");
    one.asked = 3;
    check(&one, "2026-03-21T10:00:00Z FallUnpaid");
    one.status = Status::Unpaid;
    check(&one, "2026-03-28T10:00:00Z EndUnpaid");
    one.status = Status::Ended;
    check(&one, "nothing");
}

#[test]
fn an_upgrade_that_is_not_paid_is_no_debt() {
    let mut one = paid(Cycle::Monthly);
    one.months_granted = 1;
    one.open_due_at = Some(at("2026-02-10T10:00:00Z"));
    one.upgrade = Some(Scheduled { plan: one.plan.clone(), cycle: one.cycle });
    check(&one, "2026-02-28T10:00:00Z Renew");
}

#[test]
fn a_free_plan_brings_credits_for_ever() {
    let mut one = paid(Cycle::Monthly);
    one.plan = Catalogue::built_in().unwrap().plan("free").unwrap().clone();
    one.paid_through = one.anchor;
    one.months_granted = 30;
    check(&one, "2028-07-31T10:00:00Z GrantMonth { n: 30 }");
}

#[test]
fn stripe_is_asked_where_no_event_came() {
    let mut one = paid(Cycle::Monthly);
    one.stripe_id = Some("sub_1".to_owned());
    one.months_granted = 1;
    check(&one, "2026-02-28T12:00:00Z AskStripe");
    one.status = Status::Trialing;
    check(&one, "2026-02-28T12:00:00Z AskStripe");
    one.status = Status::PastDue;
    check(&one, "nothing");
}

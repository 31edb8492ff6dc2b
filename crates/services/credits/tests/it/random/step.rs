//! Steps by chance. Numbers that name something (a hold, a charge) are taken modulo how many there are.

use captely_contact::Credits;
use captely_credits::{Action, Gates, GrantSource, Policy};
use proptest::option;
use proptest::prelude::*;

#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) subject: Option<u128>,
    pub(super) action: Action,
    pub(super) quantity: u32,
    /// Within the run.
    pub(super) run: bool,
    /// What the run may spend in all.
    pub(super) run_max: Option<i64>,
    pub(super) provider: bool,
}

#[derive(Debug, Clone)]
pub(super) enum Step {
    Grant {
        source: GrantSource,
        amount: i64,
        begins_h: Option<u64>,
        lasts_h: Option<u64>,
        rollover: Option<(i64, u64)>,
        priority: Option<u8>,
    },
    Hold {
        asked: Asked,
        lasts_h: u64,
    },
    Capture {
        hold: usize,
        amount: Option<i64>,
    },
    Release {
        hold: usize,
    },
    Charge {
        asked: Asked,
    },
    RefundSubject {
        subject: u128,
        action: Action,
        amount: Option<i64>,
    },
    RefundCharge {
        charge: usize,
        amount: Option<i64>,
    },
    Bounce {
        subject: u128,
    },
    Merge {
        from: u128,
        into: u128,
    },
    Unmerge {
        merge: usize,
    },
    Adjust {
        by: i64,
    },
    Revoke {
        grant: usize,
    },
    EndGrants {
        source: GrantSource,
    },
    Policy(Box<Policy>),
    Clock {
        hours: i64,
    },
    Expire,
    /// The same request under the same key.
    Again {
        before: usize,
    },
    /// Another request under a key that was used.
    Steal {
        before: usize,
        what: u8,
    },
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![3 => Just(Action::EmailReveal), 1 => Just(Action::PhoneReveal)]
}

fn source() -> impl Strategy<Value = GrantSource> {
    use GrantSource::{Package, Plan, Rollover, Trial};
    proptest::sample::select(&[Plan, Trial, Package, Rollover][..])
}

fn asked() -> impl Strategy<Value = Asked> {
    let run_max = option::weighted(0.5, 0..9_000_i64);
    let flag = prop::bool::weighted;
    (option::weighted(0.7, 1..5_u128), action(), 1..3_u32, flag(0.3), run_max, flag(0.2)).prop_map(
        |(subject, action, quantity, run, run_max, provider)| Asked {
            subject,
            action,
            quantity,
            run,
            run_max: run_max.filter(|_| run),
            provider,
        },
    )
}

fn policy() -> impl Strategy<Value = Policy> {
    let price = proptest::sample::select(&[0_i64, 700, 1_000, 1_500][..]);
    let daily = option::of(2_000..20_000_i64);
    let calls = option::of(0..12_u32);
    let flag = prop::bool::weighted;
    (flag(0.1), daily, price, calls, flag(0.15), flag(0.8), flag(0.8)).prop_map(
        |(unlimited, daily, price, calls, gated, on_bounce, on_merge)| Policy {
            plan: "random".to_owned(),
            unlimited,
            daily_max: daily.map(Credits::millis),
            prices: [(Action::EmailReveal, Credits::millis(price))].into(),
            gates: Gates {
                actions: gated.then(|| [Action::EmailReveal].into()),
                ..Gates::default()
            },
            provider_monthly_max: calls
                .map(|max| ("icypeas".to_owned(), max))
                .into_iter()
                .collect(),
            low_at: Credits::millis(2_000),
            refund_on_bounce: on_bounce,
            refund_on_merge: on_merge,
        },
    )
}

fn grant() -> impl Strategy<Value = Step> {
    let begins = option::weighted(0.3, 1..30_u64);
    let lasts = option::weighted(0.6, 1..60_u64);
    let rollover = option::weighted(0.5, (1..6_000_i64, 1..60_u64));
    (source(), 1..12_000_i64, begins, lasts, rollover, option::weighted(0.2, 0..40_u8)).prop_map(
        |(source, amount, begins_h, lasts_h, rollover, priority)| Step::Grant {
            source,
            amount,
            begins_h,
            lasts_h,
            rollover,
            priority,
        },
    )
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let n = || 0..1_000_usize;
    let part = || option::weighted(0.5, -1..3_500_i64);
    let subject = || 1..5_u128;
    prop_oneof![
        6 => grant(),
        12 => (asked(), 1..48_u64).prop_map(|(asked, lasts_h)| Step::Hold { asked, lasts_h }),
        10 => (n(), option::weighted(0.4, 0..3_500_i64))
            .prop_map(|(hold, amount)| Step::Capture { hold, amount }),
        4 => n().prop_map(|hold| Step::Release { hold }),
        6 => asked().prop_map(|asked| Step::Charge { asked }),
        3 => (subject(), action(), part())
            .prop_map(|(subject, action, amount)| Step::RefundSubject { subject, action, amount }),
        4 => (n(), part()).prop_map(|(charge, amount)| Step::RefundCharge { charge, amount }),
        2 => subject().prop_map(|subject| Step::Bounce { subject }),
        3 => (subject(), subject()).prop_map(|(from, into)| Step::Merge { from, into }),
        2 => n().prop_map(|merge| Step::Unmerge { merge }),
        3 => prop_oneof![1..5_000_i64, -5_000..-1_i64].prop_map(|by| Step::Adjust { by }),
        1 => n().prop_map(|grant| Step::Revoke { grant }),
        1 => source().prop_map(|source| Step::EndGrants { source }),
        1 => policy().prop_map(|policy| Step::Policy(Box::new(policy))),
        4 => (-20..40_i64).prop_map(|hours| Step::Clock { hours }),
        2 => Just(Step::Expire),
        4 => n().prop_map(|before| Step::Again { before }),
        3 => (n(), 0..4_u8).prop_map(|(before, what)| Step::Steal { before, what }),
    ]
}

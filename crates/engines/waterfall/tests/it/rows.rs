use captely_contact::{Confidence, EmailStatus, Field, Person, Usd};
use captely_waterfall::{Budget, EmailCandidate, Policy, Refusal, Row, Seat, Step, Stop};
use proptest::prelude::*;

fn person() -> Person {
    Person {
        first_name: "Ada".into(),
        last_name: "Lovelace".into(),
        domain: "x.example".parse().ok(),
        ..Person::default()
    }
}

fn policy(budget: Budget) -> Policy {
    Policy {
        wants: vec![Field::Email],
        stop_at: Confidence::percent(90),
        verify: true,
        retries_max: 2,
        budget,
    }
}

fn seats(prices: &[i64]) -> Vec<Seat> {
    let seat = |(i, price): (usize, &i64)| Seat {
        provider: format!("p{i}"),
        email_worst: Usd::micros(*price),
        phone_worst: Usd::micros(*price),
        gives: vec![Field::Email],
    };
    prices.iter().enumerate().map(seat).collect()
}

fn candidate(percent: u8, source: &str, local: &str) -> EmailCandidate {
    EmailCandidate {
        email: format!("{local}@x.example").parse().unwrap(),
        source: source.into(),
        confidence: Confidence::percent(percent),
        status: EmailStatus::Valid,
        verification: String::new(),
        cost: Usd::ZERO,
    }
}

#[test]
fn free_step_first_then_the_order_until_sure() {
    let (policy, seats) = (policy(Budget::default()), seats(&[10, 20, 30]));
    let mut row = Row::new(person(), "me@mail.example".parse().ok(), seats.len());
    assert!(matches!(row.next_step(&policy, &seats, |_| None), Step::CheckInput(_)));
    assert_eq!(row.next_step(&policy, &seats, |_| None), Step::Guess);
    let ask =
        |seat, worst| Step::Ask { seat, wants: vec![Field::Email], worst: Usd::micros(worst) };
    assert_eq!(row.next_step(&policy, &seats, |_| None), ask(0, 10));
    row.found_email(candidate(70, "p0", "ada"));
    assert_eq!(
        row.next_step(&policy, &seats, |i| (i == 1).then(|| "out of credits".into())),
        ask(2, 30)
    );
    row.found_email(candidate(95, "p2", "ada"));
    assert_eq!(row.next_step(&policy, &seats, |_| None), Step::Done(Stop::Found));
    let best = row.best.email.unwrap();
    assert_eq!((best.source.as_str(), best.confidence.as_percent()), ("p0", 99), "two agree");
}

#[test]
fn without_a_company_nobody_is_asked() {
    let (policy, seats) = (policy(Budget::default()), seats(&[10]));
    let mut row = Row::new(Person { domain: None, ..person() }, None, 1);
    assert_eq!(row.next_step(&policy, &seats, |_| None), Step::Done(Stop::NotSearchable));
}

#[test]
fn a_budget_that_left_somebody_unasked_is_named() {
    let budget = Budget { row_max: Some(Usd::micros(25)), run_max: None };
    let (policy, seats) = (policy(budget), seats(&[10, 20]));
    let mut row = Row::new(person(), None, 2);
    row.next_step(&policy, &seats, |_| None);
    row.next_step(&policy, &seats, |_| None);
    row.spent = Usd::micros(10);
    assert_eq!(row.next_step(&policy, &seats, |_| None), Step::Done(Stop::RowBudget));
    row.refuse("p1", Refusal::Run, Usd::micros(20));
    assert_eq!(row.next_step(&policy, &seats, |_| None), Step::Done(Stop::RunBudget));
    row.refuse_calls("p1", "none of 5 calls is left");
    assert_eq!(row.next_step(&policy, &seats, |_| None), Step::Done(Stop::ProviderLimit));
    let last = row.story.lines().last().unwrap();
    assert_eq!((&*last.who, &*last.what), ("p1", "not asked: none of 5 calls is left"));
}

#[test]
fn what_is_paid_already_is_used_whatever_stands_in_the_way() {
    let budget = Budget { row_max: Some(Usd::micros(15)), run_max: None };
    let (policy, seats) = (policy(budget), seats(&[10, 20, 5]));
    let mut row = Row::new(person(), None, 3);
    row.spent = Usd::micros(30);
    let mut step = || {
        let dropped = |_: usize| Some("refused the key".to_owned());
        row.next_step_knowing(&policy, &seats, dropped, |seat, _| seat == 1)
    };
    assert_eq!(step(), Step::Guess);
    assert_eq!(step(), Step::Recall { seat: 1, wants: vec![Field::Email] });
    assert_eq!(step(), Step::Done(Stop::Exhausted));
}

proptest! {
    /// Whatever providers charge up to their worst price, no row goes over its budget, nobody is
    /// asked twice, and the row ends.
    #[test]
    fn no_row_overspends(
        prices in prop::collection::vec(0i64..50, 0..6),
        charged in prop::collection::vec(0i64..=100, 6),
        found in prop::collection::vec(prop::option::of(0u8..=100), 6),
        max in 0i64..120,
    ) {
        let budget = Budget { row_max: Some(Usd::micros(max)), run_max: None };
        let (policy, seats) = (policy(budget), seats(&prices));
        let mut row = Row::new(person(), None, seats.len());
        let mut asked = Vec::new();
        for _ in 0..20 {
            match row.next_step(&policy, &seats, |_| None) {
                Step::Ask { seat, worst, .. } => {
                    prop_assert!(!asked.contains(&seat));
                    let cost = worst.as_micros() * charged[seat] / 100;
                    row.spent = row.spent.plus(Usd::micros(cost));
                    if let Some(percent) = found[seat] {
                        row.found_email(candidate(percent, &seats[seat].provider, "ada"));
                    }
                    asked.push(seat);
                }
                Step::Done(_) => break,
                _ => {}
            }
            prop_assert!(row.spent.as_micros() <= max);
        }
        prop_assert!(matches!(row.next_step(&policy, &seats, |_| None), Step::Done(_)));
    }
}

use std::time::Duration;

use captely_contact::{Credits, Usd};
use captely_credits::{
    Action, By, Capture, Cost, Key, Of, Order, Period, ProviderSpend, Purpose, Refund, UsedOn,
};
use captely_platform::clock::Clock as _;
use captely_platform::db::Db;
use captely_platform::ids::RunId;
use captely_testkit::both_dbs;
use serde_json::json;
use uuid::Uuid;

use crate::desk::{Desk, HOUR, WORKSPACE, credits, metered, migrations, order};
use crate::office::Office;
use crate::people::{elsewhere, user};

const DAY: Duration = Duration::from_hours(24);

fn run(n: u128) -> RunId {
    RunId::from(Uuid::from_u128(n))
}

fn of(key: &str, provider: &str, in_run: Option<RunId>) -> Order {
    let provider = Some(provider.to_owned()).filter(|name| !name.is_empty());
    let purpose = Purpose { subject: None, provider, run: in_run, member: Some(user("user")) };
    Order { purpose, ..order(key) }
}

async fn refund(desk: &Desk, charge: Of, amount: i64) {
    let mut tx = desk.db.writer().await.unwrap();
    let key = Key::new(format!("{charge:?} {amount}"));
    let amount = Some(Credits::millis(amount));
    let what = Refund { of: charge, amount, reason: String::new() };
    desk.ledger.refund(&mut tx, WORKSPACE, &key, &what).await.unwrap();
    tx.commit().await.unwrap();
}

async fn spend(db: &Db, desk: &Desk, lines: &[ProviderSpend]) {
    let mut tx = db.writer().await.unwrap();
    desk.ledger.spend(&mut tx, WORKSPACE, lines).await.unwrap();
    tx.commit().await.unwrap();
}

/// What the entries themselves say was spent, in thousandths.
async fn net_by_entries(desk: &Desk) -> i64 {
    desk.standing().await.spent.as_millis()
}

async fn lines(desk: &Desk, by: By) -> Vec<(String, i64, i64, i64)> {
    let period = Period::of_days(None, None, desk.clock.now()).unwrap();
    let usage = desk.ledger.usage(WORKSPACE, by, period).await.unwrap();
    assert_eq!(usage.entries_behind, 0);
    let all = usage.lines.iter();
    all.map(|line| (line.on.to_string(), line.used.charges, line.used.charged, line.used.refunded))
        .collect()
}

both_dbs! {
    migrations = &migrations();

    async fn charges_and_refunds_are_summed_up_by_everything(db) {
        let desk = Desk::new(&db, metered());
        // Two grants, so that a charge of both has two entries and still counts once.
        desk.grant("g", &credits(400)).await.unwrap();
        desk.grant("h", &credits(90_000)).await.unwrap();
        desk.charge(of("a", "hunter", Some(run(1)))).await.unwrap();
        let hold = desk.hold(of("b", "", Some(run(2)))).await;
        let mut tx = db.writer().await.unwrap();
        let capture = Capture { hold: hold.id, amount: Some(Credits::millis(600)), provider: Some("icypeas".into()) };
        desk.ledger.capture(&mut tx, WORKSPACE, &[capture]).await.unwrap().remove(0).unwrap();
        tx.commit().await.unwrap();
        desk.hold(of("held only", "hunter", None)).await;
        assert_eq!(lines(&desk, By::Provider).await, [("hunter".into(), 1, 1_000, 0), ("icypeas".into(), 1, 600, 0)]);
        desk.clock.advance(DAY);
        // A refund counts for the provider, the run and the action of its charge, on its own day.
        refund(&desk, Of::Hold(hold.id), 250).await;
        refund(&desk, Of::Charge(Key::new("a")), 1_000).await;
        desk.charge(Order { action: Action::EmailVerification, ..of("c", "", None) }).await.unwrap();
        let expected = [("hunter".into(), 1, 1_000, 1_000), ("icypeas".into(), 1, 600, 250), (String::new(), 1, 500, 0)];
        assert_eq!(lines(&desk, By::Provider).await, expected);
        let expected = [(run(1).to_string(), 1, 1_000, 1_000), (run(2).to_string(), 1, 600, 250), (String::new(), 1, 500, 0)];
        assert_eq!(lines(&desk, By::Run).await, expected);
        assert_eq!(lines(&desk, By::Member).await, [(user("user").to_string(), 3, 2_100, 1_250)]);
        let expected = [("email_reveal".into(), 2, 1_600, 1_250), ("email_verification".into(), 1, 500, 0)];
        assert_eq!(lines(&desk, By::Action).await, expected);
        let today = UsedOn::Day(desk.clock.now().as_micros() / 86_400_000_000).to_string();
        let days = lines(&desk, By::Day).await;
        assert_eq!(days[0], (today, 1, 500, 1_250));
        assert_eq!((days.len(), days[1].1, days[1].2, days[1].3), (2, 2, 1_600, 0));
        let net: i64 = days.iter().map(|(_, _, charged, refunded)| charged - refunded).sum();
        assert_eq!(net, net_by_entries(&desk).await);
        let elsewhere = desk.ledger.usage(elsewhere(), By::Day, Period::of_days(None, None, desk.clock.now()).unwrap());
        assert!(elsewhere.await.unwrap().lines.is_empty());
        desk.check().await;
    }

    async fn whoever_rolls_up_at_once_counts_nothing_twice(db) {
        let one = Desk::new(&db, metered());
        let other = Desk::seeded(&db.another_process().await, metered(), 2);
        one.grant("g", &credits(900_000_000)).await.unwrap();
        for round in 0..4 {
            let orders: Vec<Order> = (0..300).map(|n| of(&format!("{round} {n}"), "hunter", None)).collect();
            let mut tx = db.writer().await.unwrap();
            one.ledger.charge(&mut tx, WORKSPACE, &orders).await.unwrap();
            tx.commit().await.unwrap();
            let (a, b, c) = tokio::join!(
                one.ledger.roll_up(WORKSPACE), other.ledger.roll_up(WORKSPACE), one.ledger.roll_up_all(),
            );
            assert_eq!((a.unwrap(), b.unwrap()), (0, 0));
            c.unwrap();
        }
        assert_eq!(lines(&one, By::Provider).await, [("hunter".into(), 1_200, 1_200_000, 0)]);
        assert_eq!(net_by_entries(&one).await, 1_200_000);
        assert_eq!(one.ledger.roll_up_all().await.unwrap(), 0);
    }

    async fn a_long_history_is_rolled_up_in_parts(db) {
        let desk = Desk::new(&db, metered());
        desk.grant("g", &credits(900_000_000)).await.unwrap();
        let orders: Vec<Order> = (0..11_000).map(|n| of(&n.to_string(), "hunter", None)).collect();
        let mut tx = db.writer().await.unwrap();
        desk.ledger.charge(&mut tx, WORKSPACE, &orders).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(desk.ledger.roll_up_all().await.unwrap(), 1);
        assert_eq!(lines(&desk, By::Provider).await, [("hunter".into(), 11_000, 11_000_000, 0)]);
    }

    async fn money_stands_beside_credits(db) {
        let office = Office::new(&db, metered()).await;
        let desk = &office.desk;
        desk.grant("g", &credits(90_000)).await.unwrap();
        desk.charge(of("a", "hunter", None)).await.unwrap();
        let of = |provider: &str, in_run: u128, cost: Cost| ProviderSpend {
            provider: provider.into(), run: Some(run(in_run)), member: None, cost,
        };
        let cost = Cost { calls: 5, found: 3, verified: 2, delivered: 1, usd: Usd::micros(10_000) };
        spend(&db, desk, &[of("hunter", 1, cost), of("hunter", 1, cost), of("hunter", 2, cost)]).await;
        spend(&db, desk, &[of("hunter", 1, cost), of("dropcontact", 1, Cost { calls: 1, ..Cost::default() })]).await;
        desk.clock.advance(HOUR);
        let seen = office.get("viewer", "/api/credits/usage?by=provider").await.is(200).clone();
        assert_eq!(seen["items"][0]["of"], "hunter");
        assert_eq!(seen["items"][0]["used"]["net"], "1");
        let expected = json!({
            "calls": 20, "found": 12, "verified": 8, "delivered": 4, "usd": "0.04",
            "usd_per_found": "0.003334", "usd_per_verified": "0.005", "usd_per_delivered": "0.01",
        });
        assert_eq!(seen["items"][0]["cost"], expected);
        assert_eq!(seen["items"][1]["of"], "dropcontact");
        assert_eq!(seen["items"][1]["cost"]["usd_per_found"], json!(null));
        assert_eq!(seen["total"]["charged"], "1");
        let by_day = office.get("viewer", "/api/credits/usage?by=day").await;
        assert_eq!(by_day.is(200)["items"][0]["cost"], json!(null));
        let then = office.get("viewer", "/api/credits/usage?by=provider&from=2001-01-01&to=2001-01-02").await;
        assert_eq!((&then.is(200)["items"], &then.is(200)["total"]["net"]), (&json!([]), &json!("0")));
        let elsewhere = office.get("stranger", "/api/credits/usage?by=provider").await;
        assert_eq!(elsewhere.is(200)["items"], json!([]));
    }
}

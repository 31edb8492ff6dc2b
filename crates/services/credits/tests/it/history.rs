use captely_credits::{Action, EntryKind, HistoryFilter, Key, Of, Order, Purpose, Refund};
use captely_platform::clock::Clock as _;
use captely_platform::db::{Db, Stmt};
use captely_platform::ids::RunId;
use captely_testkit::both_dbs;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::desk::{Desk, HOUR, WORKSPACE, credits, metered, migrations, order};
use crate::office::Office;
use crate::people::user;

fn run() -> RunId {
    RunId::from(Uuid::from_u128(0x52))
}

fn by(key: &str, provider: &str, member: &str) -> Order {
    let purpose = Purpose {
        subject: None,
        provider: Some(provider.to_owned()),
        run: Some(run()),
        member: Some(user(member)),
    };
    Order { purpose, ..order(key) }
}

/// A grant, then three charges, one of them given back.
async fn play(desk: &Desk) {
    desk.grant("g", &credits(9_000)).await.unwrap();
    desk.clock.advance(HOUR);
    desk.charge(by("a", "hunter", "user")).await.unwrap();
    desk.charge(by("b", "icypeas", "user")).await.unwrap();
    desk.clock.advance(HOUR);
    let phone = Order { action: Action::PhoneReveal, ..by("c", "hunter", "admin") };
    desk.charge(phone).await.unwrap();
    let mut tx = desk.db.writer().await.unwrap();
    let what = Refund { of: Of::Charge(Key::new("a")), amount: None, reason: "=2+3".into() };
    desk.ledger.refund(&mut tx, WORKSPACE, &Key::new("r"), &what).await.unwrap();
    tx.commit().await.unwrap();
}

/// Copies of the first entry as other kinds, up to this number.
async fn lengthen(db: &Db, until: i64) {
    let copy = "INSERT INTO credit_entry (workspace_id, seq, at, kind, debit, credit, amount, balance_after,
            key, line, request, quantity, reason)
        WITH RECURSIVE n (n) AS (
            SELECT CAST(2 AS BIGINT) UNION ALL SELECT n + 1 FROM n WHERE n < $2)
        SELECT e.workspace_id, n.n, e.at, 'release', e.debit, e.credit, e.amount, e.balance_after, e.key,
            n.n, e.request, e.quantity, e.reason
        FROM n CROSS JOIN credit_entry e WHERE e.workspace_id = $1 AND e.seq = 1";
    let count = "UPDATE credit_account SET seq = $2 WHERE workspace_id = $1";
    let mut tx = db.writer().await.unwrap();
    for sql in [copy, count] {
        tx.run(Stmt::text(sql, [WORKSPACE.into(), until.into()])).await.unwrap();
    }
    tx.commit().await.unwrap();
}

both_dbs! {
    migrations = &migrations();

    async fn it_is_filtered_and_the_newest_comes_first(db) {
        let office = Office::new(&db, metered()).await;
        play(&office.desk).await;
        let of = async |query: &str| {
            office.get("viewer", &format!("/api/credits/history?{query}")).await.column("change")
        };
        assert_eq!(of("").await, ["1", "-3", "-1", "-1", "9"]);
        assert_eq!(of("kind=charge").await, ["-3", "-1", "-1"]);
        assert_eq!(of("action=phone_reveal").await, ["-3"]);
        assert_eq!(of("provider=icypeas").await, ["-1"]);
        assert_eq!(of(&format!("member={}", user("user"))).await, ["1", "-1", "-1"]);
        assert_eq!(of(&format!("run={}&kind=refund", run())).await, ["1"]);
        assert_eq!(of("provider=nobody").await, [""; 0]);
        let now = office.desk.clock.now();
        assert_eq!(of(&format!("from={now}")).await, ["1", "-3"]);
        let before = now.minus(HOUR);
        assert_eq!(of(&format!("from={before}&to={now}")).await, ["-1", "-1"]);
        let first = office.get("viewer", "/api/credits/history?kind=grant&fields=seq,kind,from_account,to_account").await;
        let shown = json!([{ "seq": 1, "kind": "grant", "from_account": "granted", "to_account": "available" }]);
        assert_eq!(first.is(200)["items"], shown);
    }

    async fn pages_lead_on_without_gap_or_repeat(db) {
        let office = Office::new(&db, metered()).await;
        play(&office.desk).await;
        let (mut seen, mut after) = (Vec::new(), String::new());
        loop {
            let page = office.get("viewer", &format!("/api/credits/history?limit=2{after}")).await;
            let items = page.is(200)["items"].as_array().unwrap().clone();
            assert!(items.len() <= 2);
            seen.extend(items.iter().map(|item| item["seq"].as_i64().unwrap()));
            // What comes meanwhile does not shift the pages.
            office.desk.charge(by(&format!("later {}", seen.len()), "hunter", "user")).await.unwrap();
            match page.is(200)["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
        assert_eq!(seen, [5, 4, 3, 2, 1]);
    }

    async fn a_filter_that_fits_little_answers_soon_and_leads_on(db) {
        let desk = Desk::new(&db, metered());
        desk.grant("g", &credits(9_000)).await.unwrap();
        lengthen(&db, 250_001).await;
        let filter = HistoryFilter { kind: Some(EntryKind::Grant), ..HistoryFilter::default() };
        let page = desk.ledger.history(WORKSPACE, &filter, None, 10).await.unwrap();
        assert_eq!((page.lines.len(), page.next), (0, Some(50_002)));
        let page = desk.ledger.history(WORKSPACE, &filter, page.next, 10).await.unwrap();
        assert_eq!((page.lines.len(), page.next), (1, None));
        for odd in [1, 0, i64::MIN] {
            let none = desk.ledger.history(WORKSPACE, &filter, Some(odd), 10).await.unwrap();
            assert_eq!((none.lines.len(), none.next), (0, None));
        }
    }

    async fn it_is_exported_whole_and_runs_no_formula(db) {
        let office = Office::new(&db, metered()).await;
        play(&office.desk).await;
        // More than two pages of the export.
        let check = |n: i32| Order { action: Action::EmailVerification, ..order(&format!("x{n}")) };
        let orders: Vec<Order> = (0..1_100).map(check).collect();
        office.desk.grant("h", &credits(900_000)).await.unwrap();
        let mut tx = db.writer().await.unwrap();
        office.desk.ledger.charge(&mut tx, WORKSPACE, &orders).await.unwrap();
        tx.commit().await.unwrap();
        let csv = office.get("viewer", "/api/credits/history/export?format=csv").await;
        csv.is(200);
        assert_eq!(csv.headers["content-type"], "text/csv; charset=utf-8");
        assert_eq!(csv.headers["content-disposition"], "attachment; filename=\"credits.csv\"");
        let lines: Vec<&str> = csv.text.lines().collect();
        assert_eq!(lines.len(), 1 + 5 + 1 + 1_100);
        assert!(lines[0].starts_with("seq,at,kind,change,balance_after,reason,"), "{}", lines[0]);
        let refund = lines.iter().find(|line| line.contains(",refund,")).unwrap();
        assert!(refund.contains(",refund,1,5,'=2+3,1,spent,available,"), "{refund}");
        let charge = lines.iter().find(|line| line.starts_with("4,")).unwrap();
        assert!(charge.contains(",charge,-3,4,,3,available,spent,phone_reveal,1,hunter,"), "{charge}");
        let jsonl = office.get("viewer", "/api/credits/history/export?format=jsonl&provider=hunter").await;
        jsonl.is(200);
        let lines: Vec<Value> = jsonl.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.iter().map(|line| line["seq"].as_i64().unwrap()).collect::<Vec<_>>(), [4, 2]);
    }
}

use captely_platform::MIGRATIONS;
use captely_platform::db::{Db, Tx};
use captely_platform::events::{self, Cursor, Event, Published};
use captely_platform::ids::{Ids, WorkspaceId};
use captely_testkit::{Engine, TestClock, assert_prepares, both_dbs};
use serde_json::json;
use uuid::Uuid;

const WS: WorkspaceId = WorkspaceId::LOCAL;

fn event(n: u32) -> Event {
    Event {
        workspace: WS,
        kind: "contact.enriched",
        subject: Uuid::from_u128(u128::from(n)),
        data: json!({ "n": n }),
        at: TestClock::START,
    }
}

async fn publish(tx: &mut Tx, ids: &Ids, numbers: std::ops::Range<u32>) {
    let all: Vec<_> = numbers.map(event).collect();
    events::publish(tx, ids, &all).await.unwrap();
}

async fn read(db: &Db, after: Cursor, n: u32) -> Vec<Published> {
    events::read_after(db, WS, after, n).await.unwrap()
}

/// Waits until `n` events can be read: on PostgreSQL the other tests' transactions, in other databases
/// of the same server, may hold them back for a moment.
async fn settled(db: &Db, n: usize) -> Vec<Published> {
    let began = tokio::time::Instant::now();
    loop {
        let events = read(db, Cursor::START, 9_999).await;
        if events.len() >= n || began.elapsed().as_secs() > 30 {
            return events;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

fn numbers(events: &[Published]) -> Vec<u64> {
    events.iter().map(|e| e.data["n"].as_u64().unwrap()).collect()
}

both_dbs! {
    migrations = MIGRATIONS;

    async fn read_in_order_from_a_cursor(db) {
        let ids = captely_testkit::ids();
        let mut tx = db.writer().await.unwrap();
        publish(&mut tx, &ids, 0..3).await;
        publish(&mut tx, &ids, 3..100).await;
        let elsewhere = Event { workspace: WorkspaceId::from(Uuid::from_u128(9)), ..event(7) };
        events::publish(&mut tx, &ids, &[elsewhere]).await.unwrap();
        tx.commit().await.unwrap();
        settled(&db, 100).await;
        let mut cursor = Cursor::START;
        let mut seen = Vec::new();
        loop {
            let page = read(&db, cursor, 30).await;
            let Some(last) = page.last() else { break };
            cursor = last.cursor.to_string().parse().unwrap();
            seen.extend(numbers(&page));
        }
        assert_eq!(seen, (0..100).collect::<Vec<_>>());
        let first = &read(&db, Cursor::START, 1).await[0];
        assert_eq!((first.kind.as_str(), first.subject), ("contact.enriched", Uuid::from_u128(0)));
        assert_eq!(first.at, TestClock::START);
    }

    async fn rolled_back_events_never_were(db) {
        let mut tx = db.writer().await.unwrap();
        publish(&mut tx, &captely_testkit::ids(), 0..3).await;
        drop(tx);
        assert_eq!(read(&db, Cursor::START, 9).await, []);
    }

    async fn a_late_committer_is_not_skipped(db) {
        if db.engine() == Engine::Postgres {
            let ids = captely_testkit::ids();
            let mut early = db.writer().await.unwrap();
            publish(&mut early, &ids, 0..1).await;
            let mut late = db.writer().await.unwrap();
            publish(&mut late, &ids, 1..2).await;
            late.commit().await.unwrap();
            // The second is visible, but the first may still come before it.
            assert_eq!(read(&db, Cursor::START, 9).await, []);
            early.commit().await.unwrap();
            assert_eq!(numbers(&settled(&db, 2).await), [0, 1]);
        }
    }

    async fn a_reader_beside_many_writers_sees_each_event_once(db) {
        const WRITERS: u32 = 6;
        const EACH: u32 = 40;
        let mut tasks = Vec::new();
        for w in 0..WRITERS {
            let process = db.another_process().await;
            tasks.push(tokio::spawn(async move {
                let ids = captely_testkit::ids_at(std::sync::Arc::new(TestClock::default()), u64::from(w));
                for n in 0..EACH {
                    let mut tx = process.writer().await.unwrap();
                    publish(&mut tx, &ids, (w * EACH + n)..(w * EACH + n + 1)).await;
                    if n % 3 == 0 {
                        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
                    }
                    tx.commit().await.unwrap();
                }
            }));
        }
        let mut cursor = Cursor::START;
        let mut seen = Vec::new();
        let began = tokio::time::Instant::now();
        while u32::try_from(seen.len()).unwrap() < WRITERS * EACH && began.elapsed().as_secs() < 30 {
            let page = read(&db, cursor, 7).await;
            if let Some(last) = page.last() {
                cursor = last.cursor;
            }
            seen.extend(numbers(&page));
        }
        for task in tasks {
            task.await.unwrap();
        }
        seen.sort_unstable();
        assert_eq!(seen, (0..u64::from(WRITERS * EACH)).collect::<Vec<_>>());
    }

    async fn statements_are_prepared(db) {
        assert_prepares(&db, &events::statements(db.engine())).await;
    }
}

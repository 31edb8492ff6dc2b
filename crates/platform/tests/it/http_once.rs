//! Work that is done once, whatever happens to the request.

use std::time::Duration;

use captely_platform::db::{Db, Stmt};
use captely_platform::http::forget_old;
use captely_testkit::both_dbs;
use tokio::io::AsyncWriteExt as _;

use crate::http_app::{App, Setup, USER, migrations};
use crate::http_client::Answer;

async fn order(app: &App, who: &str, key: &str, body: &str) -> Answer {
    app.ask("POST /api/orders", &format!("{who}Idempotency-Key: {key}\r\n"), body).await
}

async fn made(db: &Db) -> i64 {
    let count: Option<(i64,)> = db.one(Stmt::text("SELECT COUNT(*) FROM made", [])).await.unwrap();
    count.unwrap().0
}

const ADA: &str = r#"{"name":"Ada"}"#;

both_dbs! {
    migrations = &migrations();

    async fn the_same_request_is_done_once(db) {
        let app = App::start(&db, Setup::default());
        let first = order(&app, USER, "k1", ADA).await;
        assert_eq!((first.status, first.header("idempotency-replayed")), (201, None));
        let again = order(&app, USER, "k1", ADA).await;
        assert_eq!((again.status, again.body.as_str()), (201, first.body.as_str()));
        assert_eq!(again.header("idempotency-replayed").as_deref(), Some("true"));
        order(&app, USER, "k1", r#"{"name":"Eve"}"#).await
            .check(422, "idempotency_key_reused", "Idempotency-Key");
        assert_eq!(made(&db).await, 1);
        let none = app.post("/api/orders", ADA).await;
        assert_eq!((none.status, made(&db).await), (201, 2));
        for bad in ["", "a b", &"k".repeat(256)] {
            order(&app, USER, bad, ADA).await.check(400, "malformed", "Idempotency-Key");
        }
        assert_eq!(made(&db).await, 2);
    }

    async fn keys_of_others_are_others(db) {
        let app = App::start(&db, Setup::default());
        let who = |text: &str| format!("Authorization: Bearer {text}\r\n");
        for (n, text) in (1..).zip(["session.1.1.owner", "session.2.1.owner", "session.1.2.owner", "ck_1.1.*"]) {
            let answer = order(&app, &who(text), "k1", ADA).await;
            assert_eq!((answer.status, answer.header("idempotency-replayed")), (201, None), "{text}");
            assert_eq!(made(&db).await, n, "{text}");
        }
    }

    async fn two_at_once_wait_for_each_other(db) {
        let app = App::start(&db, Setup::default());
        let slow = r#"{"name":"Ada","wait_ms":300}"#;
        let (one, two) = tokio::join!(order(&app, USER, "k1", slow), order(&app, USER, "k1", slow));
        assert_eq!((one.status, two.status), (201, 201));
        assert_eq!(one.body, two.body);
        assert_eq!(made(&db).await, 1);
    }

    async fn failed_work_is_not_kept(db) {
        let app = App::start(&db, Setup::default());
        let failing = r#"{"name":"Ada","fail":true}"#;
        order(&app, USER, "k1", failing).await.check(409, "conflict", "");
        order(&app, USER, "k1", failing).await.check(409, "conflict", "");
        assert_eq!(order(&app, USER, "k1", ADA).await.status, 201);
        assert_eq!(made(&db).await, 1);
    }

    async fn work_that_is_cut_off_never_was(db) {
        let app = App::start(&db, Setup::default());
        let slow = r#"{"name":"Ada","wait_ms":1000}"#;
        let mut stream = app.connect().await;
        let text = format!("POST /api/orders HTTP/1.1\r\nHost: t\r\n{USER}Idempotency-Key: k1\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{slow}", slow.len());
        stream.write_all(text.as_bytes()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(300)).await;
        drop(stream);
        let again = order(&app, USER, "k1", slow).await;
        assert_eq!((again.status, again.header("idempotency-replayed")), (201, None), "{again:?}");
        assert_eq!(made(&db).await, 1);
    }

    async fn answers_lie_sealed_and_for_a_day(db) {
        let app = App::start(&db, Setup::default());
        assert_eq!(order(&app, USER, "k1", ADA).await.status, 201);
        let select = "SELECT answer FROM idempotency";
        let (kept,): (String,) = db.one(Stmt::text(select, [])).await.unwrap().unwrap();
        assert!(kept.starts_with("x1.") && !kept.contains("shown-once"), "{kept}");
        // Sealed for its row: it does not open in another.
        assert_eq!(order(&app, USER, "k2", ADA).await.status, 201);
        let mut tx = db.writer().await.unwrap();
        tx.run(Stmt::text("UPDATE idempotency SET answer = $1", [kept.into()])).await.unwrap();
        tx.commit().await.unwrap();
        let (one, two) = (order(&app, USER, "k1", ADA).await, order(&app, USER, "k2", ADA).await);
        assert_eq!((one.status, two.status), (201, 500));
        app.clock.advance(Duration::from_hours(24));
        let fresh = order(&app, USER, "k1", ADA).await;
        assert_eq!((fresh.status, fresh.header("idempotency-replayed")), (201, None));
        assert_eq!(made(&db).await, 3);
        assert_eq!(forget_old(&db, app.http.now()).await.unwrap(), 1, "k2; k1 was renewed");
    }

    async fn statements_are_prepared(db) {
        captely_testkit::assert_prepares(&db, &captely_platform::http::statements()).await;
    }
}

use std::collections::BTreeMap;
use std::time::Duration;

use captely_accounts::passkey::Passkeys;
use captely_platform::db::Stmt;
use captely_testkit::{Answer, TestClock, TestDb, both_dbs};
use serde_json::{Value, json};

use crate::app::{Signed, TestApp, migrations};
use crate::device::{Device, SITE};
use crate::second_factor::turn_on;

const KEYS: &str = "/api/auth/passkeys";

async fn app(db: TestDb) -> TestApp {
    let passkeys = Some(Passkeys::new(SITE).unwrap());
    TestApp::with(db, TestClock::default(), passkeys, BTreeMap::new()).await
}

/// A device whose new key `who` has added, and the key's id.
async fn added(app: &TestApp, who: &Signed) -> (Device, String) {
    let mut device = Device::default();
    let begun = app.post(who, "/api/auth/passkeys/start", Value::Null).await;
    let made = device.make(&begun.is(200)["options"]).await;
    let answer = finish_adding(app, who, begun.is(200), &made).await;
    (device, answer.is(201)["id"].as_str().unwrap().to_owned())
}

async fn finish_adding(app: &TestApp, who: &Signed, begun: &Value, made: &Value) -> Answer {
    let input = json!({ "challenge": begun["challenge"], "name": "Laptop", "credential": made });
    app.post(who, "/api/auth/passkeys/finish", input).await
}

async fn start_login(app: &TestApp) -> Value {
    app.call(None, "POST", "/api/auth/passkey-login/start", Value::Null).await.is(200).clone()
}

async fn finish_login(app: &TestApp, begun: &Value, answer: &Value) -> Answer {
    let input = json!({ "challenge": begun["challenge"], "credential": answer });
    app.call(None, "POST", "/api/auth/passkey-login/finish", input).await
}

async fn forget_password(app: &TestApp) {
    let mut tx = app.db.writer().await.unwrap();
    tx.run(Stmt::text("UPDATE person SET password_hash = NULL", [])).await.unwrap();
    tx.commit().await.unwrap();
}

both_dbs! {
    migrations = &migrations();

    async fn a_key_signs_in_without_a_name_and_without_a_code(db) {
        let app = app(db).await;
        let ada = app.register("ada").await;
        turn_on(&app, &ada).await;
        let (mut device, id) = added(&app, &ada).await;
        for _time in 0..2 {
            let begun = start_login(&app).await;
            let answer = device.answer(&begun["options"]).await;
            let opened = finish_login(&app, &begun, &answer).await;
            assert_eq!(opened.is(200)["user_id"], ada.user.as_str());
            // The challenge is used; so is the answer.
            finish_login(&app, &begun, &answer).await.refused(410, "expired");
            let next = start_login(&app).await;
            finish_login(&app, &next, &answer).await.refused(401, "passkey_refused");
        }
        let list = app.get(&ada, KEYS).await;
        assert_eq!(list.column("id"), std::slice::from_ref(&id));
        assert_eq!(list.column("used_at"), [app.now()]);
        assert_eq!(app.get(&ada, "/api/auth/second-factor").await.is(200)["passkeys"], 1);
        let path = format!("{KEYS}/{id}");
        app.patch(&ada, &path, json!({ "name": "Old laptop" })).await.is(204);
        assert_eq!(app.get(&ada, KEYS).await.column("name"), ["Old laptop"]);
        app.delete(&ada, &path).await.is(204);
        let begun = start_login(&app).await;
        let answer = device.answer(&begun["options"]).await;
        finish_login(&app, &begun, &answer).await.refused(401, "passkey_refused");
    }

    async fn keys_and_ceremonies_of_others_are_out_of_reach(db) {
        let app = app(db).await;
        let (ada, eve) = (app.register("ada").await, app.register("eve").await);
        let (mut device, id) = added(&app, &ada).await;
        let path = format!("{KEYS}/{id}");
        app.patch(&eve, &path, json!({ "name": "Mine" })).await.refused(404, "not_found");
        app.delete(&eve, &path).await.refused(404, "not_found");
        assert_eq!(app.get(&eve, KEYS).await.column("id").len(), 0);
        assert_eq!(app.get(&ada, KEYS).await.column("name"), ["Laptop"]);
        // Ada's ceremony, ended by Eve, and in another session of Ada's.
        let other = app.log_in(&ada.email).await;
        for thief in [&eve, &other] {
            let begun = app.post(&ada, "/api/auth/passkeys/start", Value::Null).await;
            let made = Device::default().make(&begun.is(200)["options"]).await;
            let stolen = finish_adding(&app, thief, begun.is(200), &made).await;
            stolen.refused(410, "expired");
            let late = finish_adding(&app, &ada, begun.is(200), &made).await;
            late.refused(410, "expired");
        }
        // A key that Ada has, added by Eve.
        let begun = app.post(&eve, "/api/auth/confirm/passkey/start", Value::Null).await;
        begun.refused(401, "passkey_refused");
        let begun = app.post(&ada, "/api/auth/confirm/passkey/start", Value::Null).await;
        let answer = device.answer(&begun.is(200)["options"]).await;
        let input = json!({ "challenge": begun.is(200)["challenge"], "credential": answer });
        let stolen = app.post(&eve, "/api/auth/confirm/passkey/finish", input).await;
        stolen.refused(410, "expired");
    }

    async fn a_key_is_fresh_proof(db) {
        let app = app(db).await;
        let ada = app.register("ada").await;
        let (mut device, id) = added(&app, &ada).await;
        app.advance(Duration::from_mins(16));
        let ada = app.refresh(&ada).await;
        app.delete(&ada, &format!("{KEYS}/{id}")).await.refused(403, "confirmation_needed");
        let begun = app.post(&ada, "/api/auth/confirm/passkey/start", Value::Null).await;
        let answer = device.answer(&begun.is(200)["options"]).await;
        let input = json!({ "challenge": begun.is(200)["challenge"], "credential": answer });
        app.post(&ada, "/api/auth/confirm/passkey/finish", input.clone()).await.is(204);
        app.post(&ada, "/api/auth/confirm/passkey/finish", input).await.refused(410, "expired");
        app.delete(&ada, &format!("{KEYS}/{id}")).await.is(204);
    }

    async fn the_last_way_in_stays(db) {
        let app = app(db).await;
        let ada = app.register("ada").await;
        let ((_, one), (_, two)) = (added(&app, &ada).await, added(&app, &ada).await);
        forget_password(&app).await;
        let (one, two) = (format!("{KEYS}/{one}"), format!("{KEYS}/{two}"));
        let (a, b) = tokio::join!(app.delete(&ada, &one), app.delete(&ada, &two));
        let mut statuses = [a.status, b.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [204, 409], "{} {}", a.text, b.text);
        assert_eq!(app.get(&ada, KEYS).await.column("id").len(), 1);
    }

    async fn a_copied_key_is_refused(db) {
        let app = app(db).await;
        let ada = app.register("ada").await;
        let (mut device, _) = added(&app, &ada).await;
        let mut copy = device.copy();
        let begun = start_login(&app).await;
        let answer = device.answer(&begun["options"]).await;
        finish_login(&app, &begun, &answer).await.is(200);
        let begun = start_login(&app).await;
        let answer = copy.answer(&begun["options"]).await;
        finish_login(&app, &begun, &answer).await.refused(401, "passkey_refused");
    }

    async fn a_ceremony_runs_out_and_a_site_without_a_name_has_none(db) {
        let app = app(db).await;
        let ada = app.register("ada").await;
        let (mut device, _) = added(&app, &ada).await;
        let begun = start_login(&app).await;
        let answer = device.answer(&begun["options"]).await;
        app.advance(Duration::from_mins(5));
        finish_login(&app, &begun, &answer).await.refused(410, "expired");
        let plain = TestApp::new(app.db).await;
        let none = plain.call(None, "POST", "/api/auth/passkey-login/start", Value::Null).await;
        none.refused(409, "passkeys_unavailable");
    }
}

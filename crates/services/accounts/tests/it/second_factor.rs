use std::time::Duration;

use captely_accounts::totp::TotpSecret;
use captely_platform::clock::Clock as _;
use captely_testkit::{Answer, both_dbs};
use serde_json::{Value, json};

use crate::app::{PASSWORD, Signed, TestApp, migrations};
use crate::passwords::{NEW, link, reset};

const STEP: Duration = Duration::from_secs(30);

/// Somebody whose second factor is on.
pub(crate) struct Factor {
    secret: TotpSecret,
    codes: Vec<String>,
}

/// RFC 4648 §6, as an authenticator app reads it.
fn base32(text: &str) -> Vec<u8> {
    let (mut out, mut bits, mut held) = (Vec::new(), 0_u32, 0_u32);
    for c in text.bytes() {
        let digit = if c.is_ascii_uppercase() { c - b'A' } else { c - b'2' + 26 };
        (bits, held) = ((bits << 5) | u32::from(digit), held + 5);
        if held >= 8 {
            held -= 8;
            out.push(u8::try_from(bits >> held & 0xFF).unwrap());
        }
    }
    out
}

pub(crate) async fn turn_on(app: &TestApp, who: &Signed) -> Factor {
    let offer = app.post(who, "/api/auth/totp", Value::Null).await;
    let offer = offer.is(200);
    assert!(offer["url"].as_str().unwrap().starts_with("otpauth://totp/Captely:"));
    let secret = TotpSecret::from_bytes(&base32(offer["secret"].as_str().unwrap())).unwrap();
    let code = secret.code(app.clock.now());
    let on = app.post(who, "/api/auth/totp/confirm", json!({ "code": code })).await;
    let codes = on.is(200)["recovery_codes"].as_array().unwrap().clone();
    Factor { secret, codes: codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect() }
}

/// The challenge that a right password gives.
pub(crate) async fn challenge(app: &TestApp, email: &str, password: &str) -> String {
    let input = json!({ "email": email, "password": password });
    let answer = app.call(None, "POST", "/api/auth/login", input).await;
    assert!(answer.is(202)["access_token"].is_null());
    answer.is(202)["challenge"].as_str().unwrap().to_owned()
}

async fn show(app: &TestApp, challenge: &str, field: &str, code: &str) -> Answer {
    let input = json!({ "challenge": challenge, field: code });
    app.call(None, "POST", "/api/auth/second-factor", input).await
}

impl Factor {
    fn code(&self, app: &TestApp) -> String {
        self.secret.code(app.clock.now())
    }

    /// No code of now or of a moment beside it.
    fn wrong(&self, app: &TestApp) -> String {
        let now = app.clock.now();
        let near = [now.minus(STEP), now, now.plus(STEP)].map(|at| self.secret.code(at));
        let mut all = (0..1_000_000).map(|n| format!("{n:06}"));
        all.find(|code| !near.contains(code)).unwrap()
    }
}

both_dbs! {
    migrations = &migrations();

    async fn a_code_signs_in_once(db) {
        let app = TestApp::new(db).await;
        let ada = app.register("ada").await;
        let factor = turn_on(&app, &ada).await;
        let first = challenge(&app, &ada.email, PASSWORD).await;
        // The code that turned it on was taken by that.
        show(&app, &first, "code", &factor.code(&app)).await.refused(401, "second_factor_wrong");
        app.advance(STEP);
        let code = factor.code(&app);
        let opened = show(&app, &first, "code", &code).await;
        let token = opened.is(200)["access_token"].as_str().unwrap().to_owned();
        app.call(Some(&token), "GET", "/api/auth/me", Value::Null).await.is(200);
        show(&app, &first, "code", &code).await.refused(410, "expired");
        let second = challenge(&app, &ada.email, PASSWORD).await;
        show(&app, &second, "code", &code).await.refused(401, "second_factor_wrong");
        let status = app.get(&ada, "/api/auth/second-factor").await;
        let expected = json!({ "totp": true, "recovery_codes_left": 10, "passkeys": 0 });
        assert_eq!(status.is(200), &expected);
        let mails = app.post.to(&app.db, &ada.email).await;
        assert!(mails.iter().any(|mail| mail.contains("An authenticator app was added")));
    }

    async fn of_many_who_bring_a_code_at_a_time_one_gets_in(db) {
        let app = TestApp::new(db).await;
        let ada = app.register("ada").await;
        let factor = turn_on(&app, &ada).await;
        app.advance(STEP);
        let code = factor.code(&app);
        let a = challenge(&app, &ada.email, PASSWORD).await;
        let b = challenge(&app, &ada.email, PASSWORD).await;
        let (one, two) = tokio::join!(show(&app, &a, "code", &code), show(&app, &b, "code", &code));
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 401]);

        let recovery = &factor.codes[0];
        let a = challenge(&app, &ada.email, PASSWORD).await;
        let b = challenge(&app, &ada.email, PASSWORD).await;
        let (one, two) = tokio::join!(
            show(&app, &a, "recovery_code", recovery),
            show(&app, &b, "recovery_code", recovery)
        );
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 401]);
    }

    async fn a_new_password_ends_sign_ins_that_wait(db) {
        let app = TestApp::new(db).await;
        let ada = app.register("ada").await;
        let factor = turn_on(&app, &ada).await;
        app.advance(STEP);
        // Whoever has come by the old password, and by the phone for a moment.
        let theirs = challenge(&app, &ada.email, PASSWORD).await;
        reset(&app, &link(&app, &ada).await, NEW).await.is(204);
        show(&app, &theirs, "code", &factor.code(&app)).await.refused(410, "expired");
        let hers = challenge(&app, &ada.email, NEW).await;
        show(&app, &hers, "code", &factor.code(&app)).await.is(200);
    }

    async fn a_recovery_code_is_good_once_and_new_ones_end_the_old(db) {
        let app = TestApp::new(db).await;
        let ada = app.register("ada").await;
        let factor = turn_on(&app, &ada).await;
        let c = challenge(&app, &ada.email, PASSWORD).await;
        show(&app, &c, "recovery_code", &factor.codes[3].to_uppercase()).await.is(200);
        let c = challenge(&app, &ada.email, PASSWORD).await;
        let again = show(&app, &c, "recovery_code", &factor.codes[3]).await;
        again.refused(401, "second_factor_wrong");
        // A recovery code is none of the app's, and the other way round.
        let swapped = show(&app, &c, "code", &factor.codes[4]).await;
        swapped.refused(401, "second_factor_wrong");
        let left = app.get(&ada, "/api/auth/second-factor").await;
        assert_eq!(left.is(200)["recovery_codes_left"], 9);
        let new = app.post(&ada, "/api/auth/recovery-codes", Value::Null).await;
        let new = new.is(200)["recovery_codes"].as_array().unwrap().clone();
        assert_eq!(new.len(), 10);
        let old = show(&app, &c, "recovery_code", &factor.codes[5]).await;
        old.refused(401, "second_factor_wrong");
        show(&app, &c, "recovery_code", new[0].as_str().unwrap()).await.is(200);
        // Of somebody else they are worth nothing.
        let bob = app.register("bob").await;
        turn_on(&app, &bob).await;
        let c = challenge(&app, &bob.email, PASSWORD).await;
        let stolen = show(&app, &c, "recovery_code", new[1].as_str().unwrap()).await;
        stolen.refused(401, "second_factor_wrong");
    }

    async fn codes_cannot_be_tried_through(db) {
        let app = TestApp::new(db).await;
        let ada = app.register("ada").await;
        let factor = turn_on(&app, &ada).await;
        app.advance(STEP);
        for _challenge in 0..2 {
            let c = challenge(&app, &ada.email, PASSWORD).await;
            for _try in 0..5 {
                let wrong = show(&app, &c, "code", &factor.wrong(&app)).await;
                wrong.refused(401, "second_factor_wrong");
            }
            // Also the right one is too late now.
            show(&app, &c, "code", &factor.code(&app)).await.refused(410, "expired");
        }
        let c = challenge(&app, &ada.email, PASSWORD).await;
        let blocked = show(&app, &c, "code", &factor.code(&app)).await;
        blocked.refused(429, "too_many_tries");
        assert!(blocked.headers.contains_key("retry-after"));
        app.advance(Duration::from_hours(1));
        let c = challenge(&app, &ada.email, PASSWORD).await;
        show(&app, &c, "code", &factor.code(&app)).await.is(200);
    }

    async fn a_challenge_runs_out_and_is_for_this_alone(db) {
        let app = TestApp::new(db).await;
        let ada = app.register("ada").await;
        let factor = turn_on(&app, &ada).await;
        let c = challenge(&app, &ada.email, PASSWORD).await;
        app.advance(Duration::from_mins(5));
        show(&app, &c, "code", &factor.code(&app)).await.refused(410, "expired");
        for wrong in ["", "cptc_", &"x".repeat(1_000), &ada.refresh] {
            show(&app, wrong, "code", &factor.code(&app)).await.refused(410, "expired");
        }
        let both = json!({ "challenge": c, "code": "1", "recovery_code": "2" });
        let both = app.call(None, "POST", "/api/auth/second-factor", both).await;
        both.refused(422, "invalid");
    }

    async fn changing_it_needs_a_fresh_proof(db) {
        let app = TestApp::new(db).await;
        let ada = app.register("ada").await;
        turn_on(&app, &ada).await;
        app.post(&ada, "/api/auth/totp", Value::Null).await.refused(409, "conflict");
        app.advance(Duration::from_mins(16));
        let ada = app.refresh(&ada).await;
        for (method, path) in
            [("POST", "totp"), ("DELETE", "totp"), ("POST", "recovery-codes"), ("POST", "passkeys/start")]
        {
            let path = format!("/api/auth/{path}");
            let late = app.call(Some(&ada.token), method, &path, Value::Null).await;
            let code = if path.contains("passkeys") { (409, "passkeys_unavailable") } else { (403, "confirmation_needed") };
            late.refused(code.0, code.1);
        }
        app.post(&ada, "/api/auth/confirm", json!({ "password": PASSWORD })).await.is(204);
        app.delete(&ada, "/api/auth/totp").await.is(204);
        app.delete(&ada, "/api/auth/totp").await.refused(404, "not_found");
        app.log_in(&ada.email).await;
        let status = app.get(&ada, "/api/auth/second-factor").await;
        assert_eq!(status.is(200)["recovery_codes_left"], 0);
    }

    async fn a_new_password_does_not_switch_it_off(db) {
        let app = TestApp::new(db).await;
        let ada = app.register("ada").await;
        turn_on(&app, &ada).await;
        let input = json!({ "email": ada.email });
        app.call(None, "POST", "/api/auth/forgot-password", input).await;
        let mails = app.post.to(&app.db, &ada.email).await;
        let found = mails.iter().find_map(|mail| mail.split_once("/reset-password#")).unwrap();
        let token = found.1.split_whitespace().next().unwrap();
        let new = "quiet harbour lends nine";
        let input = json!({ "token": token, "password": new });
        let reset = app.call(None, "POST", "/api/auth/reset-password", input).await;
        assert!((200..300).contains(&reset.status), "{}", reset.text);
        challenge(&app, &ada.email, new).await;
    }
}

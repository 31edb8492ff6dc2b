//! What each role gets from each operation. The body is such that whoever may gets past the checks of
//! who they are; what they get then does not matter here.

use captely_testkit::both_dbs;
use serde_json::{Value, json};

use crate::app::migrations;
use crate::team::Team;

/// The least role that an operation takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Least {
    Viewer,
    User,
    Admin,
    Owner,
    Superadmin,
}

const NOBODY: &str = "019900000000700080000000000000ab";

fn operations() -> Vec<(Least, &'static str, String, Value)> {
    let (user, invitation) = (format!("usr_{NOBODY}"), format!("inv_{NOBODY}"));
    let key = format!("/api/api-keys/key_{NOBODY}");
    let get = |least, path: &str| (least, "GET", path.to_owned(), Value::Null);
    vec![
        get(Least::Viewer, "/api/members"),
        (Least::Admin, "PATCH", format!("/api/members/{user}"), json!({ "role": "user" })),
        (Least::Admin, "DELETE", format!("/api/members/{user}"), Value::Null),
        (
            Least::Owner,
            "POST",
            "/api/workspaces/current/transfer".into(),
            json!({ "user_id": user }),
        ),
        get(Least::Admin, "/api/invitations"),
        (
            Least::Admin,
            "POST",
            "/api/invitations".into(),
            json!({ "email": "x@gmail.com", "role": "user" }),
        ),
        (Least::Admin, "DELETE", format!("/api/invitations/{invitation}"), Value::Null),
        (Least::Admin, "POST", format!("/api/invitations/{invitation}/resend"), Value::Null),
        get(Least::Viewer, "/api/api-keys"),
        (Least::User, "POST", "/api/api-keys".into(), json!({ "name": "n", "scopes": [] })),
        (Least::Viewer, "PATCH", key.clone(), json!({ "name": "n" })),
        (Least::Viewer, "DELETE", key, Value::Null),
        get(Least::Admin, "/api/audit"),
        get(Least::Admin, "/api/audit/export?format=csv"),
        get(Least::Superadmin, "/api/admin/workspaces"),
        (
            Least::Superadmin,
            "PATCH",
            format!("/api/admin/workspaces/ws_{NOBODY}"),
            json!({ "tier": "premium" }),
        ),
        get(Least::Superadmin, "/api/admin/people"),
        (Least::Superadmin, "POST", format!("/api/admin/people/{user}/disable"), Value::Null),
        (Least::Superadmin, "POST", format!("/api/admin/people/{user}/enable"), Value::Null),
        get(Least::Superadmin, "/api/admin/audit"),
    ]
}

both_dbs! {
    migrations = &migrations();

    async fn each_gets_what_their_role_may(db) {
        let team = Team::new(db).await;
        let people = [
            (Least::Viewer, &team.viewer),
            (Least::User, &team.user),
            (Least::Admin, &team.admin),
            (Least::Owner, &team.owner),
        ];
        for (least, method, path, body) in operations() {
            let anonymous = team.app.call(None, method, &path, body.clone()).await;
            anonymous.refused(401, "unauthenticated");
            for (role, who) in people {
                let answer = team.app.call(Some(&who.token), method, &path, body.clone()).await;
                let may = role >= least;
                assert_eq!(answer.status != 403, may, "{role:?} {method} {path}: {}", answer.text);
            }
        }
    }

    async fn fields_that_nobody_asked_for_are_refused(db) {
        let team = Team::new(db).await;
        let cases = [
            ("PATCH", format!("/api/members/{}", team.user.user), json!({ "role": "user", "joined_at": 0 })),
            ("POST", "/api/invitations".into(), json!({ "email": "g@a.example", "role": "user", "token": "x" })),
            ("POST", "/api/api-keys".into(), json!({ "name": "n", "scopes": ["*"], "used_at": 1 })),
            ("POST", "/api/workspaces/current/transfer".into(), json!({ "user_id": team.user.user, "role": "owner" })),
            ("POST", "/api/invitations/accept".into(), json!({ "token": "x", "role": "owner" })),
        ];
        for (method, path, body) in cases {
            let answer = team.app.call(Some(&team.owner.token), method, &path, body).await;
            assert_eq!(answer.status, 422, "{method} {path}: {}", answer.text);
        }
        let body = json!({ "token": "x", "password": "y", "name": "z", "superadmin": true });
        let answer = team.app.call(None, "POST", "/api/invitations/register", body).await;
        assert_eq!(answer.status, 422, "{}", answer.text);
    }

    async fn a_repeated_post_under_one_key_does_it_once(db) {
        let team = Team::new(db).await;
        let send = async |name: &str| {
            let request = axum::http::Request::post("/api/api-keys")
                .header("authorization", format!("Bearer {}", team.user.token))
                .header("content-type", "application/json")
                .header("idempotency-key", "k1");
            let body = json!({ "name": name, "scopes": ["*"] }).to_string();
            let request = request.body(axum::body::Body::from(body)).unwrap();
            team.app.send(request, std::net::IpAddr::from([127, 0, 0, 1])).await
        };
        let (first, second) = (send("n").await, send("n").await);
        assert_eq!(first.is(201), second.is(201));
        send("other").await.refused(422, "idempotency_key_reused");
        assert_eq!(team.app.get(&team.user, "/api/api-keys").await.column("name"), ["n"]);
    }
}

//! Bodies that hold what nobody asked for, and bodies that come twice.

use captely_testkit::both_dbs;
use serde_json::json;

use crate::app::migrations;
use crate::team::Team;

both_dbs! {
    migrations = &migrations();

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

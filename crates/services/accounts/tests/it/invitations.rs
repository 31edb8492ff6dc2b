use std::time::Duration;

use captely_testkit::both_dbs;
use serde_json::json;

use crate::app::{PASSWORD, address, migrations};
use crate::team::{Team, acceptance, invite};

both_dbs! {
    migrations = &migrations();

    async fn a_link_is_good_once(db) {
        let team = Team::new(db).await;
        let token = invite(&team.app, &team.admin, "grace", "viewer").await;
        let preview = team.app.call(None, "POST", "/api/invitations/preview", json!({ "token": token })).await;
        let shown = preview.is(200);
        assert_eq!(shown["email"], "g…@analytical-engines.example");
        assert_eq!((&shown["role"], &shown["inviter"]), (&json!("viewer"), &json!("admin")));
        let path = "/api/invitations/register";
        let grace = team.app.call(None, "POST", path, acceptance(&token, "grace")).await;
        let grace = crate::app::signed(address("grace"), grace.is(201));
        assert_eq!(team.role(&grace).await.as_deref(), Some("viewer"));
        team.app.call(None, "POST", path, acceptance(&token, "grace")).await.refused(410, "expired");
        team.app.post(&grace, "/api/invitations/accept", json!({ "token": token })).await.refused(410, "expired");
        assert_eq!(team.logged("member.joined").await[0], grace.user);
        // The account is theirs: they sign in with the password they chose.
        assert_ne!(team.app.log_in(&grace.email).await.session, grace.session);
    }

    async fn of_two_at_once_one_joins(db) {
        let team = Team::new(db).await;
        let path = "/api/invitations/register";
        for round in 0..4 {
            let name = format!("grace{round}");
            let token = invite(&team.app, &team.owner, &name, "user").await;
            let input = || acceptance(&token, &name);
            let (one, other) = tokio::join!(
                team.app.call(None, "POST", path, input()),
                team.app.call(None, "POST", path, input()),
            );
            let mut both = [one.status, other.status];
            both.sort_unstable();
            assert!(matches!(both, [201, 409 | 410]), "{both:?}");
        }
        let guest = team.app.register("guest").await;
        let token = invite(&team.app, &team.owner, "guest", "user").await;
        let accept = || team.app.post(&guest, "/api/invitations/accept", json!({ "token": token }));
        let (one, other) = tokio::join!(accept(), accept());
        let mut both = [one.status, other.status];
        both.sort_unstable();
        assert_eq!(both, [200, 410], "{} {}", one.text, other.text);
    }

    async fn it_is_for_the_invited_address_alone(db) {
        let team = Team::new(db).await;
        let guest = team.app.register("guest").await;
        let own = team.app.workspace(&guest).await;
        let token = invite(&team.app, &team.owner, "guest", "user").await;
        let (path, input) = ("/api/invitations/accept", json!({ "token": token }));
        team.app.post(&team.stranger, path, input.clone()).await.refused(403, "not_for_you");
        let register = acceptance(&token, "guest");
        team.app.call(None, "POST", "/api/invitations/register", register).await.refused(409, "conflict");
        let joined = team.app.post(&guest, path, input).await;
        let there = joined.is(200)["workspace_id"].as_str().unwrap().to_owned();
        assert_eq!(there, team.app.workspace(&team.owner).await);
        assert_eq!(team.app.workspace(&guest).await, there);
        assert_ne!(there, own);
    }

    async fn it_runs_out_and_is_sent_again(db) {
        let team = Team::new(db).await;
        let old = invite(&team.app, &team.owner, "grace", "user").await;
        team.app.advance(Duration::from_hours(7 * 24));
        let path = "/api/invitations/register";
        team.app.call(None, "POST", path, acceptance(&old, "grace")).await.refused(410, "expired");
        let owner = team.app.log_in(&team.owner.email).await;
        let list = team.app.get(&owner, "/api/invitations").await;
        assert_eq!(list.is(200)["items"][0]["expired"], true);
        let id = list.column("id")[0].clone();
        team.app.post(&owner, &format!("/api/invitations/{id}/resend"), json!(null)).await.is(204);
        let new = team.app.post.invitation(&team.app.db, &address("grace")).await;
        assert_ne!(new, old);
        team.app.call(None, "POST", path, acceptance(&old, "grace")).await.refused(410, "expired");
        team.app.call(None, "POST", path, acceptance(&new, "grace")).await.is(201);
        assert!(team.app.get(&owner, "/api/invitations").await.column("id").is_empty());
    }

    async fn withdrawn_it_lets_nobody_in(db) {
        let team = Team::new(db).await;
        let token = invite(&team.app, &team.owner, "grace", "user").await;
        let id = team.app.get(&team.admin, "/api/invitations").await.column("id")[0].clone();
        let path = format!("/api/invitations/{id}");
        team.app.delete(&team.stranger, &path).await.refused(404, "not_found");
        team.app.post(&team.stranger, &format!("{path}/resend"), json!(null)).await.refused(404, "not_found");
        assert_eq!(team.app.get(&team.admin, "/api/invitations").await.column("id"), [id]);
        team.app.delete(&team.admin, &path).await.is(204);
        team.app.delete(&team.admin, &path).await.refused(404, "not_found");
        let input = acceptance(&token, "grace");
        team.app.call(None, "POST", "/api/invitations/register", input).await.refused(410, "expired");
        assert_eq!(team.logged("invitation.withdrawn").await.len(), 1);
    }

    async fn nobody_invites_above_themselves_or_twice(db) {
        let team = Team::new(db).await;
        let wish = |name: &str, role: &str| json!({ "email": address(name), "role": role });
        let path = "/api/invitations";
        team.app.post(&team.admin, path, wish("grace", "owner")).await.refused(403, "forbidden");
        team.app.post(&team.owner, path, wish("grace", "owner")).await.is(201);
        team.app.post(&team.owner, path, wish("GRACE", "user")).await.refused(409, "conflict");
        team.app.post(&team.owner, path, wish("viewer", "user")).await.refused(409, "conflict");
        let gmail = json!({ "email": "grace@gmail.com", "role": "user" });
        team.app.post(&team.owner, path, gmail).await.refused(422, "invalid");
        let id = team.app.get(&team.admin, path).await.column("id")[0].clone();
        team.app.delete(&team.admin, &format!("{path}/{id}")).await.refused(403, "forbidden");
    }

    async fn fifty_mails_an_hour(db) {
        let team = Team::new(db).await;
        let send = async |n: usize| {
            let input = json!({ "email": address(&format!("guest{n}")), "role": "viewer" });
            team.app.post(&team.owner, "/api/invitations", input).await
        };
        // Three were sent to make the team.
        for n in 3..50 {
            send(n).await.is(201);
        }
        let refused = send(50).await;
        refused.refused(429, "rate_limited");
        assert!(refused.headers.contains_key("retry-after"));
        let list = team.app.get(&team.owner, "/api/invitations?limit=200").await;
        assert_eq!(list.column("id").len(), 47);
    }

    async fn the_token_is_nowhere_but_in_the_mail(db) {
        let team = Team::new(db).await;
        let input = json!({ "email": address("grace"), "role": "user" });
        let made = team.app.post(&team.owner, "/api/invitations", input).await;
        let token = team.app.post.invitation(&team.app.db, &address("grace")).await;
        let list = team.app.get(&team.owner, "/api/invitations").await;
        let log = team.app.get(&team.owner, "/api/audit").await;
        for answer in [&made, &list, &log] {
            assert!(!answer.text.contains(&token) && !answer.text.contains("cpti_"));
        }
        // A link of another kind, or with a slip in it, opens nothing.
        for token in [token.replace("cpti_", "cptp_"), format!("{token}x"), String::new()] {
            let input = json!({ "token": token, "password": PASSWORD, "name": "grace" });
            let answer = team.app.call(None, "POST", "/api/invitations/register", input).await;
            answer.refused(410, "expired");
        }
    }
}

use std::time::Duration;

use captely_testkit::both_dbs;
use serde_json::json;

use crate::app::{PASSWORD, migrations};
use crate::team::{Team, invite, join};

both_dbs! {
    migrations = &migrations();

    async fn they_are_listed_in_pages_with_the_fields_asked_for(db) {
        let team = Team::new(db).await;
        let first = team.app.get(&team.viewer, "/api/members?limit=3").await;
        assert_eq!(first.column("name"), ["owner", "admin", "user"]);
        let next = first.is(200)["next"].as_str().unwrap();
        let path = format!("/api/members?limit=3&after={next}&fields=email,role");
        let second = team.app.get(&team.viewer, &path).await;
        let expected = json!([{ "email": team.viewer.email, "role": "viewer" }]);
        assert_eq!(second.is(200)["items"], expected);
        team.app.get(&team.viewer, "/api/members?fields=password_hash").await.refused(422, "invalid");
    }

    async fn admins_change_roles_up_to_admin_and_owners_all(db) {
        let team = Team::new(db).await;
        let (user, owner) = (format!("/api/members/{}", team.user.user), format!("/api/members/{}", team.owner.user));
        team.app.patch(&team.admin, &user, json!({ "role": "admin" })).await.is(204);
        team.app.patch(&team.admin, &user, json!({ "role": "owner" })).await.refused(403, "forbidden");
        team.app.patch(&team.admin, &owner, json!({ "role": "user" })).await.refused(403, "forbidden");
        team.app.patch(&team.admin, &owner, json!({ "spending_limit": "1" })).await.refused(403, "forbidden");
        team.app.delete(&team.admin, &owner).await.refused(403, "forbidden");
        assert_eq!(team.role(&team.user).await.as_deref(), Some("admin"));
        team.app.patch(&team.owner, &user, json!({ "role": "owner" })).await.is(204);
        team.app.patch(&team.owner, &user, json!({ "role": "viewer" })).await.is(204);
        assert_eq!(team.role(&team.user).await.as_deref(), Some("viewer"));
        assert_eq!(team.logged("member.role_changed").await, vec![team.user.user.clone(); 3]);
    }

    async fn spending_limits_are_decimal_credits(db) {
        let team = Team::new(db).await;
        let path = format!("/api/members/{}", team.user.user);
        let shown = async || {
            let members = team.app.get(&team.owner, "/api/members?limit=200").await;
            members.is(200)["items"][2]["spending_limit"].clone()
        };
        team.app.patch(&team.admin, &path, json!({ "spending_limit": "12.5" })).await.is(204);
        assert_eq!(shown().await, "12.500");
        team.app.patch(&team.admin, &path, json!({ "role": "viewer" })).await.is(204);
        assert_eq!(shown().await, "12.500");
        for bad in [json!("-1"), json!("0.0001"), json!("lots"), json!(5)] {
            let answer = team.app.patch(&team.admin, &path, json!({ "spending_limit": bad })).await;
            assert_eq!(answer.status, 422, "{bad}: {}", answer.text);
        }
        team.app.patch(&team.admin, &path, json!({ "spending_limit": null })).await.is(204);
        assert_eq!(shown().await, json!(null));
        assert_eq!(team.logged("member.limit_changed").await.len(), 2);
    }

    async fn of_two_owners_who_step_down_at_once_one_stays(db) {
        let team = Team::new(db).await;
        let (a, b) = (&team.owner, &team.admin);
        let (path_a, path_b) = (format!("/api/members/{}", a.user), format!("/api/members/{}", b.user));
        for round in 0..8 {
            let down = json!({ "role": "admin" });
            team.app.patch(a, &path_b, json!({ "role": "owner" })).await.is(204);
            let (one, other) = if round % 2 == 0 {
                tokio::join!(team.app.patch(a, &path_a, down.clone()), team.app.patch(b, &path_b, down.clone()))
            } else {
                tokio::join!(team.app.delete(a, &path_a), team.app.patch(b, &path_b, down.clone()))
            };
            let mut both = [one.status, other.status];
            both.sort_unstable();
            assert_eq!(both, [204, 409], "round {round}: {} {}", one.text, other.text);
            let lost = if one.status == 204 { &other } else { &one };
            lost.refused(409, "last_owner");
            if one.status == 204 {
                // B is the owner now: A comes back as one.
                if round % 2 == 1 {
                    let token = invite(&team.app, b, "owner", "owner").await;
                    team.app.post(a, "/api/invitations/accept", json!({ "token": token })).await.is(200);
                } else {
                    team.app.patch(b, &path_a, json!({ "role": "owner" })).await.is(204);
                }
            }
            team.app.patch(a, &path_b, json!({ "role": "admin" })).await.is(204);
        }
    }

    async fn the_last_owner_neither_leaves_nor_steps_down(db) {
        let team = Team::new(db).await;
        let path = format!("/api/members/{}", team.owner.user);
        team.app.delete(&team.owner, &path).await.refused(409, "last_owner");
        team.app.patch(&team.owner, &path, json!({ "role": "admin" })).await.refused(409, "last_owner");
        assert_eq!(team.role(&team.owner).await.as_deref(), Some("owner"));
    }

    async fn whoever_is_removed_loses_seat_keys_and_invitations_at_once(db) {
        let team = Team::new(db).await;
        let wish = json!({ "name": "n", "scopes": ["*"] });
        let made = team.app.post(&team.admin, "/api/api-keys", wish).await;
        let key = made.is(201)["key"].as_str().unwrap().to_owned();
        let pending = invite(&team.app, &team.admin, "pending", "user").await;
        team.app.call(Some(&key), "GET", "/api/members", json!(null)).await.is(200);
        team.app.delete(&team.owner, &format!("/api/members/{}", team.admin.user)).await.is(204);
        team.app.get(&team.admin, "/api/members").await.refused(409, "no_workspace");
        team.app.call(Some(&key), "GET", "/api/members", json!(null)).await.refused(401, "unauthenticated");
        let preview = json!({ "token": pending });
        team.app.call(None, "POST", "/api/invitations/preview", preview).await.refused(410, "expired");
        // Invited again, they are in, but their old key stays dead.
        let token = invite(&team.app, &team.owner, "admin", "user").await;
        team.app.post(&team.admin, "/api/invitations/accept", json!({ "token": token })).await.is(200);
        assert_eq!(team.role(&team.admin).await.as_deref(), Some("user"));
        team.app.call(Some(&key), "GET", "/api/members", json!(null)).await.refused(401, "unauthenticated");
        assert_eq!(team.logged("member.removed").await, std::slice::from_ref(&team.admin.user));
    }

    async fn who_steps_down_keeps_no_invitation_to_what_they_were(db) {
        let team = Team::new(db).await;
        let Team { app, owner, admin, .. } = &team;
        let open = async |token: &str| {
            let answer = app.call(None, "POST", "/api/invitations/preview", json!({ "token": token })).await;
            if answer.status != 200 {
                answer.refused(410, "expired");
            }
            answer.status == 200
        };
        let path = format!("/api/members/{}", admin.user);
        app.patch(owner, &path, json!({ "role": "owner" })).await.is(204);
        let as_owner = invite(app, admin, "self-owner", "owner").await;
        let as_admin = invite(app, admin, "self-admin", "admin").await;
        let others = invite(app, owner, "somebody", "owner").await;
        app.patch(owner, &path, json!({ "role": "admin" })).await.is(204);
        assert_eq!((open(&as_owner).await, open(&as_admin).await), (false, true));
        app.patch(owner, &path, json!({ "role": "user" })).await.is(204);
        assert!(!open(&as_admin).await && open(&others).await);
        // Nor who hands the workspace on.
        let to = json!({ "user_id": team.user.user });
        app.post(owner, "/api/workspaces/current/transfer", to).await.is(204);
        assert!(!open(&others).await);
    }

    async fn everybody_may_leave(db) {
        let team = Team::new(db).await;
        team.app.delete(&team.viewer, &format!("/api/members/{}", team.viewer.user)).await.is(204);
        assert_eq!(team.role(&team.viewer).await, None);
        assert_eq!(team.logged("member.left").await, std::slice::from_ref(&team.viewer.user));
    }

    async fn a_workspace_is_handed_on_with_a_fresh_proof(db) {
        let team = Team::new(db).await;
        let path = "/api/workspaces/current/transfer";
        let to = json!({ "user_id": team.user.user });
        let old = team.app.log_in(&team.owner.email).await;
        team.app.advance(Duration::from_mins(9));
        let old = team.app.refresh(&old).await;
        team.app.advance(Duration::from_mins(7));
        team.app.post(&old, path, to.clone()).await.refused(403, "confirmation_needed");
        team.app.post(&old, "/api/auth/confirm", json!({ "password": PASSWORD })).await.is(204);
        let owner = old;
        let stranger = json!({ "user_id": team.stranger.user });
        team.app.post(&owner, path, stranger).await.refused(404, "not_found");
        team.app.post(&owner, path, json!({ "user_id": owner.user })).await.refused(409, "conflict");
        // Whoever owns it too: this would only take it from whoever asks.
        let admin = format!("/api/members/{}", team.admin.user);
        team.app.patch(&owner, &admin, json!({ "role": "owner" })).await.is(204);
        let second = json!({ "user_id": team.admin.user });
        team.app.post(&owner, path, second).await.refused(409, "conflict");
        team.app.patch(&owner, &admin, json!({ "role": "admin" })).await.is(204);
        team.app.post(&owner, path, to.clone()).await.is(204);
        team.app.post(&owner, path, to).await.refused(403, "forbidden");
        let admin = team.app.log_in(&team.admin.email).await;
        let members = team.app.get(&admin, "/api/members").await;
        assert_eq!(members.column("role"), ["admin", "admin", "owner", "viewer"]);
    }

    async fn ids_of_another_workspace_name_nothing(db) {
        let team = Team::new(db).await;
        let theirs = join(&team.app, &team.stranger, "theirs", "user").await;
        for user in [&team.stranger.user, &theirs.user] {
            let path = format!("/api/members/{user}");
            team.app.patch(&team.owner, &path, json!({ "role": "viewer" })).await.refused(404, "not_found");
            team.app.delete(&team.owner, &path).await.refused(404, "not_found");
        }
        let there = team.app.get(&team.stranger, "/api/members").await;
        assert_eq!(there.column("role"), ["owner", "user"]);
        assert_eq!(there.column("user_id"), [team.stranger.user.clone(), theirs.user]);
    }
}

//! How many workspaces one person may be in.

use captely_testkit::both_dbs;
use futures::future::join_all;
use serde_json::json;

use crate::app::{Signed, TestApp, migrations};
use crate::team::invite;

/// Makes workspaces until `who` is in `n`.
async fn fill(app: &TestApp, who: &Signed, n: usize) {
    let have = app.get(who, "/api/workspaces").await.column("id").len();
    for number in have..n {
        let name = json!({ "name": format!("Number {number}") });
        app.post(who, "/api/workspaces", name).await.is(201);
    }
}

both_dbs! {
    migrations = &migrations();

    async fn of_many_that_are_made_at_once_the_hundredth_is_the_last(db) {
        let app = TestApp::new(db).await;
        let ada = app.register("ada").await;
        fill(&app, &ada, 99).await;
        // As many connections as there will be requests: nobody should be late.
        let look = async || app.get(&ada, "/api/workspaces").await;
        join_all((0..8).map(|_| look())).await;
        let make = async || app.post(&ada, "/api/workspaces", json!({ "name": "Last" })).await;
        let answers = join_all((0..8).map(|_| make())).await;
        let (made, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|one| one.status == 201);
        assert_eq!(made.len(), 1);
        for one in refused {
            one.refused(409, "conflict");
        }
        assert_eq!(look().await.column("id").len(), 100);
    }

    async fn one_may_be_joined_after_another_was_left(db) {
        let app = TestApp::new(db).await;
        let (ada, eve) = (app.register("ada").await, app.register("eve").await);
        let first = json!({ "token": invite(&app, &eve, "ada", "admin").await });
        let bob = app.register("bob").await;
        let token = invite(&app, &bob, "ada", "owner").await;
        app.post(&ada, "/api/invitations/accept", json!({ "token": token })).await.is(200);
        fill(&app, &ada, 100).await;
        app.post(&ada, "/api/invitations/accept", first.clone()).await.refused(409, "conflict");
        // The invitation is still there.
        app.delete(&bob, &format!("/api/members/{}", ada.user)).await.is(204);
        app.post(&ada, "/api/invitations/accept", first).await.is(200);
    }
}

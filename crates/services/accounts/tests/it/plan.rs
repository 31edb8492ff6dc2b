//! What a plan allows of accounts.

use captely_accounts::{Actor, Origin, PlanLimits};
use captely_platform::access::Tier;
use captely_testkit::both_dbs;
use serde_json::json;

use crate::app::{address, migrations};
use crate::team::Team;

const OPEN: PlanLimits = PlanLimits { tier: Tier::Premium, members_max: None, api_access: true };

async fn limit(team: &Team, limits: PlanLimits) -> bool {
    let workspace = team.app.workspace(&team.owner).await.parse().unwrap();
    let mut tx = team.app.db.writer().await.unwrap();
    let (accounts, from) = (&team.app.accounts, Origin::program());
    let set = accounts.set_plan_limits(&mut tx, workspace, limits, Actor::Nobody, &from).await;
    let set = set.unwrap();
    tx.commit().await.unwrap();
    set
}

both_dbs! {
    migrations = &migrations();

    async fn nobody_joins_where_the_plan_has_no_room(db) {
        let team = Team::new(db).await;
        let n = team.app.get(&team.owner, "/api/members").await.is(200)["items"]
            .as_array()
            .map_or(0, Vec::len);
        let max = u32::try_from(n).unwrap();
        assert!(limit(&team, PlanLimits { members_max: Some(max), ..OPEN }).await);
        assert!(!limit(&team, PlanLimits { members_max: Some(max), ..OPEN }).await);
        let wish = json!({ "email": address("one-more"), "role": "user" });
        let refused = team.app.post(&team.owner, "/api/invitations", wish.clone()).await;
        refused.refused(403, "not_in_plan");
        assert!(limit(&team, PlanLimits { members_max: Some(max + 1), ..OPEN }).await);
        team.app.post(&team.owner, "/api/invitations", wish).await.is(201);
        assert_eq!(team.logged("workspace.plan_changed").await.len(), 2);
    }

    async fn keys_rest_while_the_plan_has_none(db) {
        let team = Team::new(db).await;
        let wish = json!({ "name": "n", "scopes": ["members:read"] });
        let made = team.app.post(&team.user, "/api/api-keys", wish.clone()).await;
        let key = made.is(201)["key"].as_str().unwrap().to_owned();
        let list = async || team.app.call(Some(&key), "GET", "/api/members", json!(null)).await;
        list().await.is(200);
        assert!(limit(&team, PlanLimits { api_access: false, ..OPEN }).await);
        list().await.refused(403, "not_in_plan");
        team.app.post(&team.user, "/api/api-keys", wish).await.refused(403, "not_in_plan");
        assert!(limit(&team, OPEN).await);
        list().await.is(200);
    }
}

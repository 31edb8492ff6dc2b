use std::time::Duration;

use captely_platform::db::Stmt;
use captely_testkit::both_dbs;
use serde_json::{Value, json};

use crate::app::{TestApp, migrations};
use crate::team::{Team, invite};

both_dbs! {
    migrations = &migrations();

    async fn it_is_filtered_and_read_in_pages(db) {
        let team = Team::new(db).await;
        let path = format!("/api/members/{}", team.user.user);
        for role in ["viewer", "user", "viewer"] {
            team.app.patch(&team.admin, &path, json!({ "role": role })).await.is(204);
        }
        let by_admin = format!("/api/audit?actor={}&action=member.role_changed", team.admin.user);
        let all = team.app.get(&team.owner, &by_admin).await;
        assert_eq!(all.column("subject"), vec![team.user.user.clone(); 3]);
        assert_eq!(all.is(200)["items"][0]["detail"], json!({ "from": "user", "to": "viewer", "invitations_withdrawn": 0 }));
        let (mut seen, mut after) = (Vec::new(), String::new());
        loop {
            let page = team.app.get(&team.owner, &format!("{by_admin}&limit=2{after}")).await;
            seen.extend(page.column("id"));
            match page.is(200)["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
        assert_eq!(seen, all.column("id"));
        let refused = team.app.get(&team.owner, "/api/audit?outcome=refused").await;
        assert!(refused.column("id").is_empty());
        let (now, later) = (team.app.now(), "2030-01-01T00:00:00Z");
        let from = async |from: &str, to: &str| {
            let path = format!("/api/audit?action=member.joined&from={from}&to={to}");
            team.app.get(&team.owner, &path).await.column("id").len()
        };
        assert_eq!((from(&now, later).await, from("2020-01-01T00:00:00Z", &now).await), (3, 0));
        for bad in ["from=yesterday", "actor=me", "outcome=maybe", "who=me", "after=x", "limit=0"] {
            let answer = team.app.get(&team.owner, &format!("/api/audit?{bad}")).await;
            assert_eq!(answer.status, 422, "{bad}: {}", answer.text);
        }
    }

    async fn another_workspace_sees_nothing_of_it(db) {
        let team = Team::new(db).await;
        let own = team.app.get(&team.stranger, "/api/audit").await;
        assert_eq!(own.column("action"), ["workspace.created"]);
        let exported = team.app.get(&team.stranger, "/api/audit/export?format=jsonl").await;
        assert!(!exported.text.contains(&team.owner.user) && exported.text.contains(&team.stranger.user));
    }

    async fn it_is_exported_whole_without_formulas(db) {
        let team = Team::new(db).await;
        // More than two pages of the export.
        for n in 0..1_100 {
            let name = json!({ "name": format!("=cmd|' /C calc'!A{n}") });
            team.app.patch(&team.owner, "/api/workspaces/current", name).await.is(204);
        }
        team.app.advance(Duration::from_mins(1));
        let csv = team.app.get(&team.owner, "/api/audit/export?format=csv&action=workspace.renamed").await;
        csv.is(200);
        assert_eq!(csv.headers["content-type"], "text/csv; charset=utf-8");
        assert_eq!(csv.text.lines().count(), 1_101);
        let jsonl = team.app.get(&team.owner, "/api/audit/export?format=jsonl&action=workspace.renamed").await;
        let lines: Vec<Value> =
            jsonl.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 1_100);
        let names: std::collections::BTreeSet<&str> =
            lines.iter().map(|line| line["detail"].as_str().unwrap()).collect();
        assert_eq!(names.len(), 1_100);
        assert_eq!(team.logged("audit.exported").await.len(), 2);
    }

    async fn no_cell_begins_a_formula(db) {
        let team = Team::new(db).await;
        let sneaky = "=HYPERLINK(1)";
        let mut tx = team.app.db.writer().await.unwrap();
        let add = "INSERT INTO audit (workspace_id, id, at, actor_kind, action, outcome, subject, address,
                agent, request, detail)
            SELECT workspace_id, $2, at, actor_kind, action, outcome, $1, address, agent, request, detail
            FROM audit WHERE action = 'workspace.created'
            ORDER BY id LIMIT 1";
        let id = captely_platform::ids::ApiKeyId::from(captely_testkit::ids().uuid());
        tx.run(Stmt::text(add, [sneaky.into(), id.into()])).await.unwrap();
        tx.commit().await.unwrap();
        let csv = team.app.get(&team.owner, "/api/audit/export?format=csv").await;
        let line = csv.text.lines().find(|line| line.contains(sneaky)).unwrap();
        assert!(line.contains(&format!(",'{sneaky},")), "{line}");
    }

    async fn another_name_is_noted_without_it(db) {
        let app = TestApp::new(db).await;
        let (root, ada) = (app.set_up().await, app.register("ada").await);
        app.patch(&ada, "/api/auth/me", json!({ "name": "Augusta" })).await.is(204);
        let lines = app.get(&root, "/api/admin/audit?action=person.renamed").await;
        assert_eq!(lines.column("actor_id"), std::slice::from_ref(&ada.user));
        assert!(!lines.text.contains("Augusta"), "{}", lines.text);
    }

    async fn its_rows_are_never_changed(db) {
        let team = Team::new(db).await;
        invite(&team.app, &team.owner, "grace", "user").await;
        for sql in ["UPDATE audit SET action = 'x'", "DELETE FROM audit"] {
            let mut tx = team.app.db.writer().await.unwrap();
            let said = tx.run(Stmt::text(sql, [])).await.unwrap_err().to_string();
            assert!(said.contains("added, never changed"), "{said}");
        }
    }
}

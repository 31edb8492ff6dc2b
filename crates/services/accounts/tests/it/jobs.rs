//! Background jobs for admins: of their workspace, and of all for whoever runs the installation.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, header};
use captely_platform::db::Db;
use captely_platform::ids::{JobId, WorkspaceId};
use captely_platform::jobs::{self, JobFilter, NewJob, Runner, RunnerOptions, Verdict};
use captely_testkit::{Answer, TestClock, both_dbs};
use serde_json::{Value, json};

use crate::app::{PASSWORD, Signed, TestApp, migrations};
use crate::team::Team;

const MAIL: &str = "letters.v1";
const LISTS: &str = "lists.v1";
/// Stands in every payload, and must stand in no answer.
const WHOM: &str = "jane-of-the-payload";

/// Pushes one job of each queue for `who`'s workspace; the newest is of `LISTS`.
async fn push(app: &TestApp, who: &Signed, seed: u64) -> [JobId; 2] {
    let workspace: WorkspaceId = app.workspace(who).await.parse().unwrap();
    let job = |queue| NewJob {
        workspace,
        queue,
        group: None,
        payload: json!({ "to": WHOM }),
        run_at: TestClock::START,
        attempts_max: 3,
    };
    let ids = captely_testkit::ids_at(app.clock.clone(), seed);
    let mut tx = app.db.writer().await.unwrap();
    jobs::push(&mut tx, &ids, vec![job(MAIL), job(LISTS)]).await.unwrap();
    let filter = JobFilter { workspace: Some(workspace), ..JobFilter::default() };
    let pushed = jobs::list(&mut tx, &filter, 9).await.unwrap().jobs;
    tx.commit().await.unwrap();
    let of = |queue| pushed.iter().find(|job| job.queue == queue).unwrap().id;
    [of(MAIL), of(LISTS)]
}

/// A worker takes the jobs of `queue` and gives them all this verdict.
async fn work(db: &Db, queue: &str, verdict: Verdict) {
    let lease = Duration::from_mins(1);
    let claimed = jobs::claim(db, "w", &[queue], 9, lease, TestClock::START).await.unwrap();
    let done: Vec<_> = claimed.into_iter().map(|job| (job, verdict.clone())).collect();
    let mut tx = db.writer().await.unwrap();
    jobs::finish(&mut tx, "w", &done, TestClock::START).await.unwrap();
    tx.commit().await.unwrap();
}

async fn act(app: &TestApp, who: &Signed, path: &str) -> Answer {
    app.call(Some(&who.token), "POST", path, Value::Null).await
}

both_dbs! {
    migrations = &migrations();

    async fn admins_see_the_jobs_of_their_workspace(db) {
        let team = Team::new(db).await;
        let [mail, list] = push(&team.app, &team.owner, 7).await;
        let theirs = push(&team.app, &team.stranger, 8).await;
        work(&team.app.db, MAIL, Verdict::Fail { why: "no post today".into() }).await;
        // Beside these there are the invitations of the team.
        let all = team.app.get(&team.owner, "/api/jobs").await;
        let ids = all.column("id");
        assert!([mail, list].iter().all(|id| ids.contains(&id.to_string())), "{ids:?}");
        assert!(theirs.iter().all(|id| !ids.contains(&id.to_string())), "{ids:?}");
        assert!(!all.text.contains(WHOM) && !all.text.contains("\"worker\""), "{}", all.text);
        assert_eq!(team.app.get(&team.admin, "/api/jobs").await.column("id"), ids);
        let listed = async |query: &str| {
            team.app.get(&team.admin, &format!("/api/jobs?{query}")).await.column("id")
        };
        assert_eq!(listed("state=failed").await, [mail.to_string()]);
        assert_eq!(listed("queue=lists.v1").await, [list.to_string()]);
        assert_eq!(listed("queue=lists.v1&state=failed").await, [""; 0]);
        let picked = team.app.get(&team.admin, "/api/jobs?queue=lists.v1&fields=id,state").await;
        assert_eq!(picked.is(200)["items"], json!([{ "id": list.to_string(), "state": "pending" }]));
        let (mut paged, mut after) = (Vec::new(), String::new());
        loop {
            let page = team.app.get(&team.admin, &format!("/api/jobs?limit=1{after}")).await;
            paged.extend(page.column("id"));
            let Some(next) = page.is(200)["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        assert_eq!(paged, ids);
        for query in ["state=lost", "limit=0", "payload=1", "fields=payload", "after=x"] {
            team.app.get(&team.admin, &format!("/api/jobs?{query}")).await.refused(422, "invalid");
        }
        let one = team.app.get(&team.admin, &format!("/api/jobs/{mail}")).await;
        assert_eq!(one.is(200)["error"], "no post today");
        assert!(!one.text.contains(WHOM));
        let overview = team.app.get(&team.admin, "/api/jobs/overview").await;
        let queues = overview.is(200)["queues"].as_array().unwrap().clone();
        let told = |queue: &str| {
            let found = queues.iter().find(|one| one["queue"] == queue).unwrap();
            (found["pending"].clone(), found["failed"].clone())
        };
        assert_eq!(told(MAIL), (json!(0), json!(1)));
        assert_eq!(told(LISTS), (json!(1), json!(0)));
    }

    async fn admins_retry_and_cancel_and_it_is_logged(db) {
        let team = Team::new(db).await;
        let [mail, list] = push(&team.app, &team.owner, 7).await;
        let early = act(&team.app, &team.admin, &format!("/api/jobs/{mail}/retry")).await;
        early.refused(409, "conflict");
        assert!(early.text.contains("The job is pending"), "{}", early.text);
        work(&team.app.db, MAIL, Verdict::Fail { why: "no post today".into() }).await;
        let again = act(&team.app, &team.admin, &format!("/api/jobs/{mail}/retry")).await;
        assert_eq!((&again.is(200)["state"], &again.is(200)["attempts"]), (&json!("pending"), &json!(0)));
        assert!(!again.text.contains(WHOM));
        let gone = act(&team.app, &team.owner, &format!("/api/jobs/{list}/cancel")).await;
        assert_eq!(gone.is(200)["state"], "cancelled");
        act(&team.app, &team.owner, &format!("/api/jobs/{list}/cancel")).await.refused(409, "conflict");
        // One that is worked on runs to its end, but is called off.
        let lease = Duration::from_mins(1);
        assert_eq!(jobs::claim(&team.app.db, "w", &[MAIL], 9, lease, TestClock::START).await.unwrap().len(), 1);
        let held = act(&team.app, &team.owner, &format!("/api/jobs/{mail}/cancel")).await;
        assert_eq!((&held.is(200)["state"], &held.is(200)["wanted"]), (&json!("processing"), &json!("cancelled")));
        // What was refused is in no line.
        assert_eq!(team.logged("job.retried").await, [mail.to_string()]);
        assert_eq!(team.logged("job.cancelled").await, [mail.to_string(), list.to_string()]);
        let lines = team.app.get(&team.owner, "/api/audit?action=job.retried").await;
        assert!(lines.text.contains(&team.admin.user) && !lines.text.contains(WHOM), "{}", lines.text);
    }

    async fn others_get_nothing(db) {
        let team = Team::new(db).await;
        let [mail, _list] = push(&team.app, &team.owner, 7).await;
        let theirs = push(&team.app, &team.stranger, 8).await[0];
        let paths = [
            ("GET", format!("/api/jobs/{mail}")),
            ("POST", format!("/api/jobs/{mail}/retry")),
            ("POST", format!("/api/jobs/{mail}/cancel")),
        ];
        for (method, path) in &paths {
            let call = async |who: Option<&Signed>| {
                team.app.call(who.map(|who| who.token.as_str()), method, path, Value::Null).await
            };
            call(None).await.refused(401, "unauthenticated");
            call(Some(&team.viewer)).await.refused(403, "forbidden");
            call(Some(&team.user)).await.refused(403, "forbidden");
            call(Some(&team.stranger)).await.refused(404, "not_found");
        }
        for path in ["/api/jobs", "/api/jobs/overview"] {
            team.app.get(&team.user, path).await.refused(403, "forbidden");
            team.app.get(&team.viewer, path).await.refused(403, "forbidden");
        }
        let any = [
            ("GET", "/api/admin/jobs".to_owned()),
            ("GET", "/api/admin/jobs/overview".to_owned()),
            ("GET", "/api/admin/workers".to_owned()),
            ("GET", format!("/api/admin/jobs/{theirs}")),
            ("POST", format!("/api/admin/jobs/{theirs}/retry")),
            ("POST", format!("/api/admin/jobs/{theirs}/cancel")),
        ];
        for (method, path) in &any {
            team.app.call(None, method, path, Value::Null).await.refused(401, "unauthenticated");
            let owner = team.app.call(Some(&team.owner.token), method, path, Value::Null).await;
            owner.refused(403, "forbidden");
        }
        // All of it came to nothing.
        assert_eq!(team.app.get(&team.stranger, &format!("/api/jobs/{theirs}")).await.is(200)["state"], "pending");
        team.app.get(&team.owner, "/api/jobs/job_nonsense").await.refused(404, "not_found");
    }

    async fn the_superadmin_sees_and_steers_all(db) {
        let app = TestApp::new(db).await;
        let root = app.set_up().await;
        let owner = app.register("owner").await;
        let [mail, list] = push(&app, &owner, 7).await;
        let workspace = app.workspace(&owner).await;
        let of = format!("/api/admin/jobs?workspace_id={workspace}");
        let found = app.get(&root, &of).await;
        assert_eq!(found.column("id"), [list.to_string(), mail.to_string()]);
        assert_eq!(found.column("workspace_id"), [workspace.clone(), workspace]);
        let own = app.workspace(&root).await;
        let of = format!("/api/admin/jobs?workspace_id={own}&queue={MAIL}");
        assert_eq!(app.get(&root, &of).await.column("id"), [""; 0]);
        assert_eq!(app.get(&root, &format!("/api/admin/jobs/{mail}")).await.is(200)["state"], "pending");
        assert_eq!(app.get(&root, "/api/admin/jobs/overview").await.is(200)["queues"][0]["queue"], MAIL);
        let gone = act(&app, &root, &format!("/api/admin/jobs/{mail}/cancel")).await;
        assert_eq!(gone.is(200)["state"], "cancelled");
        act(&app, &root, &format!("/api/admin/jobs/{mail}/retry")).await.is(200);
        act(&app, &root, &format!("/api/admin/jobs/{mail}/retry")).await.refused(409, "conflict");
        // Whose job it is reads who did it.
        let lines = app.get(&owner, "/api/audit?action=job.cancelled").await;
        assert_eq!(lines.column("subject"), [mail.to_string()]);
        assert!(lines.text.contains(&root.user), "{}", lines.text);
        // And so does whoever runs the installation; what members do is not told there.
        act(&app, &owner, &format!("/api/jobs/{list}/cancel")).await.is(200);
        for (action, id) in [("job.cancelled", mail), ("job.retried", mail)] {
            let lines = app.get(&root, &format!("/api/admin/audit?action={action}")).await;
            assert_eq!(lines.column("subject"), [id.to_string()]);
            assert_eq!(lines.column("actor_id"), std::slice::from_ref(&root.user));
        }
        let request = Request::get("/api/admin/jobs")
            .header(header::AUTHORIZATION, format!("Bearer {}", root.token))
            .body(Body::empty())
            .unwrap();
        let far = app.send(request, IpAddr::from([192, 0, 2, 1])).await;
        far.refused(403, "address_not_allowed");
    }

    async fn the_superadmin_sees_the_workers(db) {
        let app = TestApp::new(db).await;
        let root = app.set_up().await;
        assert_eq!(app.get(&root, "/api/admin/workers").await.is(200)["items"], json!([]));
        let ids = Arc::new(captely_testkit::ids_at(app.clock.clone(), 5));
        let chance = Arc::new(captely_platform::chance::Chance::from_seed(5));
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let runner = Runner::new(app.db.clone(), ids, app.clock.clone(), chance, "one", RunnerOptions::default());
        let running = tokio::spawn(async move {
            Box::pin(runner.run(async move { let _gone = stopped.await; })).await
        });
        let worker = loop {
            let found = app.get(&root, "/api/admin/workers").await;
            if let Some(worker) = found.is(200)["items"].get(0) {
                break worker.clone();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        };
        assert_eq!((&worker["name"], &worker["alive"]), (&json!("one"), &json!(true)));
        stop.send(()).unwrap();
        running.await.unwrap().unwrap();
        assert_eq!(app.get(&root, "/api/admin/workers").await.is(200)["items"], json!([]));
    }

    async fn a_page_acts_by_cookie_with_the_token_that_it_asks_for(db) {
        let team = Team::new(db).await;
        let [mail, _list] = push(&team.app, &team.owner, 7).await;
        let input = json!({ "email": team.owner.email, "password": PASSWORD, "transport": "cookie" });
        let opened = team.app.call(None, "POST", "/api/auth/login", input).await;
        opened.is(200);
        let cookies: Vec<String> = opened.headers.get_all(header::SET_COOKIE).iter()
            .map(|cookie| cookie.to_str().unwrap().split(';').next().unwrap().to_owned()).collect();
        let cookies = cookies.join("; ");
        let call = async |method: &str, path: &str, token: &str| {
            let request = Request::builder().method(method).uri(path)
                .header(header::COOKIE, &cookies).header("x-csrf-token", token)
                .body(Body::empty()).unwrap();
            team.app.send(request, IpAddr::from([127, 0, 0, 1])).await
        };
        let cancel = format!("/api/jobs/{mail}/cancel");
        call("POST", &cancel, "").await.refused(403, "csrf_token_missing");
        let token = call("GET", "/api/auth/csrf", "").await.is(200)["csrf_token"].as_str().unwrap().to_owned();
        assert_eq!(call("POST", &cancel, &token).await.is(200)["state"], "cancelled");
        team.app.call(None, "GET", "/api/auth/csrf", Value::Null).await.refused(401, "unauthenticated");
    }

    async fn the_page_brings_nothing_of_others_and_no_script_of_its_own_text(db) {
        let app = TestApp::new(db).await;
        let get = async |path: &str| app.call(None, "GET", path, Value::Null).await;
        let page = get("/admin/jobs").await;
        assert_eq!((page.status, page.headers[header::CONTENT_TYPE].to_str().unwrap()), (200, "text/html; charset=utf-8"));
        let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert!(!page.text.contains("://") && !page.text.contains("style=") && !page.text.contains(" on"), "{}", page.text);
        // Each file that the page and its scripts name is there.
        let mut named = vec!["/admin/jobs".to_owned()];
        let mut seen = 0;
        while let Some(path) = named.get(seen).cloned() {
            let file = get(&path).await;
            assert_eq!(file.status, 200, "{path}");
            let places = file.text.split(['"', '\'']).filter(|text| text.starts_with("/admin/assets/"));
            for place in places.map(str::to_owned) {
                if !named.contains(&place) {
                    named.push(place);
                }
            }
            seen += 1;
        }
        assert_eq!(seen, 7, "{named:?}");
    }
}

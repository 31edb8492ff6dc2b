//! What machines ask of the server itself.

#![expect(clippy::float_cmp, reason = "the figures are whole numbers and compared exactly")]

use std::collections::BTreeSet;
use std::time::Duration;

use captely_platform::MIGRATIONS;
use captely_platform::db::{Db, Migration};
use captely_platform::http::{HttpOptions, Network, Operations, operations_routes};
use captely_platform::jobs::{self, State};
use captely_platform::telemetry::metrics::{self, catalogue};
use captely_platform::telemetry::{Telemetry, Tracing};
use captely_testkit::{Engine, TestDb, both_dbs, db_options, run};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message as _;
use serde_json::Value;
use tracing::dispatcher::with_default;

use crate::http_app::{App, SUPERADMIN, Setup, USER, migrations};
use crate::http_client::Answer;
use crate::proxy::{Line, Proxy};
use crate::receiver::{Loopback, clock};
use crate::stage::{QUEUE, Stage, all, options, play, push, until};

/// A request from elsewhere, and one more header.
async fn from(app: &App, address: &str, path: &str, header: &str) -> Answer {
    let headers = format!("X-Forwarded-For: {address}\r\n{header}");
    app.ask(&format!("GET {path}"), &headers, "").await
}

/// Behind a proxy that is believed.
fn proxied() -> Setup {
    let mut setup = Setup::default();
    setup.options.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    setup
}

async fn words(app: &App) -> (u16, [String; 4]) {
    let answer = app.get("/api/health").await;
    let json = answer.json();
    let word = |name: &str| json[name].as_str().unwrap().to_owned();
    (answer.status, ["status", "database", "redis", "celery"].map(word))
}

async fn ready(app: &App) -> (u16, Value) {
    let answer = app.get("/api/ready").await;
    (answer.status, answer.json())
}

both_dbs! {
    migrations = &migrations();

    async fn health_tells_how_things_are(db) {
        let app = App::start(&db, Setup::default());
        assert_eq!(words(&app).await, (200, ["degraded", "connected", "connected", "stopped"].map(Into::into)));
        let stage = Stage::new(app.clock.clone());
        push(&db, 1, vec![play("wait"), play("wait")]).await;
        // Told again for a second, however the queue stands.
        assert_eq!(app.get("/api/health").await.json()["queue"]["pending"], 0);
        app.clock.advance(Duration::from_secs(1));
        let json = app.get("/api/health").await.json();
        assert_eq!(json["queue"]["pending"], 2, "{json}");
        assert!(json["disk"]["free_bytes"].as_u64().unwrap() > 0);
        assert_eq!(json["version"], env!("CARGO_PKG_VERSION"));
        let one = stage.play(&db, "one", options());
        until("it works", || async {
            app.clock.advance(Duration::from_secs(1));
            words(&app).await.1[3] == "running"
        }).await;
        assert_eq!(app.get("/api/health").await.json()["workers"]["alive"], 1);
        one.kill().await;
    }

    async fn sentences_about_what_is_wrong_are_for_those_who_run_it(db) {
        let app = App::start(&db, proxied());
        let told = async |address: &str, header: &str| {
            let json = from(&app, address, "/api/health", header).await.json();
            assert_eq!(json["celery"], "stopped");
            !json["problems"].as_array().unwrap().is_empty()
        };
        assert!(told("127.0.0.1", "").await);
        assert!(!told("192.0.2.1", "").await);
        assert!(!told("192.0.2.1", USER).await);
        assert!(!told("192.0.2.1", "Authorization: Bearer junk\r\n").await);
        assert!(told("192.0.2.1", SUPERADMIN).await);
    }

    async fn a_database_that_is_gone_is_told_of(db) {
        let app = App::start(&db, Setup::default());
        assert_eq!(ready(&app).await.0, 200);
        db.close().await;
        app.clock.advance(Duration::from_secs(1));
        let gone = ["unhealthy", "unreachable", "unreachable", "unknown"].map(Into::into);
        assert_eq!(words(&app).await, (503, gone));
        let (status, json) = ready(&app).await;
        assert_eq!((status, &json["database"], &json["tables"]), (503, &"unreachable".into(), &"unknown".into()));
        // Figures are told all the same.
        assert_eq!(app.get("/metrics").await.status, 200);
    }

    async fn ready_means_that_the_tables_are_this_programs(db) {
        let tables = async |migrations: Vec<Migration>| {
            let app = App::start(&db, Setup { migrations, ..Setup::default() });
            let (status, json) = ready(&app).await;
            assert_eq!(status == 200, json["ready"].as_bool().unwrap());
            (status, json["tables"].as_str().unwrap().to_owned())
        };
        assert_eq!(tables(migrations()).await, (200, "current".to_owned()));
        let next = Migration { family: "test", number: 2, name: "more", sql: "" };
        assert_eq!(tables([migrations(), vec![next]].concat()).await, (503, "behind".to_owned()));
        let older = MIGRATIONS[..MIGRATIONS.len() - 1].to_vec();
        assert_eq!(tables(older).await, (503, "foreign".to_owned()));
    }

    async fn who_is_about_to_stop_is_well_but_not_ready(db) {
        let app = App::start(&db, Setup::default());
        assert_eq!(ready(&app).await.0, 200);
        app.operations.stop();
        let (status, json) = ready(&app).await;
        assert_eq!((status, &json["stopping"], &json["tables"]), (503, &true.into(), &"current".into()));
        assert_eq!(app.get("/api/health").await.status, 200);
    }

    async fn figures_are_told_to_allowed_addresses_only(db) {
        let app = App::start(&db, proxied());
        assert_eq!(from(&app, "127.0.0.1", "/metrics", "").await.status, 200);
        from(&app, "192.0.2.1", "/metrics", "").await.check(403, "address_not_allowed", "");
        from(&app, "192.0.2.1", "/metrics", SUPERADMIN).await.check(403, "address_not_allowed", "");
        let network: Network = "192.0.2.0/24".parse().unwrap();
        let setup = proxied();
        let options = HttpOptions { metrics_networks: vec![network], ..setup.options };
        let app = App::start(&db, Setup { options, ..proxied() });
        assert_eq!(from(&app, "192.0.2.1", "/metrics", "").await.status, 200);
        assert_eq!(from(&app, "127.0.0.1", "/metrics", "").await.status, 403);
    }

    async fn a_page_whose_name_was_bound_to_this_machine_is_not_on_it(db) {
        let app = App::start(&db, Setup::default());
        let under = async |host: &str, path: &str, lines: &str| {
            let text =
                format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{lines}\r\n");
            Answer::read(&app.raw(text.as_bytes()).await)
        };
        let own = app.address.to_string();
        for host in ["localhost:8080", "app.localhost", &own] {
            assert_eq!(under(host, "/metrics", "").await.status, 200, "{host}");
        }
        let refused = under("evil.example:8080", "/metrics", "").await;
        refused.check(403, "address_not_allowed", "");
        assert!(refused.body.contains("a host name other than localhost"), "{refused:?}");
        let problems = async |host: &str| under(host, "/api/health", "").await.json()["problems"].clone();
        assert_ne!(problems("localhost").await, serde_json::json!([]));
        assert_eq!(problems("evil.example").await, serde_json::json!([]));
    }

    async fn figures_of_requests_and_jobs(db) {
        metrics::install();
        let app = App::start(&db, Setup::default());
        for n in 1..=3 {
            app.get(&format!("/api/things/con_0199000000007000800000000000000{n}")).await;
            app.get(&format!("/nowhere/{n}")).await;
            app.ask(&format!("BREW{n} /api/open"), "", "").await;
        }
        push(&db, 1, vec![play("done"), play("dance"), play("trouble")]).await;
        let counted = format!("captely_jobs_waiting{{queue=\"{QUEUE}\"}}");
        assert_eq!(value(&app.get("/metrics").await.body, &counted), 3.0);
        let one = Stage::new(app.clock.clone()).play(&db, "one", options());
        until("each was tried", || async { all(&db).await.iter().all(|job| job.attempts > 0 && job.worker.is_none()) }).await;
        one.stop().await.unwrap();
        // Counted again only after 5 s, when the one that had trouble is due again.
        assert_eq!(value(&app.get("/metrics").await.body, &counted), 3.0);
        app.clock.advance(Duration::from_secs(5));
        let answer = app.get("/metrics").await;
        assert_eq!(answer.header("content-type").as_deref(), Some("text/plain; version=0.0.4; charset=utf-8"));
        let text = answer.body;
        assert_eq!(value(&text, &counted), 1.0);
        for (verdict, number) in [("done", 1.0), ("failed", 1.0), ("trouble", 1.0)] {
            let name = format!("captely_jobs_total{{queue=\"{QUEUE}\",verdict=\"{verdict}\"}}");
            assert_eq!(value(&text, &name), number);
        }
        let requests = |labels: &str| value(&text, &format!("captely_http_requests_total{{{labels}}}"));
        assert_eq!(requests(r#"method="GET",route="/api/things/{id}",status="200""#), 3.0);
        assert_eq!(requests(r#"method="GET",route="unmatched",status="404""#), 3.0);
        assert_eq!(requests(r#"method="other",route="/api/open",status="405""#), 3.0);
        assert!(value(&text, "captely_http_connections") >= 1.0);
        check_labels(&text);
        let waiting = all(&db).await.into_iter().find(|job| job.state == State::Pending).unwrap();
        let mut tx = db.writer().await.unwrap();
        jobs::cancel(&mut tx, None, waiting.id, waiting.due_at).await.unwrap();
        tx.commit().await.unwrap();
        app.clock.advance(Duration::from_secs(5));
        // A queue without work left is told of as empty, not as it was.
        assert_eq!(value(&app.get("/metrics").await.body, &counted), 0.0);
    }
}

#[track_caller]
fn value(text: &str, name: &str) -> f64 {
    let found = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    found.unwrap_or_else(|| panic!("{name} is not in\n{text}")).parse().unwrap()
}

/// Every line can be read, has the labels of its metric alone, and no label holds an id or a path.
#[track_caller]
fn check_labels(text: &str) {
    let known: BTreeSet<&str> = catalogue::ALL.iter().flat_map(|m| m.labels).copied().collect();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (name, number) = line.rsplit_once(' ').unwrap();
        number.parse::<f64>().unwrap();
        let Some((_, labels)) = name.split_once('{') else { continue };
        let labels = labels.strip_suffix('}').unwrap().trim_end_matches('"');
        for label in labels.split("\",") {
            let (key, value) = label.split_once("=\"").unwrap();
            assert!(key == "le" || known.contains(key), "{line}");
            assert!(!value.contains("0199") && !value.contains("nowhere"), "{line}");
            assert!(!value.contains("BREW"), "{line}");
        }
    }
}

/// PostgreSQL only: nothing stands between us and a SQLite file.
#[test]
fn a_database_that_is_cut_off_or_silent_is_told_of_until_it_is_back() {
    run(async {
        let Some(db) = TestDb::new(Engine::Postgres, &migrations()).await else { return };
        let proxy = Proxy::before(db.url()).await;
        let far = Db::open(proxy.url(), &db_options()).await.unwrap();
        let app = App::start(&far, Setup::default());
        for line in [Line::Cut, Line::Mute] {
            assert_eq!(words(&app).await.0, 200);
            assert_eq!(ready(&app).await.0, 200);
            proxy.set(line);
            app.clock.advance(Duration::from_secs(1));
            // Far sooner than the database's own patience, which is longer than a probe's.
            assert_eq!(words(&app).await.0, 503, "{line:?}");
            assert_eq!(ready(&app).await.0, 503, "{line:?}");
            assert_eq!(app.get("/metrics").await.status, 200);
            proxy.set(Line::Up);
            until("it is well again", || async {
                app.clock.advance(Duration::from_secs(1));
                words(&app).await.0 == 200 && ready(&app).await.0 == 200
            })
            .await;
        }
    });
}

#[test]
fn a_request_goes_on_in_the_trace_of_its_header() {
    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    let collector = Loopback::start();
    let traces = Tracing {
        endpoint: format!("http://{}", collector.address),
        headers: None,
        environment: "rehearsal".to_owned(),
        percent: 0,
    };
    let telemetry =
        Telemetry { filter: "off".to_owned(), traces: Some(traces), ..Telemetry::default() };
    let (dispatch, guard) = telemetry.build(&clock()).unwrap();
    with_default(&dispatch, || {
        // All on this thread, whose dispatcher it is.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let db = TestDb::new(Engine::Sqlite, &migrations()).await.unwrap();
            let app = App::start(&db, Setup::default());
            let caller = format!("traceparent: 00-{TRACE}-00f067aa0ba902b7-01\r\n");
            assert_eq!(app.ask("GET /api/open", &caller, "").await.status, 200);
        });
    });
    drop(guard);
    let sent = ExportTraceServiceRequest::decode(collector.next().body.as_slice()).unwrap();
    let spans = sent.resource_spans.iter().flat_map(|r| &r.scope_spans).flat_map(|s| &s.spans);
    let request = spans.into_iter().find(|span| span.name == "GET /api/open").unwrap();
    assert_eq!(
        Some(u128::from_be_bytes(request.trace_id.as_slice().try_into().unwrap())),
        u128::from_str_radix(TRACE, 16).ok()
    );
    let status = request.attributes.iter().any(|a| a.key == "http.response.status_code");
    assert!(status, "{request:?}");
}

#[test]
fn each_is_documented_with_examples() {
    let operations = Operations::new("".into(), &[]);
    let document = operations_routes(operations).into_openapi();
    let json = serde_json::to_value(&document).unwrap();
    for (path, id) in
        [("/api/health", "get_health"), ("/api/ready", "get_ready"), ("/metrics", "get_metrics")]
    {
        let operation = &json["paths"][path]["get"];
        assert_eq!(operation["operationId"], id);
        let content = operation["responses"]["200"]["content"].as_object().unwrap();
        assert!(content.values().all(|kind| !kind["example"].is_null()), "{operation}");
    }
}

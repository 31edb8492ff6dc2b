//! Everything that is counted is in the catalogue, and the other way round.

use std::time::Duration;

use captely_contact::Usd;
use captely_platform::db::Stmt;
use captely_platform::telemetry::metrics::{self, catalogue};
use captely_testkit::{TestDb, run};

#[track_caller]
fn has(text: &str, line: &str) {
    assert!(text.lines().any(|l| l == line), "{line} is not in\n{text}");
}

#[test]
fn what_is_counted_is_rendered() {
    metrics::install();
    metrics::install();
    let open = metrics::http_connection();
    let _other = metrics::http_connection();
    drop(open);
    metrics::http_request("GET", "/api/contacts/{id}", 200, Duration::from_millis(3));
    metrics::http_request("BREW", "", 999, Duration::from_secs(3));
    metrics::job_finished("mail", "done", Duration::from_secs(2));
    metrics::jobs_waiting("mail", 7);
    metrics::provider_called("hunter", "answered", Duration::from_millis(400));
    metrics::provider_spent("hunter", Usd::micros(49_000));
    metrics::provider_spent("hunter", Usd::micros(1_000));
    metrics::ledger_checked(2);
    metrics::ledger_checked(0);
    run(async {
        let test = TestDb::sqlite().await;
        let mut tx = test.reader().await.unwrap();
        tx.one::<(i64,)>(Stmt::text("SELECT CAST(1 AS BIGINT)", [])).await.unwrap();
        tx.run(Stmt::text("SELECT nonsense", [])).await.unwrap_err();
        metrics::pool_connections(&test);
        tx.commit().await.unwrap();
    });
    let text = metrics::render();
    has(&text, "captely_http_connections 1");
    has(
        &text,
        r#"captely_http_requests_total{method="GET",route="/api/contacts/{id}",status="200"} 1"#,
    );
    has(
        &text,
        r#"captely_http_requests_total{method="other",route="unmatched",status="invalid"} 1"#,
    );
    let of = r#"method="GET",route="/api/contacts/{id}""#;
    let bucket =
        |le: &str| format!("captely_http_request_duration_seconds_bucket{{{of},le=\"{le}\"}}");
    has(&text, &format!("{} 0", bucket("0.0025")));
    has(&text, &format!("{} 1", bucket("0.005")));
    has(&text, &format!("{} 1", bucket("10")));
    has(&text, r#"captely_jobs_total{queue="mail",verdict="done"} 1"#);
    has(&text, r#"captely_jobs_waiting{queue="mail"} 7"#);
    has(&text, r#"captely_provider_calls_total{provider="hunter",outcome="answered"} 1"#);
    has(&text, r#"captely_spend_microdollars_total{provider="hunter"} 50000"#);
    has(&text, "captely_ledger_faults_total 2");
    has(&text, r#"captely_db_query_duration_seconds_count{engine="sqlite",kind="select"} 2"#);
    has(&text, r#"captely_db_query_duration_seconds_count{engine="sqlite",kind="commit"} 1"#);
    has(&text, r#"captely_db_pool_connections{state="used"} 1"#);
    let told: Vec<&str> =
        text.lines().filter_map(|l| l.strip_prefix("# TYPE ")?.split(' ').next()).collect();
    let mut of_process = catalogue::OF_PROCESS.to_vec();
    if !cfg!(target_os = "linux") {
        of_process.clear();
    }
    for metric in catalogue::ALL.iter().chain(&of_process) {
        let times = told.iter().filter(|name| **name == metric.name).count();
        assert_eq!(times, 1, "{}", metric.name);
        has(&text, &format!("# HELP {} {}", metric.name, metric.help));
    }
    assert_eq!(told.len(), catalogue::ALL.len() + of_process.len(), "{told:?}");
}

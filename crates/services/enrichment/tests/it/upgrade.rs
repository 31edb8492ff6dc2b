//! Databases of earlier versions keep what is in them.

use captely_platform::db::{Migration, Stmt, Value};
use captely_platform::ids::WorkspaceId;
use captely_testkit::both_dbs;
use uuid::Uuid;

use crate::site::migrations;

/// As they were before results, ends of attempts and best values had tables of their own.
fn first() -> Vec<Migration> {
    let later =
        |one: &Migration| ["crm", "imports", "enrichment"].contains(&one.family) && one.number > 1;
    migrations().into_iter().filter(|migration| !later(migration)).collect()
}

/// Place, state, price, end and tickets.
type Attempt = (i64, Option<String>, Option<i64>, Option<i64>, Option<String>);

const RUN: u128 = 7;
const CONTACT: &str = "INSERT INTO contact (workspace_id, id, first_name, last_name, company, title, \
    linkedin_url, country, email, phone, created_at, updated_at) \
    VALUES ($1, $2, 'Asha', 'Rao', 'Mills', '', '', 'IN', $3, NULL, 5, 6)";
const ROW: &str = "INSERT INTO run_contact (workspace_id, run_id, contact_id, state, spent_micros, \
    result) VALUES ($1, $2, $3, $4, 9, $5)";
const ATTEMPT: &str = "INSERT INTO attempt (workspace_id, id, contact_id, run_id, provider, wants, state, \
    held_micros, cost_micros, asked_at, answered_at, ticket, answer, error) \
    VALUES ($1, $2, $3, $4, 'icypeas', 'email', $5, 3, 4, 100, NULL, $6, NULL, 'why')";

both_dbs! {
    migrations = &first();

    async fn results_attempts_and_best_values_move(db) {
        let workspace = WorkspaceId::LOCAL;
        let id = |n: u128| Value::from(Uuid::from_u128(n));
        let mut tx = db.writer().await.unwrap();
        for (contact, email) in [(1, Some("asha@mills.example")), (2, None)] {
            let values = [workspace.into(), id(contact), email.into()];
            tx.run(Stmt::text(CONTACT, values)).await.unwrap();
        }
        for (contact, state, result) in [(1, "done", "{}"), (2, "pending", "")] {
            let values = [workspace.into(), id(RUN), id(contact), state.into(), result.into()];
            tx.run(Stmt::text(ROW, values)).await.unwrap();
        }
        let attempts = [(11, "failed", None), (12, "in_doubt", None), (13, "pending", Some("a\"\\b"))];
        for (attempt, state, ticket) in attempts {
            let values =
                [workspace.into(), id(attempt), id(1), id(RUN), state.into(), ticket.into()];
            tx.run(Stmt::text(ATTEMPT, values)).await.unwrap();
        }
        tx.commit().await.unwrap();

        db.migrate(&migrations()).await.unwrap();

        let mut tx = db.reader().await.unwrap();
        let all = |sql: &'static str| Stmt::text(sql, [workspace.into()]);
        let sql = "SELECT contact_id, spent_micros, result FROM run_result WHERE workspace_id = $1";
        let results: Vec<(Uuid, i64, String)> = tx.all(all(sql)).await.unwrap();
        assert_eq!(results, [(Uuid::from_u128(1), 9, "{}".to_owned())]);
        let sql = "SELECT contact_id FROM run_contact WHERE workspace_id = $1 ORDER BY contact_id";
        let rows: Vec<(Uuid,)> = tx.all(all(sql)).await.unwrap();
        assert_eq!(rows.len(), 2, "both are in the run still");
        let sql = "SELECT a.nth, e.state, e.cost_micros, e.ended_at, c.tickets FROM attempt AS a \
            LEFT JOIN attempt_end AS e ON e.workspace_id = a.workspace_id AND e.id = a.id \
            LEFT JOIN provider_call AS c ON c.workspace_id = a.workspace_id AND c.id = a.id \
            WHERE a.workspace_id = $1 ORDER BY a.id";
        let attempts: Vec<Attempt> = tx.all(all(sql)).await.unwrap();
        let ended = |nth, state: &str| (nth, Some(state.to_owned()), Some(4), Some(100), None);
        assert_eq!(attempts[..2], [ended(0, "failed"), ended(1, "in_doubt")]);
        let (nth, state, .., tickets) = &attempts[2];
        assert_eq!((*nth, state), (2, &None), "it is open still");
        let tickets: Vec<String> = serde_json::from_str(tickets.as_deref().unwrap()).unwrap();
        assert_eq!(tickets, ["a\"\\b"]);
        let sql = "SELECT contact_id, email FROM contact_best WHERE workspace_id = $1";
        let best: Vec<(Uuid, Option<String>)> = tx.all(all(sql)).await.unwrap();
        assert_eq!(best, [(Uuid::from_u128(1), Some("asha@mills.example".to_owned()))]);
    }
}

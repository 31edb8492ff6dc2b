use std::collections::HashMap;

use captely_contact::Domain;
use captely_platform::db::{DbError, Stmt, Tx, Value, in_list, padded};
use captely_platform::ids::WorkspaceId;
use captely_waterfall::{Pattern, PatternBook};

const ADD: &str = "INSERT INTO email_pattern (workspace_id, domain, pattern, sightings)";
const ADD_TAIL: &str = "ON CONFLICT (workspace_id, domain, pattern) \
    DO UPDATE SET sightings = email_pattern.sightings + excluded.sightings";
const OF_DOMAINS: &str = "SELECT domain, pattern, sightings FROM email_pattern \
    WHERE workspace_id = $1 AND domain IN";

pub(super) fn statements() -> Vec<&'static str> {
    vec![
        "SELECT domain, pattern, sightings FROM email_pattern WHERE workspace_id = $1 AND domain IN ($2)",
        "INSERT INTO email_pattern (workspace_id, domain, pattern, sightings) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (workspace_id, domain, pattern) \
        DO UPDATE SET sightings = email_pattern.sightings + excluded.sightings",
    ]
}

/// Adds sightings of patterns. Each (domain, pattern) at most once a call.
pub(crate) async fn add(
    tx: &mut Tx,
    workspace: WorkspaceId,
    seen: &HashMap<(Domain, Pattern), i64>,
) -> Result<(), DbError> {
    let mut values: Vec<Value> = Vec::with_capacity(seen.len().saturating_mul(4));
    // always in the same order, so that two transactions cannot wait for each other
    let mut sorted: Vec<(&str, &str, i64)> =
        seen.iter().map(|((domain, pattern), n)| (domain.as_str(), pattern.as_str(), *n)).collect();
    sorted.sort_unstable();
    for (domain, pattern, sightings) in sorted {
        values.extend([workspace.into(), domain.into(), pattern.into(), sightings.into()]);
    }
    tx.insert_many(ADD, 4, values, ADD_TAIL).await.map(|_| ())
}

/// What is known of these domains.
pub(crate) async fn of_domains(
    tx: &mut Tx,
    workspace: WorkspaceId,
    domains: &[Domain],
) -> Result<HashMap<Domain, PatternBook>, DbError> {
    let mut books: HashMap<Domain, PatternBook> = HashMap::new();
    if domains.is_empty() {
        return Ok(books);
    }
    let list = padded(domains.iter().map(|d| d.as_str().into()).collect());
    let sql = format!("{OF_DOMAINS} ({})", in_list(2, list.len()));
    let values = [vec![workspace.into()], list].concat();
    let rows: Vec<(String, String, i64)> = tx.all(Stmt::owned(sql, values)).await?;
    for (domain, pattern, sightings) in rows {
        if let (Ok(domain), Some(pattern)) = (domain.parse(), Pattern::from_name(&pattern)) {
            let sightings = u32::try_from(sightings).unwrap_or(u32::MAX);
            books.entry(domain).or_default().add(pattern, sightings);
        }
    }
    Ok(books)
}

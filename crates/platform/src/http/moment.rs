use captely_contact::Timestamp;

use super::Problem;

/// The moment in a field of a query, in RFC 3339.
pub fn moment(field: &'static str, text: &str) -> Result<Timestamp, Problem> {
    text.parse().map_err(|_why| {
        let said = format!("{field} is not a moment such as 2026-01-02T03:04:05Z.");
        Problem::invalid(field, said)
    })
}

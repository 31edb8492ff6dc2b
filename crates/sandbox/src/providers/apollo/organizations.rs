//! Companies by domain.

use serde_json::{Value, json};

use super::errors;
use super::matching::MATCH;
use super::person::shown_organization;
use crate::ledger::{Charged, Subject};
use crate::server::call::Call;
use crate::server::reply::Reply;

/// GET `/organizations/enrich?domain=`.
pub(super) fn one(call: &mut Call<'_>) -> Reply {
    let domain = call.query("domain").to_owned();
    if domain.is_empty() {
        return errors::unprocessable("'domain' is missing");
    }
    match enrich(call, &domain) {
        Ok(found) => Reply::json(200, &json!({ "organization": found })),
        Err(refusal) => refusal,
    }
}

/// POST `/organizations/bulk_enrich` with `domains[]`.
pub(super) fn many(call: &mut Call<'_>) -> Reply {
    let body = call.json().unwrap_or(Value::Null);
    let listed = body.get("domains").and_then(Value::as_array).cloned().unwrap_or_default();
    let in_query = call.query.iter().filter(|(name, _)| name == "domains[]");
    let domains: Vec<String> = in_query
        .map(|(_, domain)| domain.clone())
        .chain(listed.iter().filter_map(Value::as_str).map(str::to_owned))
        .collect();
    if domains.is_empty() || domains.len() > 10 {
        return errors::unprocessable("'domains' must hold from 1 to 10 domains");
    }
    let mut organizations = Vec::new();
    for domain in &domains {
        match enrich(call, domain) {
            Ok(found) => organizations.push(found),
            Err(refusal) => return refusal,
        }
    }
    let missing = organizations.iter().filter(|o| o.is_null()).count();
    Reply::json(
        200,
        &json!({
            "status": "success", "error_code": null, "error_message": null,
            "total_requested_domains": domains.len(),
            "unique_enriched_records": domains.len() - missing,
            "missing_records": missing,
            "organizations": organizations,
        }),
    )
}

fn enrich(call: &mut Call<'_>, domain: &str) -> Result<Value, Reply> {
    let world = call.world();
    let company = world.find_company(domain, "").and_then(|id| world.company(id));
    let Some(company) = company else { return Ok(Value::Null) };
    if !call.charge(Charged::Company, Subject::Company(company.id), MATCH) {
        return Err(errors::out_of_credits(call));
    }
    Ok(shown_organization(call.world().seed(), &company))
}

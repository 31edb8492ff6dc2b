//! Searching people: free, and without addresses or numbers.

use serde_json::{Value, json};

use super::person::person_id;
use crate::knowledge;
use crate::provider::Provider;
use crate::server::call::Call;
use crate::server::reply::Reply;

/// People on a page at most.
const PER_PAGE_MAX: u64 = 100;

/// POST `/mixed_people/api_search`; of the filters, the employers' domains and seniorities are played.
pub(super) fn people(call: &Call<'_>) -> Reply {
    let body = call.json().unwrap_or(Value::Null);
    let list = |name: &str| -> Vec<String> {
        let in_body = body.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
        let key = format!("{name}[]");
        let in_query = call.query.iter().filter(|(n, _)| *n == key).map(|(_, v)| v.clone());
        in_body.iter().filter_map(Value::as_str).map(str::to_owned).chain(in_query).collect()
    };
    let (domains, seniorities) = (list("q_organization_domains_list"), list("person_seniorities"));
    let number = |name: &str, default: u64| {
        body.get(name)
            .and_then(Value::as_u64)
            .or_else(|| call.query(name).parse().ok())
            .unwrap_or(default)
    };
    let page = number("page", 1).max(1);
    let per_page = number("per_page", 10).clamp(1, PER_PAGE_MAX);
    let world = call.world();
    let companies = domains.iter().filter_map(|domain| world.find_company(domain, ""));
    let found: Vec<_> = companies
        .flat_map(|company| world.people_of(company))
        .filter_map(|id| world.person(id))
        .filter(|p| knowledge::knows(world, Provider::Apollo, p))
        .filter(|p| seniorities.is_empty() || seniorities.iter().any(|s| s == p.seniority.as_str()))
        .collect();
    let skipped = usize::try_from((page - 1).saturating_mul(per_page)).unwrap_or(usize::MAX);
    let taken = usize::try_from(per_page).unwrap_or(10);
    let shown: Vec<Value> = found
        .iter()
        .skip(skipped)
        .take(taken)
        .map(|p| {
            // The end of the family name is covered.
            let head: String = p.last_name.chars().take(2).collect();
            let tail: String = p.last_name.chars().last().into_iter().collect();
            json!({
                "id": person_id(world, p),
                "first_name": p.first_name,
                "last_name_obfuscated": format!("{head}***{tail}"),
                "title": p.title,
                "has_email": true,
                "organization": world.company(p.company).map(|c| json!({ "name": c.name })),
            })
        })
        .collect();
    Reply::json(200, &json!({ "total_entries": found.len(), "people": shown }))
}

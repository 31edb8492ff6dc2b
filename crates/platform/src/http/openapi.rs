//! The document of the API (OpenAPI 3.1): what services say of their operations, and what all share.

use std::collections::BTreeSet;

use utoipa::ToSchema;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::schema::ArrayItems;
use utoipa::openapi::security::{
    ApiKey as KeyScheme, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme,
};
use utoipa::openapi::{
    ComponentsBuilder, Content, ContentBuilder, InfoBuilder, LicenseBuilder, ObjectBuilder,
    OpenApi, OpenApiBuilder, Ref, RefOr, Response, ResponseBuilder, Schema, Type,
};

use super::Code;
use super::codes;
use super::problem::ProblemBody;

/// The document, and its JSON as it is served.
#[derive(Clone)]
pub struct ApiDocument {
    /// The document.
    pub document: OpenApi,
    /// As JSON.
    pub json: bytes::Bytes,
}

const ABOUT: &str = "\
Everything that Captely does, over HTTP. Sign in at `POST /api/auth/login` or use an API key, sent as \
`Authorization: Bearer …`. Errors are `application/problem+json` (RFC 9457) with a stable `code`; \
[/docs/errors](/docs/errors) explains each. A POST that names the header `Idempotency-Key`, sent again \
with the same key within 24 hours, gives the first answer again and does nothing. Lists come in \
pages: give `next` of one page as `after` of the next, and `fields` to get only some fields.";

/// Refusals that any operation can give.
const EVERYWHERE: [&Code; 8] = [
    &codes::MALFORMED,
    &codes::NOT_FOUND,
    &codes::INVALID,
    &codes::RATE_LIMITED,
    &codes::INTERNAL,
    &codes::BUSY,
    &codes::DISK_FULL,
    &codes::SLOW,
];
const WITH_BODY: [&Code; 2] = [&codes::TOO_LARGE, &codes::MEDIA_TYPE];
const SIGNED_IN: [&Code; 3] = [&codes::UNAUTHENTICATED, &codes::FORBIDDEN, &codes::NO_WORKSPACE];

/// Of what a refusal's body is.
const PROBLEM: &str = "application/problem+json";

/// Adds to what services say of their operations what all of them share: refusals, what is known already, how to sign
/// in, what the API is. `codes` are those of all services: a refusal that an operation describes is shown as the first
/// of its status.
pub fn finish_document(mut document: OpenApi, version: &str, codes: &[&Code]) -> ApiDocument {
    let info = InfoBuilder::new().title("Captely").version(version).description(Some(ABOUT));
    let licence = LicenseBuilder::new().name("MIT").identifier(Some("MIT")).build();
    document.info = info.license(Some(licence)).build();
    let mut partial = BTreeSet::new();
    for item in document.paths.paths.values_mut() {
        item.get.iter_mut().for_each(add_known_already);
        for operation in operations(item) {
            add_refusals(operation);
            add_bodies(operation, codes);
            partial.extend(page_of_fields(operation));
        }
    }
    if let Some(components) = &mut document.components {
        let pages = components.schemas.iter_mut().filter(|(name, _)| partial.contains(*name));
        pages.for_each(|(_, page)| require_no_field(page));
    }
    let shared = ComponentsBuilder::new()
        .schema("Problem", <ProblemBody<'_> as utoipa::PartialSchema>::schema())
        .security_scheme(
            "session",
            SecurityScheme::Http(
                HttpBuilder::new()
                    .scheme(HttpAuthScheme::Bearer)
                    .bearer_format("JWT")
                    .description(Some("The access token that signing in returns."))
                    .build(),
            ),
        )
        .security_scheme(
            "api_key",
            SecurityScheme::ApiKey(KeyScheme::Header(ApiKeyValue::with_description(
                "X-API-Key",
                "A key made at POST /api/api-keys; `Authorization: Bearer` takes it too.",
            ))),
        )
        .build();
    document.merge(OpenApiBuilder::new().components(Some(shared)).build());
    // A document made of maps and texts always becomes JSON.
    let json = serde_json::to_vec(&document).unwrap_or_default();
    ApiDocument { document, json: json.into() }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete]
        .into_iter()
        .filter_map(Option::as_mut)
}

/// The page's schema of an operation that gives only the fields that `fields` names.
fn page_of_fields(operation: &Operation) -> Option<String> {
    let mut named = operation.parameters.iter().flatten();
    named.find(|one| matches!(one, RefOr::T(one) if one.name == "fields"))?;
    let RefOr::T(answer) = operation.responses.responses.get("200")? else { return None };
    let RefOr::T(json) = answer.content.get("application/json")? else { return None };
    match json.schema.as_ref()? {
        RefOr::Ref(page) => page.ref_location.rsplit('/').next().map(str::to_owned),
        RefOr::T(_) => None,
    }
}

/// Any field of an item may be left out, since `fields` may leave it out.
fn require_no_field(page: &mut RefOr<Schema>) {
    let RefOr::T(Schema::Object(page)) = page else { return };
    let Some(RefOr::T(Schema::Array(items))) = page.properties.get_mut("items") else { return };
    if let ArrayItems::RefOrSchema(item) = &mut items.items
        && let RefOr::T(Schema::Object(item)) = item.as_mut()
    {
        item.required.clear();
    }
}

fn add_refusals(operation: &mut Operation) {
    let body = operation.request_body.is_some();
    let signed_in = operation.security.as_ref().is_some_and(|all| !all.is_empty());
    let with_body = WITH_BODY.iter().filter(|_| body);
    let with_access = SIGNED_IN.iter().filter(|_| signed_in);
    for code in EVERYWHERE.iter().chain(with_body).chain(with_access) {
        let responses = &mut operation.responses.responses;
        responses.entry(code.status.to_string()).or_insert_with(|| RefOr::T(refusal(code)));
    }
}

/// What is read may be known to who reads it again.
fn add_known_already(operation: &mut Operation) {
    let responses = &mut operation.responses.responses;
    let Some(RefOr::T(answer)) = responses.get_mut("200") else { return };
    if !answer.content.contains_key("application/json") {
        return;
    }
    let tag = HeaderBuilder::new()
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .description(Some(
            "Where it is there, give it as `If-None-Match` to read again only what has changed.",
        ));
    answer.headers.insert("ETag".to_owned(), RefOr::T(tag.build()));
    let known =
        "Nothing has changed since the answer whose `ETag` the header `If-None-Match` names.";
    let known = ResponseBuilder::new().description(known).build();
    responses.entry("304".to_owned()).or_insert(RefOr::T(known));
}

/// The refusals that an operation describes itself have the body that all have.
fn add_bodies(operation: &mut Operation, codes: &[&Code]) {
    for (status, answer) in &mut operation.responses.responses {
        let (Ok(status), RefOr::T(answer)) = (status.parse::<u16>(), answer) else { continue };
        if status >= 400 && answer.content.is_empty() {
            // That there is no workspace is no operation's own refusal.
            let own =
                |code: &&&Code| code.status == status && code.name != codes::NO_WORKSPACE.name;
            let code = codes.iter().find(own).copied();
            answer.content.insert(PROBLEM.to_owned(), RefOr::T(problem(code)));
        }
    }
}

fn refusal(code: &Code) -> Response {
    ResponseBuilder::new().description(code.title).content(PROBLEM, problem(Some(code))).build()
}

fn problem(code: Option<&Code>) -> Content {
    let name = <ProblemBody<'_> as ToSchema>::name();
    let example = code.map(example);
    ContentBuilder::new().schema(Some(Ref::from_schema_name(name))).example(example).build()
}

fn example(code: &Code) -> serde_json::Value {
    serde_json::json!({
        "type": format!("/docs/errors#{}", code.name), "title": code.title, "status": code.status,
        "code": code.name, "detail": code.title, "trace": "req_01990000000070008000000000000001",
    })
}

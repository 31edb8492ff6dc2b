//! Operations for the tests of the HTTP room.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use captely_platform::db::Stmt;
use captely_platform::http::{
    Anonymous, Body, Fields, Http, Hub, Idempotent, Member, Operations, Page, Paged, Path,
    PerMinute, Picked, Problem, Query, Tagged, Text, Writer, codes, docs_routes, finish_document,
    live_routes, operations_routes,
};
use captely_platform::ids::ContactId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Thing {
    name: Text<1, 20>,
    #[serde(default)]
    count: u8,
    #[serde(default)]
    extra: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    name: Text<1, 20>,
    #[serde(default)]
    fail: bool,
    #[serde(default)]
    wait_ms: u64,
}

#[derive(Serialize, ToSchema)]
struct Item {
    id: i64,
    name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wait {
    ms: u64,
}

async fn make(_member: Member, Body(thing): Body<Thing>) -> Tagged<Value> {
    Tagged(json!({ "name": &*thing.name, "count": thing.count, "extra": thing.extra.is_null() }))
}

async fn order(
    _writer: Writer,
    State(http): State<Http>,
    Idempotent { input, once }: Idempotent<Order>,
) -> Result<Response, Problem> {
    let made = once.run(&http, StatusCode::CREATED, async |tx| {
        let id = http.ids.uuid();
        let insert = "INSERT INTO made (id, name) VALUES ($1, $2)";
        tx.run(Stmt::text(insert, [id.into(), input.name.to_string().into()])).await?;
        tokio::time::sleep(Duration::from_millis(input.wait_ms)).await;
        if input.fail {
            return Err(Problem::new(&codes::CONFLICT, "It failed as asked."));
        }
        Ok::<_, Problem>(json!({ "id": id.to_string(), "secret": "shown-once" }))
    });
    Box::pin(made).await
}

async fn list(_: Member, Query(page): Query<Page>) -> Result<Tagged<Paged<Item>>, Problem> {
    let after: i64 = page.after()?.unwrap_or_default();
    Ok(Tagged(items(after, page.limit()?)))
}

fn items(after: i64, limit: u32) -> Paged<Item> {
    let items = (after + 1..=10).take(usize::try_from(limit).unwrap() + 1);
    let items = items.map(|id| Item { id, name: format!("n{id}") }).collect();
    Paged::of(items, limit, |item| item.id)
}

async fn fields(_: Member, fields: Fields) -> Result<Picked, Problem> {
    fields.pick(&items(0, 2))
}

async fn ping(State(http): State<Http>) -> Result<&'static str, Problem> {
    http.db.ping().await?;
    Ok("here")
}

async fn wait(Query(wait): Query<Wait>) -> &'static str {
    tokio::time::sleep(Duration::from_millis(wait.ms)).await;
    "done"
}

async fn broken() -> &'static str {
    panic!("as the test asked")
}

pub(crate) fn router(http: &Http, hub: &Hub, operations: &Operations) -> Router {
    let document = finish_document(utoipa::openapi::OpenApi::default(), "0", codes::ALL);
    let shared: OpenApiRouter<Http> =
        live_routes(hub.clone()).merge(operations_routes(operations.clone()));
    let (shared, _document) = shared.split_for_parts();
    Router::new()
        .route("/api/things", post(make))
        .route(
            "/api/things/{id}",
            get(|_: Member, Path(id): Path<ContactId>| async move { id.to_string() }),
        )
        .route("/api/orders", post(order))
        .route("/api/list", get(list))
        .route("/api/fields", get(fields))
        .route("/api/open", get(|_: Anonymous| async { "open" }))
        .route("/api/login", post(|_: PerMinute<5>| async { "in" }))
        .route("/api/db", get(ping))
        .route("/api/wait", get(wait))
        .route("/api/panic", get(broken))
        .route("/api/big", get(|| async { "x".repeat(64 * 1024 * 1024) }))
        .merge(shared)
        .with_state(http.clone())
        .merge(docs_routes(&document, codes::ALL))
}

//! What follows when the transaction of a request is over: the call to Stripe that it wrote down.

use axum::body::{Body, to_bytes};
use axum::response::Response;
use captely_platform::db::DbError;
use captely_platform::http::Problem;
use captely_platform::ids::WorkspaceId;
use serde_json::{Value, json};

use super::show::SubscriptionItem;
use crate::error::BillingError;
use crate::service::Billing;
use crate::stripe::{Begun, Called, ToDo};

/// An answer of ours is far smaller.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;

/// Makes the call that `answer` (which [`Once`](captely_platform::http::Once) gave, so it may be an old one) names as
/// `todo`, and puts what came of it into the answer. The same request sent again makes the same call, which
/// Stripe does once.
pub(super) async fn carry_out(
    billing: &Billing,
    workspace: WorkspaceId,
    answer: Response,
) -> Result<Response, Problem> {
    let (mut parts, body) = answer.into_parts();
    let broken = |why: String| BillingError::from(DbError::Other(format!("an answer: {why}")));
    let bytes = to_bytes(body, ANSWER_BYTES_MAX).await.map_err(|why| broken(why.to_string()))?;
    let mut said: Value = serde_json::from_slice(&bytes).map_err(|why| broken(why.to_string()))?;
    let todo = said.as_object_mut().and_then(|fields| fields.remove("todo"));
    if let Some(todo) = todo.filter(|todo| !todo.is_null()) {
        let todo: ToDo = serde_json::from_value(todo).map_err(|why| broken(why.to_string()))?;
        match Box::pin(billing.call(workspace, todo)).await? {
            Called::Begun(Begun::Page { url, .. }) => put(&mut said, "checkout_url", json!(url)),
            Called::Begun(Begun::Paid { .. }) => put(&mut said, "status", json!("paid")),
            Called::Followed | Called::Before => {
                let overview = billing.overview(workspace).await?;
                if let Some(current) = &overview.current {
                    put(&mut said, "subscription", json!(SubscriptionItem::of(current)));
                }
            }
        }
    }
    parts.headers.remove(axum::http::header::CONTENT_LENGTH);
    Ok(Response::from_parts(parts, Body::from(said.to_string())))
}

fn put(said: &mut Value, name: &str, value: Value) {
    if let Some(fields) = said.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
}

use axum::extract::{FromRequestParts as _, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use tokio::time::timeout;

use super::{ASK_TIME_MAX, Operations};
use crate::health::{self, Health, Status};
use crate::http::credentials::shown;
use crate::http::{Http, RequestContext, SignedIn};

/// How is this installation?
///
/// For monitors and load balancers. `redis` and `celery` are names that monitors know: they tell of
/// what does that work here, the queue in the database and the workers. What is found out is told again
/// for a second.
#[utoipa::path(
    get, path = "/api/health", operation_id = "get_health", tag = "operations",
    responses(
        (status = 200, description = "Healthy, or degraded: requests are answered, but something needs a person.",
            body = Health, example = json!({
                "status": "healthy", "problems": [], "database": "connected", "redis": "connected",
                "celery": "running",
                "queue": {"pending": 3, "oldest_due_s": 0, "failed_last_hour": 0},
                "workers": {"alive": 2, "last_seen_s": 4},
                "disk": {"free_bytes": 81_604_378_624_u64, "total_bytes": 107_374_182_400_u64},
                "version": "0.1.0",
            })),
        (status = 503, description = "Unhealthy: requests cannot be answered.",
            body = Health, example = json!({
                "status": "unhealthy", "problems": [], "database": "unreachable",
                "redis": "unreachable", "celery": "unknown", "queue": null, "workers": null,
                "disk": {"free_bytes": 81_604_378_624_u64, "total_bytes": 107_374_182_400_u64},
                "version": "0.1.0",
            })),
    ),
)]
pub(super) async fn get_health(
    State(http): State<Http>,
    Extension(operations): Extension<Operations>,
    mut parts: Parts,
) -> Response {
    let (mut health, may_know) =
        tokio::join!(operations.health(&http), may_know_problems(&http, &mut parts));
    if !may_know {
        health.problems.clear();
    }
    let status = match health.status {
        Status::Healthy | Status::Degraded => StatusCode::OK,
        Status::Unhealthy => StatusCode::SERVICE_UNAVAILABLE,
    };
    (status, Json(health)).into_response()
}

impl Operations {
    async fn health(&self, http: &Http) -> Health {
        let clock = &*http.clock;
        let found = health::gather(&http.db, clock, &self.0.data_folder, ASK_TIME_MAX);
        self.0.health.get(clock, found).await
    }
}

/// Sentences about what is wrong are for whoever runs the installation.
async fn may_know_problems(http: &Http, parts: &mut Parts) -> bool {
    let Ok(context) = RequestContext::from_request_parts(parts, http).await else { return false };
    if http.options.is_superadmin_address(context.address()) {
        return true;
    }
    // Without credentials nobody is counted as one who tries to get in.
    if shown(&parts.headers, http).is_none() {
        return false;
    }
    let who = timeout(ASK_TIME_MAX, SignedIn::from_request_parts(parts, http)).await;
    matches!(who, Ok(Ok(who)) if who.superadmin)
}

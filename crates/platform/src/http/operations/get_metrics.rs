use std::collections::BTreeSet;
use std::sync::PoisonError;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use tokio::time::timeout;

use super::{ASK_TIME_MAX, Operations};
use crate::db::DbError;
use crate::http::{Http, Problem, RequestContext, codes};
use crate::jobs;
use crate::telemetry::metrics;

/// The figures of this process
///
/// In Prometheus's text format; docs/operations/metrics.md names each. Only from addresses in
/// `server.metrics_networks`, this machine where none are set.
#[utoipa::path(
    get, path = "/metrics", operation_id = "get_metrics", tag = "operations",
    responses(
        (status = 200, description = "Counters, gauges and histograms.", body = String,
            content_type = "text/plain", example = json!(
                "# TYPE captely_http_connections gauge\ncaptely_http_connections 4\n"
            )),
        (status = 403, description = "Not from this address."),
    ),
)]
pub(super) async fn get_metrics(
    State(http): State<Http>,
    Extension(operations): Extension<Operations>,
    context: RequestContext,
) -> Result<Response, Problem> {
    if !http.options.is_metrics_address(context.address()) {
        return Err(Problem::new(
            &codes::ADDRESS_NOT_ALLOWED,
            format!("Figures are not told to {}; see server.metrics_networks.", context.place()),
        ));
    }
    operations.count_jobs(&http).await;
    metrics::pool_connections(&http.db);
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, kind)], metrics::render()).into_response())
}

impl Operations {
    /// Sets how many jobs wait. While the database does not answer, the numbers stay as they were.
    async fn count_jobs(&self, http: &Http) {
        let counted = async {
            match timeout(ASK_TIME_MAX, waiting(http)).await {
                Ok(Ok(rows)) => self.tell_waiting(&rows),
                Ok(Err(why)) => tracing::debug!(%why, "Waiting jobs cannot be counted"),
                Err(_elapsed) => tracing::debug!("Waiting jobs cannot be counted in time"),
            }
        };
        self.0.counts.get(&*http.clock, counted).await;
    }

    fn tell_waiting(&self, rows: &[(String, u64)]) {
        let now: BTreeSet<String> = rows.iter().map(|(queue, _)| queue.clone()).collect();
        let mut queues = self.0.queues.lock().unwrap_or_else(PoisonError::into_inner);
        for gone in queues.difference(&now) {
            metrics::jobs_waiting(gone, 0);
        }
        for (queue, number) in rows {
            metrics::jobs_waiting(queue, *number);
        }
        queues.extend(now);
    }
}

async fn waiting(http: &Http) -> Result<Vec<(String, u64)>, DbError> {
    let mut tx = http.db.reader().await?;
    jobs::waiting(&mut tx, http.now()).await
}

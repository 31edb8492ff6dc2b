use captely_platform::jobs::QueueOverview;
use serde::Serialize;
use utoipa::ToSchema;

/// How the queues stand.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JobsOverview {
    /// Each kind of work that has jobs, by name.
    queues: Vec<QueueItem>,
}

/// How a queue stands; finished jobs count until they are removed.
#[derive(Debug, Serialize, ToSchema)]
struct QueueItem {
    #[schema(example = "enrich_batch.v1")]
    queue: String,
    #[schema(example = 12)]
    pending: u64,
    #[schema(example = 4)]
    processing: u64,
    #[schema(example = 830)]
    done: u64,
    #[schema(example = 1)]
    failed: u64,
    #[schema(example = 0)]
    cancelled: u64,
    #[schema(example = 0)]
    paused: u64,
    /// Seconds for which the first of its waiting jobs has been due.
    #[schema(example = 2)]
    late_s: u64,
}

impl From<Vec<QueueOverview>> for JobsOverview {
    fn from(queues: Vec<QueueOverview>) -> Self {
        Self { queues: queues.into_iter().map(item).collect() }
    }
}

fn item(queue: QueueOverview) -> QueueItem {
    QueueItem {
        queue: queue.queue,
        pending: queue.counts.pending,
        processing: queue.counts.processing,
        done: queue.counts.done,
        failed: queue.counts.failed,
        cancelled: queue.counts.cancelled,
        paused: queue.counts.paused,
        late_s: queue.late.as_secs(),
    }
}

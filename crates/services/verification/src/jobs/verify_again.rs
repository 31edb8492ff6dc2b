use captely_contact::Timestamp;
use captely_platform::db::DbError;
use captely_platform::ids::WorkspaceId;
use captely_platform::jobs::{self, Job, NewJob, Verdict};
use captely_verify::Level;
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::model::{Check, CheckId};
use crate::remember::good_for;
use crate::writer::Writer;
use crate::{Verification, retry, store};

/// The queue of addresses that are to be asked about again.
pub const VERIFY_AGAIN: &str = "verify_again.v1";

/// How often a job may be started: most starts find that our own pace leaves no room yet. A put-off by the
/// mail server does not count, it makes a new job.
const STARTS_MAX: u32 = 1_000;

/// What a worker needs to know.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Payload {
    email: String,
    /// The check that was put off. Where the address has a later one, there is nothing to do.
    check: CheckId,
    level: Level,
    /// How often it has been put off, that check included.
    put_off: u32,
}

/// The job that asks again about an address whose check was put off; it belongs to the check's list.
pub(crate) fn again(workspace: WorkspaceId, level: Level, check: &Check) -> Option<NewJob> {
    let run_at = check.retry_at?;
    if !retry::is_asked_again(check.verdict.as_ref()?, check.put_off) {
        return None;
    }
    Some(job(workspace, level, check, check.list, run_at))
}

/// The same for another list, whose address was put off when somebody else asked.
pub(crate) fn again_for(
    workspace: WorkspaceId,
    level: Level,
    check: &Check,
    list: Uuid,
) -> Option<NewJob> {
    Some(job(workspace, level, check, list, check.retry_at?))
}

fn job(
    workspace: WorkspaceId,
    level: Level,
    check: &Check,
    list: Uuid,
    run_at: Timestamp,
) -> NewJob {
    let put_off = check.put_off.saturating_add(1);
    let payload = Payload { email: check.email.clone(), check: check.id, level, put_off };
    NewJob {
        workspace,
        queue: VERIFY_AGAIN,
        group: Some(list),
        // a struct of texts and numbers always has a JSON form
        payload: serde_json::to_value(payload).unwrap_or_default(),
        run_at,
        attempts_max: STARTS_MAX,
    }
}

/// Asks again about the addresses of jobs that this worker claimed from [`VERIFY_AGAIN`], all at once: claim
/// no more than may be asked at a time. The answers, the jobs for those put off once more and the ends of
/// these jobs become lasting together. Returns how many addresses were asked about.
pub async fn verify_again(service: &Verification, jobs: Vec<Job>) -> Result<usize, DbError> {
    let (todo, mut verdicts) = sort(service, jobs).await?;
    let mut asking = JoinSet::new();
    for (job, payload) in todo {
        let verifier = service.verifier.clone();
        asking.spawn(async move {
            let verdict = Box::pin(verifier.verify(&payload.email, payload.level)).await;
            (job, payload, verdict)
        });
    }
    let mut checks = Vec::with_capacity(asking.len());
    let mut answers = Vec::with_capacity(asking.len());
    while let Some(joined) = asking.join_next().await {
        // a check that panicked keeps its job; its lease runs out and it is tried again
        let Ok((job, payload, verdict)) = joined else { continue };
        if let Some(after) = retry::paced(&verdict) {
            // nobody was asked, so there is nothing to remember
            verdicts.push((job, Verdict::Retry { after }));
            continue;
        }
        let now = service.clock.now();
        let longest = service.settings.retry_after_max;
        let put_off = payload.put_off;
        answers.push(payload.check);
        checks.push(Check {
            id: service.ids.uuid().into(),
            list: job.group.unwrap_or_default(),
            good_for: good_for(payload.level, &verdict),
            checked_at: now,
            retry_at: retry::retry_at(&verdict, put_off, now, longest),
            put_off,
            email: payload.email,
            aside: None,
            verdict: Some(verdict),
        });
        verdicts.push((job, Verdict::Done));
    }
    write(service, &checks, &answers, &verdicts).await?;
    Ok(checks.len())
}

/// The jobs that are to be done, and the verdicts on those that are not.
async fn sort(
    service: &Verification,
    jobs: Vec<Job>,
) -> Result<(Vec<(Job, Payload)>, Vec<(Job, Verdict)>), DbError> {
    let mut read = Vec::with_capacity(jobs.len());
    let mut verdicts = Vec::new();
    for job in jobs {
        match serde_json::from_value::<Payload>(job.payload.clone()) {
            Ok(payload) => read.push((job, payload)),
            Err(why) => verdicts.push((job, Verdict::Fail { why: why.to_string() })),
        }
    }
    let emails: Vec<String> = read.iter().map(|(_, payload)| payload.email.clone()).collect();
    let latest = service.latest(&emails).await?;
    let mut todo: Vec<(Job, Payload)> = Vec::with_capacity(read.len());
    for (job, payload) in read {
        let later = latest.get(&payload.email).is_some_and(|check| *check > payload.check);
        let twice = todo.iter().any(|(_, other)| other.email == payload.email);
        if later || twice {
            verdicts.push((job, Verdict::Done));
        } else {
            todo.push((job, payload));
        }
    }
    Ok((todo, verdicts))
}

async fn write(
    service: &Verification,
    checks: &[Check],
    answers: &[CheckId],
    verdicts: &[(Job, Verdict)],
) -> Result<(), DbError> {
    let values = store::checks::values(service.workspace, checks)?;
    let jobs = Writer::of(service).jobs(checks);
    let mut tx = service.db.writer().await?;
    store::checks::save(&mut tx, values).await?;
    let answered = checks.iter().zip(answers.iter().map(ToString::to_string));
    service.purse().charge(&mut tx, answered).await?;
    jobs::push(&mut tx, &service.ids, jobs).await?;
    jobs::finish(&mut tx, &service.worker, verdicts, service.clock.now()).await?;
    tx.commit().await
}

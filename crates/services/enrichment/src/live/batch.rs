use std::collections::HashMap;
use std::sync::Arc;

use captely_contact::{Confidence, Domain, EmailStatus, Field, Provenance, Timestamp, Usd};
use captely_credits::HoldId;
use captely_crm::{Contact, Finding};
use captely_platform::db::DbError;
use captely_platform::events::Event;
use captely_platform::ids::ContactId;
use captely_waterfall::Stop;
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use super::aside::{Aside, give_back, set_aside};
use super::count::Counted;
use super::floor::Floor;
use super::history::History;
use super::journal::{EndedRow, Entry};
use super::walk::Walk;
use crate::store::attempts::Attempt;
use crate::store::runs::Delta;
use crate::{EnrichError, RowResult, store};

/// Contacts of one job.
pub(crate) const BATCH_CONTACTS_MAX: usize = 100;
/// A confirmed address at least this sure teaches its domain's pattern.
const TEACHES: Confidence = Confidence::percent(90);

/// The payload of an `enrich_batch.v1` job: the contacts of a run from one id to another.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct BatchPayload {
    pub(crate) first: ContactId,
    pub(crate) last: ContactId,
}

/// Walks all contacts of a batch that are not done. True if all are done then.
/// `loading` is one of [`Floor::loading`].
pub(crate) async fn run_batch(
    floor: Arc<Floor>,
    payload: BatchPayload,
    loading: Counted,
) -> Result<bool, DbError> {
    let (contacts, mut attempts) = load(&floor, payload).await?;
    let ids: Vec<ContactId> = contacts.iter().map(|contact| contact.id).collect();
    let mut aside = set_aside(&floor, &ids).await?;
    let held: Vec<HoldId> = aside.values().flat_map(Aside::holds).collect();
    let mut walks = JoinSet::new();
    for contact in contacts {
        let history = History::new(attempts.remove(&contact.id).unwrap_or_default());
        let under_way = floor.rows.one_more();
        let aside = aside.remove(&contact.id).unwrap_or_default();
        let walk = walk(Arc::clone(&floor), contact, history, aside);
        walks.spawn(async move {
            let done = walk.await;
            drop(under_way);
            done
        });
    }
    drop(loading);
    let mut all = true;
    while let Some(done) = walks.join_next().await {
        match done {
            Ok(done) => all &= done,
            Err(error) => {
                let what = format!("a row ended by a fault of captely: {error}");
                floor.stopper.fail(EnrichError::Failed(what));
                all = false;
            }
        }
    }
    if !all {
        // Of rows that were not ended; those of the others are gone.
        give_back(&floor, &held).await?;
    }
    Ok(all)
}

async fn load(
    floor: &Floor,
    payload: BatchPayload,
) -> Result<(Vec<Contact>, HashMap<ContactId, Vec<Attempt>>), DbError> {
    let workspace = floor.workspace;
    let mut tx = floor.db.reader().await?;
    let ids = store::rows::pending_between(
        &mut tx,
        workspace,
        floor.run,
        payload.first,
        payload.last,
        u32::try_from(BATCH_CONTACTS_MAX).unwrap_or(u32::MAX),
    )
    .await?;
    if ids.is_empty() {
        return Ok((Vec::new(), HashMap::new()));
    }
    let contacts = captely_crm::load_contacts(&mut tx, workspace, &ids).await?;
    let mut attempts: HashMap<ContactId, Vec<Attempt>> = HashMap::new();
    for attempt in store::attempts::of_contacts(&mut tx, workspace, &ids).await? {
        attempts.entry(attempt.contact).or_default().push(attempt);
    }
    let mut domains: Vec<Domain> =
        contacts.iter().filter_map(|c| c.person.domain.clone()).collect();
    domains.sort_unstable();
    domains.dedup();
    floor.books.load(store::patterns::of_domains(&mut tx, workspace, &domains).await?);
    Ok((contacts, attempts))
}

/// Walks one contact and writes its end down. False if it is not done by that: the run is being stopped,
/// or another process walks it too, and who reads the batch again sees how far that has come.
async fn walk(floor: Arc<Floor>, contact: Contact, history: History, aside: Aside) -> bool {
    let mut walk = Walk::new(&floor, contact, history, aside);
    let Ok(stop) = walk.go_through().await else { return false };
    let Some(n_attempts) = walk.n_attempts() else { return false };
    let now = floor.clock.now();
    let ended = match ended(&floor, walk, stop, n_attempts, now) {
        Ok(ended) => ended,
        Err(error) => {
            let what = format!("a row's result cannot be written as JSON: {error}");
            floor.stopper.fail(EnrichError::Failed(what));
            return false;
        }
    };
    let (contact, email, phone) = (ended.contact, ended.email.is_some(), ended.phone.is_some());
    let written = floor.journal.write(vec![Entry::Row(Box::new(ended))]).await.unwrap_or_default();
    let done = written.has_row(contact);
    if done {
        floor.progress.row(email, phone);
    }
    done
}

/// Everything that a row's end writes.
fn ended(
    floor: &Floor,
    mut walk: Walk<'_>,
    stop: Stop,
    n_attempts: i64,
    now: Timestamp,
) -> Result<EndedRow, serde_json::Error> {
    let row = walk.row;
    let best = row.best.email.as_ref();
    let verified = best.is_some_and(|email| email.status == EmailStatus::Valid);
    if walk.seen.is_none()
        && let Some(email) = best.filter(|e| verified && e.confidence >= TEACHES)
        && let Some(domain) =
            row.person.domain.as_ref().filter(|d| d.as_str() == email.email.domain_str())
    {
        walk.seen = floor.books.of(domain).learn(&row.person, &email.email);
    }
    let findings = findings(walk.contact, &row.best, walk.extras, now);
    let owed = walk.aside.owed(&row.best);
    let result = RowResult { best: row.best, stop, spent: row.spent, story: row.story, at: now };
    let (email, phone) = (result.best.email.as_ref(), result.best.phone.as_ref());
    let delta = Delta {
        done: 1,
        email: i64::from(email.is_some()),
        verified: i64::from(verified),
        phone: i64::from(phone.is_some()),
        cached: walk.cached,
        limited: i64::from(walk.limited),
        ..Delta::default()
    };
    let data = serde_json::json!({
        "run": floor.run, "stop": stop.as_str(),
        "email": email.is_some(), "phone": phone.is_some(),
    });
    Ok(EndedRow {
        run: floor.run,
        contact: walk.contact,
        n_attempts,
        spent: result.spent.as_micros(),
        result: serde_json::to_string(&result)?,
        email: email.map(|e| e.email.to_string()),
        phone: phone.map(|p| p.phone.to_string()),
        findings,
        owed,
        seen: walk.seen.zip(row.person.domain).map(|(pattern, domain)| (domain, pattern)),
        delta,
        event: Event {
            workspace: floor.workspace,
            kind: "contact.enriched",
            subject: walk.contact.as_uuid(),
            data,
            at: now,
        },
    })
}

/// The values that the contact keeps, each with its provenance.
fn findings(
    contact: ContactId,
    best: &captely_waterfall::Best,
    extras: Vec<(Field, String, String)>,
    at: Timestamp,
) -> Vec<Finding> {
    let mut findings = Vec::with_capacity(extras.len().saturating_add(2));
    let from = |source: &str, cost, confidence, verification: &str| Provenance {
        source: source.to_owned(),
        at,
        cost,
        confidence,
        verification: verification.to_owned(),
    };
    if let Some(email) = &best.email {
        findings.push(Finding {
            contact,
            field: Field::Email,
            value: email.email.to_string(),
            status: email.status.as_str(),
            provenance: from(&email.source, email.cost, email.confidence, &email.verification),
            best: true,
        });
    }
    if let Some(phone) = &best.phone {
        findings.push(Finding {
            contact,
            field: Field::Phone,
            value: phone.phone.to_string(),
            status: phone.kind.as_str(),
            provenance: from(&phone.source, phone.cost, phone.confidence, ""),
            best: true,
        });
    }
    for (field, value, source) in extras {
        let provenance = from(&source, Usd::ZERO, Confidence::percent(80), "");
        findings.push(Finding { contact, field, value, status: "", provenance, best: true });
    }
    findings
}

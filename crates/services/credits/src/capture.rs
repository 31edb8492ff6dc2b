//! What was set aside is spent once what it pays for is delivered, or comes back.

use std::collections::{HashMap, HashSet};

use captely_contact::Credits;
use captely_platform::db::Tx;
use captely_platform::ids::WorkspaceId;
use uuid::Uuid;

use crate::account::Kind;
use crate::counters::{Counters, of_provider};
use crate::entry::Entry;
use crate::hold::ending;
use crate::key::{KeyHash, end_of};
use crate::session::Session;
use crate::store::charged::Mark;
use crate::store::entry::{Line, of_keys};
use crate::store::hold::{self, HoldRow};
use crate::turn::next;
use crate::{Action, Capture, CaptureError, Charged, CreditError, Ending, HoldId, Ledger};

impl Ledger {
    /// Spends holds, whole or in part; the rest comes back, and so does all of it where the same of the
    /// contact was paid for meanwhile. A hold ends once: the same again gives the same answer.
    pub async fn capture(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        captures: &[Capture],
    ) -> Result<Vec<Result<Charged, CaptureError>>, CreditError> {
        if captures.is_empty() {
            return Ok(Vec::new());
        }
        let mut session = Session::open(self, tx, workspace).await?;
        let ids: Vec<HoldId> = captures.iter().map(|capture| capture.hold).collect();
        let mut open = Open::take(&mut session, &ids).await?;
        let ended = open.ended(&mut session, &ids).await?;
        let mut plans = Vec::with_capacity(captures.len());
        for capture in captures {
            plans.push(match open.rows.remove(&capture.hold) {
                Some(rows) => plan(capture, rows),
                None => Plan::Before(before(capture, ended.get(&end_of(capture.hold)))),
            });
        }
        let paid = pay_for(&mut session, &open.paid, &plans);
        let mut counters = Counters::default();
        let mut back = Vec::new();
        let mut out = Vec::with_capacity(captures.len());
        // Two captures of one hold in one call: the second is the first said again.
        let mut here: HashMap<HoldId, Charged> = HashMap::new();
        for (capture, plan) in captures.iter().zip(plans) {
            out.push(match plan {
                Plan::Spend(spend) => {
                    let is_paid = spend.mark().is_none_or(|mark| paid.contains(&mark.key));
                    let charged = spend.end(&mut session, is_paid, &mut counters).await?;
                    here.insert(capture.hold, charged);
                    Ok(charged)
                }
                Plan::Before(said) => here.get(&capture.hold).map_or(said, |charged| Ok(*charged)),
                Plan::Refuse(rows, why) => {
                    back.extend(rows);
                    Err(why)
                }
            });
        }
        session.holds.extend(back);
        session.counters.join(counters);
        session.finish().await?;
        Ok(out)
    }

    /// Gives holds back; which of them were open.
    pub async fn release(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        holds: &[HoldId],
    ) -> Result<HashSet<HoldId>, CreditError> {
        if holds.is_empty() {
            return Ok(HashSet::new());
        }
        let mut session = Session::open(self, tx, workspace).await?;
        let released = release(&mut session, holds, Why::NotNeeded).await?;
        session.finish().await?;
        Ok(released)
    }
}

/// Why a hold comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// Whoever made it says so: what it was for was not done.
    NotNeeded,
    /// Nobody ended it in time: nobody knows what was done.
    TimeOver,
}

/// Gives open holds back, and says why.
pub(crate) async fn release(
    session: &mut Session<'_>,
    holds: &[HoldId],
    why: Why,
) -> Result<HashSet<HoldId>, CreditError> {
    let open = Open::take(session, holds).await?;
    let mut counters = Counters::default();
    let mut released: Vec<(HoldId, Vec<HoldRow>)> = open.rows.into_iter().collect();
    released.sort_by_key(|(id, _)| *id);
    let reason = if why == Why::TimeOver { "its time was over" } else { "" };
    for (_, rows) in &released {
        let spend =
            Spend { rows: rows.clone(), amount: 0, provider: None, reason: reason.to_owned() };
        spend.end(session, false, &mut counters).await?;
        // What may have been asked stays counted.
        if let (Why::NotNeeded, Some(row)) = (why, rows.first())
            && let Some(provider) = &row.provider
        {
            counters.add(of_provider(provider, row.at), -i64::from(row.quantity));
        }
    }
    session.counters.join(counters);
    Ok(released.into_iter().map(|(id, _)| id).collect())
}

/// Holds that were open and are in our hands now.
struct Open {
    rows: HashMap<HoldId, Vec<HoldRow>>,
    /// What of their contacts was paid for before.
    paid: HashSet<(Uuid, Action)>,
}

impl Open {
    async fn take(session: &mut Session<'_>, ids: &[HoldId]) -> Result<Self, CreditError> {
        let mut wanted = ids.to_vec();
        wanted.sort_unstable();
        wanted.dedup();
        let mut rows: HashMap<HoldId, Vec<HoldRow>> = HashMap::with_capacity(wanted.len());
        let mut paid = HashSet::new();
        for taken in hold::take(session.tx, session.workspace, &wanted).await? {
            let row = taken.row;
            paid.extend(row.subject.filter(|_| taken.is_paid).map(|subject| (subject, row.action)));
            rows.entry(row.id).or_default().push(row);
        }
        Ok(Self { rows, paid })
    }

    /// How those ended that are not open.
    async fn ended(
        &self,
        session: &mut Session<'_>,
        ids: &[HoldId],
    ) -> Result<HashMap<KeyHash, Vec<Line>>, CreditError> {
        let gone = ids.iter().filter(|id| !self.rows.contains_key(id)).map(|id| end_of(*id));
        let gone: Vec<KeyHash> = gone.collect();
        if gone.is_empty() {
            return Ok(HashMap::new());
        }
        Ok(of_keys(session.tx, session.workspace, gone.into_iter()).await?)
    }
}

enum Plan {
    Spend(Spend),
    /// It had ended before.
    Before(Result<Charged, CaptureError>),
    /// It stays open.
    Refuse(Vec<HoldRow>, CaptureError),
}

/// A hold to end: `amount` of it is spent, the rest comes back.
struct Spend {
    rows: Vec<HoldRow>,
    amount: i64,
    provider: Option<String>,
    reason: String,
}

fn plan(capture: &Capture, rows: Vec<HoldRow>) -> Plan {
    let held: i64 = rows.iter().map(|row| row.amount).sum();
    let amount = capture.amount.map_or(held, Credits::as_millis);
    if amount < 0 {
        return Plan::Refuse(rows, CaptureError::Negative);
    }
    if amount > held {
        return Plan::Refuse(rows, CaptureError::TooMuch(Credits::millis(held)));
    }
    let provider = capture.provider.clone();
    Plan::Spend(Spend { rows, amount, provider, reason: String::new() })
}

/// What to say of a hold that has ended before.
fn before(capture: &Capture, lines: Option<&Vec<Line>>) -> Result<Charged, CaptureError> {
    let lines = lines.map(Vec::as_slice).unwrap_or_default();
    match (ending(lines), capture.amount) {
        (None, _) => Err(CaptureError::Unknown),
        (Some(Ending::Captured(spent)), None) => Ok(Charged::Spent(spent)),
        (Some(Ending::Captured(spent)), Some(asked)) if spent == asked => Ok(Charged::Spent(spent)),
        (Some(Ending::Captured(spent)), Some(_)) => Err(CaptureError::Otherwise(spent)),
        (Some(Ending::Released), Some(asked)) if asked == Credits::ZERO => Ok(Charged::Free),
        (Some(Ending::Released), _) if was_paid(lines) => Ok(Charged::Free),
        (Some(Ending::Released), _) => Err(CaptureError::Released),
    }
}

/// Said in the line of a hold that came back because the same was paid for meanwhile.
const PAID_MEANWHILE: &str = "paid for meanwhile";

fn was_paid(lines: &[Line]) -> bool {
    lines.iter().any(|line| line.kind == Kind::Release && line.reason == PAID_MEANWHILE)
}

/// Notes what the contacts' are paid for now; by their keys, which of it was not before.
fn pay_for(
    session: &mut Session<'_>,
    paid: &HashSet<(Uuid, Action)>,
    plans: &[Plan],
) -> HashSet<KeyHash> {
    let mut seen = paid.clone();
    for plan in plans {
        if let Plan::Spend(spend) = plan
            && let Some(mut mark) = spend.mark()
            && seen.insert((mark.subject, mark.action))
        {
            mark.at = session.now;
            session.marks.push(mark);
        }
    }
    session.marks.iter().map(|mark| mark.key).collect()
}

impl Spend {
    /// What is paid for of a contact.
    fn mark(&self) -> Option<Mark> {
        let row = self.rows.first()?;
        let subject = row.subject.filter(|_| self.amount > 0)?;
        let key = end_of(row.id);
        Some(Mark { subject, action: row.action, key, amount: self.amount, at: row.at })
    }

    async fn end(
        self,
        session: &mut Session<'_>,
        is_paid: bool,
        counters: &mut Counters,
    ) -> Result<Charged, CreditError> {
        let Some(first) = self.rows.first().cloned() else {
            return Err(CreditError::Broken("a hold has no lines"));
        };
        let meanwhile = self.amount > 0 && !is_paid;
        let spend = if is_paid { self.amount } else { 0 };
        let reason = if meanwhile { PAID_MEANWHILE } else { &self.reason };
        let (mut left, mut line, mut came_back) = (spend, 0, 0);
        for row in &self.rows {
            let part = row.amount.min(left);
            left -= part;
            if part > 0 {
                let mut entry = entry_of(row, Kind::Capture, part);
                entry.provider = self.provider.clone().or(entry.provider);
                session.post(entry.at_line(next(&mut line)))?;
            }
            let rest = row.amount - part;
            if rest > 0 {
                let grant = session.home_of(row.grant).await?;
                let entry = entry_of(row, Kind::Release, rest).of_grant(grant);
                session.post(entry.because(reason.to_owned()).at_line(next(&mut line)))?;
                session.give_back(grant, rest, end_of(row.id), &mut line).await?;
                came_back += rest;
            }
        }
        if came_back > 0 {
            session.account.unuse(first.at, came_back);
            counters.credits(first.member, first.run, first.at, -came_back);
        }
        let spent = Charged::Spent(Credits::millis(spend));
        Ok(if spend == 0 { Charged::Free } else { spent })
    }
}

fn entry_of(row: &HoldRow, kind: Kind, amount: i64) -> Entry {
    Entry {
        hold: Some(row.id),
        action: Some(row.action),
        quantity: row.quantity,
        provider: row.provider.clone(),
        run: row.run,
        subject: row.subject,
        member: row.member,
        ..Entry::new(kind, amount, end_of(row.id)).of_grant(row.grant)
    }
}

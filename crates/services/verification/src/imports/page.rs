use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use captely_contact::{Confidence, EmailAddress, Field, Provenance, Safety, Usd};
use captely_credits::Refusal;
use captely_crm::{Contact, Finding, load_contacts, save_findings, standing_contacts};
use captely_imports::{
    AddressCounts, ImportState, SoFar, end_checked, hold_checked, note_checked, rows_with_contacts,
};
use captely_platform::db::{DbError, Tx};
use captely_platform::ids::{ContactId, ImportId};
use captely_verify::Level;
use captely_waterfall::{LIST_CLAIM, trust_email};

use super::UNDONE;
use crate::list::List;
use crate::model::{Answer, Progress};
use crate::{Sweep, Verification, subject};

/// Rows that are looked at together: a turn's end is looked at behind each page, and a page that asks slow mail servers
/// about all its addresses must not take much longer than that.
const PAGE_ROWS: u32 = 200;
/// Whose word the address of a list is, as enrichment names it.
const SOURCE: &str = "input";

/// What came of a page.
pub(super) enum Page {
    /// It is checked; how far the import is then.
    Next(SoFar),
    /// There are no more rows.
    Last,
    /// The check has ended.
    Ended,
    /// Another worker is at it.
    Elsewhere,
}

/// The addresses of rows' contacts.
struct People {
    /// Who a row's contact is now: one that was merged is the one it was merged into.
    standing: HashMap<ContactId, ContactId>,
    emails: HashMap<ContactId, EmailAddress>,
}

impl People {
    fn email(&self, contact: ContactId) -> Option<&EmailAddress> {
        self.emails.get(self.standing.get(&contact)?)
    }
}

impl Verification {
    /// Asks about the addresses of the next rows, outside any transaction; then one writes what came of them.
    pub(super) async fn check_page(
        &self,
        list: &List,
        import: ImportId,
        so_far: &SoFar,
    ) -> Result<Page, DbError> {
        let mut tx = self.db.reader().await?;
        let place = (so_far.after, PAGE_ROWS);
        let rows = rows_with_contacts(&mut tx, self.workspace, import, place).await?;
        let Some((last, _)) = rows.last().copied() else { return Ok(Page::Last) };
        let before = self.people(&mut tx, &rows).await?;
        drop(tx);
        let (refused, answers) = self.answers_of(list, &before).await?;

        let mut tx = self.db.writer().await?;
        let Some((state, held)) = hold_checked(&mut tx, self.workspace, import).await? else {
            return Ok(Page::Ended);
        };
        if state != ImportState::Done {
            self.end_in(&mut tx, import, Some(UNDONE)).await?;
            tx.commit().await?;
            return Ok(Page::Ended);
        }
        if held.so_far != *so_far {
            return Ok(Page::Elsewhere);
        }
        // Who is gone or has another address by now is not told of.
        let now_there = self.people(&mut tx, &rows).await?;
        let told = |email: &EmailAddress| answers.get(email.as_str());
        let mut counts = so_far.counts.clone();
        for (_, contact) in &rows {
            let email = now_there.email(*contact);
            count(&mut counts, email.is_some(), email.and_then(told));
        }
        let mut findings: Vec<Finding> = now_there
            .emails
            .iter()
            .filter_map(|(contact, email)| Some(finding(*contact, email, told(email)?)))
            .collect();
        // Always in the same order, so that two transactions cannot wait for each other.
        findings.sort_unstable_by_key(|finding| finding.contact);
        save_findings(&mut tx, self.workspace, &findings).await?;
        let next = SoFar { after: last, counts, ..so_far.clone() };
        if !note_checked(&mut tx, self.workspace, import, &next).await? {
            return Ok(Page::Ended);
        }
        let page = match refused {
            None => Page::Next(next),
            Some(refused) => {
                // Put-off addresses stay so: it goes on when there are credits.
                let why = format!("not every address was checked: {refused}");
                let (whose, now) = ((self.workspace, import), self.clock.now());
                end_checked(&mut tx, &self.ids, whose, Some(why), now).await?;
                Page::Ended
            }
        };
        tx.commit().await?;
        Ok(page)
    }

    /// The answers about people's addresses, by their text: known ones, and new ones by asking now. Why not all were
    /// asked about, where credits were short.
    async fn answers_of(
        &self,
        list: &List,
        people: &People,
    ) -> Result<(Option<Refusal>, HashMap<String, Answer>), DbError> {
        let mut by_subject: BTreeMap<String, Vec<&EmailAddress>> = BTreeMap::new();
        let mut answers = HashMap::new();
        for email in people.emails.values() {
            if let Some(subject) = subject(email.as_str()) {
                by_subject.entry(subject).or_default().push(email);
                continue;
            }
            // What is wrong with its text is found at once, without asking anybody.
            let verdict = self.verifier.verify(email.as_str(), Level::Syntax).await;
            let checked_at = self.clock.now();
            let answer = Answer { verdict, checked_at, recheck_at: None, retry_at: None };
            answers.insert(email.to_string(), answer);
        }
        let subjects: Vec<String> = by_subject.keys().cloned().collect();
        let mut sweep = Sweep::start(self, *list, Arc::new(Progress::default()));
        let added = sweep.add(&subjects).await;
        let refused = sweep.refused().cloned();
        sweep.end().await?;
        added?;
        for (subject, answer) in self.remembered(list, &subjects).await? {
            for email in by_subject.remove(&subject).unwrap_or_default() {
                answers.insert(email.to_string(), answer.clone());
            }
        }
        Ok((refused, answers))
    }

    async fn people(&self, tx: &mut Tx, rows: &[(u64, ContactId)]) -> Result<People, DbError> {
        let named: BTreeSet<ContactId> = rows.iter().map(|(_, contact)| *contact).collect();
        let named: Vec<ContactId> = named.into_iter().collect();
        let standing = standing_contacts(tx, self.workspace, &named).await?;
        let ids: Vec<ContactId> = standing.values().copied().collect();
        let contacts = load_contacts(tx, self.workspace, &ids).await?;
        let email = |one: Contact| Some((one.id, one.original_email?));
        Ok(People { standing, emails: contacts.into_iter().filter_map(email).collect() })
    }
}

/// Counts a row.
fn count(counts: &mut AddressCounts, has_address: bool, answer: Option<&Answer>) {
    let add = |n: &mut u64| *n = n.saturating_add(1);
    add(&mut counts.rows);
    match answer {
        _ if !has_address => add(&mut counts.without_address),
        None => add(&mut counts.not_checked),
        Some(answer) => {
            let status = answer.verdict.status.as_str().to_owned();
            add(counts.statuses.entry(status).or_default());
            if answer.retry_at.is_some() {
                add(&mut counts.put_off);
            }
        }
    }
}

/// What a contact keeps of an answer, in the words in which enrichment keeps one about a list's own address. We ask
/// mail servers ourselves, which costs no provider's money.
fn finding(contact: ContactId, email: &EmailAddress, answer: &Answer) -> Finding {
    let verdict = &answer.verdict;
    let usable = verdict.safety != Safety::Invalid;
    let trust = trust_email(LIST_CLAIM, verdict.status);
    Finding {
        contact,
        field: Field::Email,
        value: email.to_string(),
        status: verdict.status.as_str(),
        provenance: Provenance {
            source: SOURCE.to_owned(),
            at: answer.checked_at,
            cost: Usd::ZERO,
            confidence: if usable { trust } else { Confidence::NONE },
            verification: answer.reason(),
        },
        best: false,
    }
}

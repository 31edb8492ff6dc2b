//! Leads that come as JSON: from a program, or from the browser extension by somebody's own click.

use std::collections::BTreeMap;

use captely_crm::{ContactDetail, Policy};
use captely_platform::db::Tx;
use captely_platform::ids::{ContactId, ImportId, UserId, WorkspaceId};
use captely_tabular::Role;
use serde_json::json;

use crate::asked::check;
use crate::enter::{Entry, enter};
use crate::mapping::ColumnMap;
use crate::reading::{Chunk, ReadRow, keys_of};
use crate::record::{ColumnFacts, ReadingRules, RecordReader};
use crate::store::advance::{self, Advance};
use crate::store::jobs::{self, NewJob, Sameness, Terms};
use crate::store::{self, json as as_json, rows};
use crate::walk::Walk;
use crate::{Fault, Imports, ImportsError, Outcome, Source};

/// Leads of one request at most.
pub const LEADS_MAX: usize = 1_000;
/// Leads that the browser extension may bring in one session.
pub const SESSION_LEADS_MAX: u64 = 150;

/// Somebody to be imported: values by the word of a column's role.
#[derive(Debug, Clone, Default)]
pub struct Lead {
    /// `first_name`, `company_name`, `email`, ….
    pub values: BTreeMap<Role, String>,
    /// The page it was collected from.
    pub url: Option<String>,
    /// What was collected there.
    pub content: Option<String>,
}

/// Where leads come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeadsFrom {
    /// A program; the text names it.
    Program(String),
    /// The browser extension: which session of it, on which page.
    Extension {
        /// Chosen by the extension when somebody begins to collect.
        session: String,
        /// The page that was open.
        page_url: String,
    },
}

impl LeadsFrom {
    fn name(&self) -> String {
        match self {
            Self::Program(name) => name.clone(),
            Self::Extension { page_url, .. } => format!("extension: {page_url}"),
        }
    }

    const fn word(&self) -> &'static str {
        match self {
            Self::Program(_) => "api",
            Self::Extension { .. } => "extension",
        }
    }
}

/// Leads and what to do with them.
#[derive(Debug, Clone)]
pub struct Leads {
    /// In order.
    pub leads: Vec<Lead>,
    /// Where they come from.
    pub from: LeadsFrom,
    /// What happens to contacts that are there already.
    pub policy: Policy,
    /// Tags for each.
    pub tags: Vec<String>,
}

/// What became of leads.
#[derive(Debug, Clone)]
pub struct LeadsIn {
    /// The import that they are.
    pub import: ImportId,
    /// Of each, in order.
    pub leads: Vec<LeadIn>,
}

/// What became of a lead.
#[derive(Debug, Clone)]
pub struct LeadIn {
    /// What it made or met.
    pub contact: Option<ContactId>,
    /// What happened.
    pub outcome: Outcome,
    /// Why it was left out, or to whom it was joined.
    pub reason: Option<String>,
    /// Values that could not be used.
    pub problems: Vec<Fault>,
}

impl Imports {
    /// Imports leads in the caller's transaction: all of them or, on an error, none.
    pub async fn leads(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        by: UserId,
        input: Leads,
    ) -> Result<LeadsIn, ImportsError> {
        check(&input.policy, &input.tags)?;
        let n = input.leads.len();
        if n == 0 || n > LEADS_MAX {
            let why = format!("there must be 1 to {LEADS_MAX} leads, and there are {n}");
            return Err(ImportsError::Invalid { field: "leads", why });
        }
        tx.one_at_a_time(&format!("new imports of {workspace}")).await?;
        let mark = self.check_session(tx, workspace, by, &input).await?;
        let gates = self.gates(tx, workspace).await?;
        let columns: Vec<Role> = roles(&input.leads);
        let header: Vec<String> = columns.iter().map(|role| role.as_str().to_owned()).collect();
        let refused = |why: crate::MappingError| ImportsError::Invalid {
            field: "leads",
            why: why.to_string(),
        };
        let map = ColumnMap::of_words(&header, &header, "named so").map_err(refused)?;
        if let Some(why) = map.problem() {
            return Err(refused(why));
        }
        let id = ImportId::from(self.ids.uuid());
        let now = self.clock.now();
        let from = json!({ "from": input.from.word() });
        let terms = Terms::of((&header, &header), &input.policy, &input.tags, &from)?;
        let same = Sameness { content_hash: mark, terms };
        let job = NewJob {
            created_by: Some(by),
            n_expected: Some(u64::try_from(n).unwrap_or(u64::MAX)),
            ..NewJob::of(Source::Leads, id, input.from.name(), same, now)
        };
        jobs::insert(tx, workspace, job).await?;
        let mut entry = Entry::of(input.policy.clone(), input.tags.clone());
        entry.how.contacts_max = gates.contacts_max;
        let with = (&self.ids, self.clock.as_ref());
        let walk = Walk {
            ledger: Some(&self.ledger),
            ..Walk::of(&self.db, with, (workspace, id), &entry, header.len())
        };
        let rules = ReadingRules::said(None, self.clock.as_ref());
        let records = RecordReader::new(&map, &ColumnFacts::find(&header, &[]), &rules);
        let chunk = chunk(records, &columns, input)?;
        let last = chunk.last;
        let entered = enter(tx, &walk, None, chunk, now).await?;
        let leads = told(&entered.rows, &entered.faults);
        rows::insert(tx, workspace, id, entered.rows).await?;
        store::faults::insert(tx, workspace, id, entered.faults).await?;
        let by = Advance { read: last, surplus: 0, counts: entered.counts };
        advance::advance(tx, workspace, id, by).await?;
        self.finish(tx, workspace, id, &[]).await?;
        Ok(LeadsIn { import: id, leads })
    }

    /// Refuses more than the extension may bring in one session; the session's mark, to count it by.
    async fn check_session(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        by: UserId,
        input: &Leads,
    ) -> Result<Vec<u8>, ImportsError> {
        let LeadsFrom::Extension { session, .. } = &input.from else { return Ok(Vec::new()) };
        let mark = blake3::hash(format!("extension|{by}|{session}").as_bytes());
        let mark = mark.as_bytes().to_vec();
        let before = jobs::rows_of_session(tx, workspace, mark.clone()).await?;
        let n = u64::try_from(input.leads.len()).unwrap_or(u64::MAX);
        if before.saturating_add(n) > SESSION_LEADS_MAX {
            let why = format!(
                "one session of the extension may bring {SESSION_LEADS_MAX} leads; {before} came before these {n}"
            );
            return Err(ImportsError::Invalid { field: "leads", why });
        }
        Ok(mark)
    }
}

/// The roles that any of the leads has, in their order.
fn roles(leads: &[Lead]) -> Vec<Role> {
    let all: std::collections::BTreeSet<Role> =
        leads.iter().flat_map(|lead| lead.values.keys().copied()).collect();
    all.into_iter().collect()
}

fn chunk(mut records: RecordReader, columns: &[Role], input: Leads) -> Result<Chunk, ImportsError> {
    let mut chunk = Chunk::default();
    let source = input.from.name();
    for lead in input.leads {
        chunk.last = chunk.last.saturating_add(1);
        let cells: Vec<String> =
            columns.iter().map(|role| lead.values.get(role).cloned().unwrap_or_default()).collect();
        let mut record = records.read(&cells);
        if let Some(contact) = &mut record.contact {
            let details = &mut contact.details;
            details.entry(ContactDetail::LeadSource).or_insert_with(|| source.clone());
            for (detail, value) in
                [(ContactDetail::SourceUrl, lead.url), (ContactDetail::Content, lead.content)]
            {
                if let Some(value) = value.filter(|value| !value.is_empty()) {
                    details.insert(detail, value);
                }
            }
        }
        chunk.rows.push(ReadRow {
            number: chunk.last,
            line: chunk.last,
            width: cells.len(),
            cells: as_json(&cells)?,
            keys: keys_of(&record),
            record,
        });
    }
    Ok(chunk)
}

fn told(rows: &[rows::NewRow], faults: &[Fault]) -> Vec<LeadIn> {
    let problems =
        |number: u64| faults.iter().filter(|f| f.number == number).cloned().collect::<Vec<_>>();
    rows.iter()
        .map(|row| LeadIn {
            contact: row.contact,
            outcome: row.outcome,
            reason: row.reason.map(str::to_owned),
            problems: problems(row.number),
        })
        .collect()
}

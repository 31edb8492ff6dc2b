//! Companies of rows, each once.

mod company;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use captely_contact::Domain;
use captely_matching::company_name;
use captely_platform::db::{DbError, Tx};
use captely_verify::is_free_provider;

use self::company::Company;
use super::Desk;
use super::decide::{Record, Rule};
use super::tracked::{Tracked, hex};
use crate::details::{Details, json, parse};
use crate::keys::{CompanyMarks, Mark, company_marks};
use crate::store::companies::CompanyRow;
use crate::store::keys::Keys;
use crate::{CompanyDetail, CompanyId, NewContact, Outcome, SkipReason, store};

/// The companies that rows of one call name.
pub(crate) struct Companies<'r> {
    known: HashMap<Mark, usize>,
    all: Vec<Company>,
    places: HashMap<Place<'r>, Named>,
    of_row: Vec<Option<usize>>,
}

/// How a row names a company.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Place<'r> {
    name: &'r str,
    domain: Option<&'r Domain>,
    page: &'r str,
}

/// What is known of a place before anything is looked up.
struct Named {
    marks: CompanyMarks,
    legal_form: Option<&'static str>,
    slot: Option<usize>,
}

impl<'r> Place<'r> {
    /// `None` where the row names no company. A mail provider's domain is nobody's company.
    fn of(row: &'r NewContact) -> Option<Self> {
        let company = row.company.as_ref();
        let own = company.map_or("", |company| company.name.trim());
        let name = if own.is_empty() { row.person.company.trim() } else { own };
        let domain = company.and_then(|company| company.domain.as_ref());
        let domain = domain.or(row.person.domain.as_ref());
        let page = company.and_then(|company| company.details.get(&CompanyDetail::LinkedinUrl));
        let page = page.map_or("", String::as_str);
        let is_named = !name.is_empty() || domain.is_some() || !page.is_empty();
        is_named.then_some(Self { name, domain, page })
    }

    fn named(&self) -> Named {
        let name = company_name(self.name);
        let domain = self.domain();
        let marks = company_marks(domain, self.page, &name.core);
        Named { marks, legal_form: name.legal_form, slot: None }
    }

    fn domain(&self) -> Option<&'r Domain> {
        self.domain.filter(|domain| !is_free_provider(domain))
    }
}

impl<'r> Companies<'r> {
    /// Finds the companies of all rows that may come in, and makes those that are not there.
    pub(crate) async fn of(
        tx: &mut Tx,
        desk: &Desk<'_>,
        rows: &'r [NewContact],
        why_not: &impl Fn(usize) -> Option<SkipReason>,
    ) -> Result<Self, DbError> {
        let mut places: HashMap<Place<'r>, Named> = HashMap::new();
        let mut asked = Vec::new();
        let of_row: Vec<Option<Place<'r>>> = rows
            .iter()
            .enumerate()
            .map(|(n, row)| Place::of(row).filter(|_| why_not(n).is_none()))
            .collect();
        for place in of_row.iter().flatten() {
            places.entry(*place).or_insert_with(|| {
                let named = place.named();
                asked.extend(named.marks.all());
                named
            });
        }
        let mut out = Self { known: HashMap::new(), all: Vec::new(), places, of_row: Vec::new() };
        if !asked.is_empty() {
            out.load(tx, desk, asked).await?;
        }
        let slots = of_row.into_iter().map(|place| out.slot(desk, place?)).collect();
        out.of_row = slots;
        Ok(out)
    }

    async fn load(
        &mut self,
        tx: &mut Tx,
        desk: &Desk<'_>,
        asked: Vec<Mark>,
    ) -> Result<(), DbError> {
        let found = store::keys::find(tx, desk.workspace, Keys::Companies, asked).await?;
        let ids: BTreeSet<CompanyId> = found.values().map(|id| CompanyId::from(*id)).collect();
        let ids: Vec<CompanyId> = ids.into_iter().collect();
        let mut slots = HashMap::with_capacity(ids.len());
        for row in store::companies::load(tx, desk.workspace, &ids).await? {
            slots.insert(row.id.as_uuid(), self.all.len());
            let ours = row.origin.is_some() && row.origin == desk.how.origin;
            self.all.push(Company {
                details: parse(&row.details)?,
                is_new: false,
                is_used: true,
                ours,
                marks: Vec::new(),
                tracked: Tracked::default(),
                row,
            });
        }
        let owned = found.into_iter().filter_map(|(mark, id)| Some((mark, *slots.get(&id)?)));
        self.known = owned.collect();
        Ok(())
    }

    /// The company of a place, made where there is none. `None` where nothing of it identifies.
    fn slot(&mut self, desk: &Desk<'_>, place: Place<'r>) -> Option<usize> {
        let named = self.places.get(&place)?;
        if let Some(slot) = named.slot {
            return Some(slot);
        }
        let marks = named.marks;
        marks.all().next()?;
        let domain = place.domain().map(Domain::registrable);
        let slot = self.find(&marks, domain.as_ref()).unwrap_or_else(|| self.make(desk, &place));
        self.learn(slot, &marks, domain);
        self.places.get_mut(&place)?.slot = Some(slot);
        Some(slot)
    }

    /// By domain, else by page, else by name; two domains are two companies.
    fn find(&self, marks: &CompanyMarks, domain: Option<&Domain>) -> Option<usize> {
        let owner = |mark: Option<Mark>| self.known.get(&mark?).copied();
        let fits = |slot: &usize| {
            let company = self.all.get(*slot);
            let theirs = company.and_then(|company| company.row.domain.as_deref());
            theirs.zip(domain).is_none_or(|(theirs, domain)| theirs == domain.as_str())
        };
        owner(marks.domain)
            .or_else(|| [marks.page, marks.name].into_iter().filter_map(owner).find(fits))
    }

    fn make(&mut self, desk: &Desk<'_>, place: &Place<'r>) -> usize {
        let slot = self.all.len();
        let row = CompanyRow {
            id: desk.new_id().into(),
            name: place.name.to_owned(),
            domain: None,
            details: String::new(),
            marks: Vec::new(),
            origin: desk.how.origin,
            updated_at: desk.now.as_micros(),
        };
        self.all.push(Company {
            row,
            details: Details::new(),
            is_new: true,
            is_used: false,
            ours: true,
            marks: Vec::new(),
            tracked: Tracked::default(),
        });
        slot
    }

    /// By what a company is known does not depend on a policy: else the next list would make it again.
    fn learn(&mut self, slot: usize, marks: &CompanyMarks, domain: Option<Domain>) {
        let Some(company) = self.all.get_mut(slot) else { return };
        for mark in marks.all() {
            self.known.entry(mark).or_insert_with(|| {
                company.marks.push(mark);
                slot
            });
        }
        if let Some(domain) = domain
            && company.row.domain.is_none()
        {
            company.set("domain".into(), String::new(), domain.to_string());
            company.row.domain = Some(domain.into());
        }
    }

    /// Those that are stored already.
    pub(crate) fn stored(&self) -> impl Iterator<Item = CompanyId> {
        self.all.iter().filter(|company| !company.is_new).map(|company| company.row.id)
    }

    pub(crate) fn of_row(&self, n: usize) -> Option<usize> {
        self.of_row.get(n).copied().flatten()
    }

    /// Of one that there is; see [`Companies::of_row`].
    pub(crate) fn id(&self, slot: usize) -> CompanyId {
        self.all
            .get(slot)
            .map_or_else(|| CompanyId::from(uuid::Uuid::nil()), |company| company.row.id)
    }
}

impl Companies<'_> {
    /// Adds what a row says of its company: what happened, and the words that changed.
    pub(super) fn take(
        &mut self,
        slot: usize,
        row: &NewContact,
        rule: &Rule<'_>,
    ) -> (Outcome, Vec<Cow<'static, str>>) {
        let Some(company) = self.all.get_mut(slot) else { return (Outcome::Unchanged, Vec::new()) };
        let is_first = company.is_new && !company.is_used;
        company.is_used = true;
        let mut changed = Vec::new();
        let record =
            Record { is_fresh: is_first, ours: company.ours, updated_at: company.row.updated_at };
        company.add_name(row, rule, record, &mut changed);
        let own = row.company.as_ref().map(|company| &company.details);
        for (detail, value) in own.into_iter().flatten() {
            company.add(&detail.word(), value, rule, record, &mut changed);
        }
        if !company.details.contains_key("legal_form")
            && let Some(form) = Place::of(row).and_then(|place| self.places.get(&place)?.legal_form)
        {
            company.add("legal_form", form, rule, record, &mut changed);
        }
        let outcome = match (is_first, company.ours, changed.is_empty()) {
            (true, _, _) => Outcome::Created,
            (_, true, _) => Outcome::Merged { merge: None },
            (_, _, true) => Outcome::Unchanged,
            (_, _, false) => Outcome::Updated,
        };
        if is_first {
            changed.clear();
        } else if !changed.is_empty() {
            company.age(rule.at);
        }
        (outcome, changed)
    }

    pub(super) async fn write(self, tx: &mut Tx, desk: &Desk<'_>) -> Result<(), DbError> {
        let (mut new, mut saved, mut marks, mut changes) = (vec![], vec![], vec![], vec![]);
        for mut company in self.all.into_iter().filter(|company| company.is_used) {
            marks.extend(company.marks.iter().map(|mark| (*mark, company.row.id.as_uuid())));
            let is_changed = !company.tracked.is_empty() || !company.marks.is_empty();
            if company.is_new || is_changed {
                company.row.details = json(&company.details)?;
                company.row.marks.extend(company.marks.iter().flatten());
            }
            let id = company.row.id.as_uuid();
            if company.is_new {
                new.push(company.row);
            } else {
                if !company.marks.is_empty() {
                    let marks = company.marks.concat();
                    company.tracked.set("marks".into(), String::new(), hex(&marks));
                }
                if is_changed {
                    saved.push(company.row);
                }
                if !company.ours {
                    changes.extend(company.tracked.into_change("company", id)?);
                }
            }
        }
        let workspace = desk.workspace;
        store::companies::insert(tx, workspace, new, desk.now).await?;
        store::companies::save(tx, workspace, saved).await?;
        store::keys::insert_companies(tx, workspace, marks).await?;
        if let Some(origin) = desk.how.origin {
            store::changes::insert(tx, workspace, origin, changes, desk.now).await?;
        }
        Ok(())
    }
}

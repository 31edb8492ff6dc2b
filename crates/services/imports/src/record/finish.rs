use std::collections::btree_map::Entry;

use captely_contact::{
    CountrySource, Department, Domain, EmailAddress, Person, Seniority, country_code, label_tells,
    title_tells,
};
use captely_crm::{CompanyDetail, ContactDetail, NewContact};
use captely_verify::HomeCountry;

use super::draft::{Cell, Draft, put, put_company};
use super::links::{Linkedin, linkedin};
use super::memo::Memo;
use super::plan::{Line, Mailbox, Plan};
use super::{NAMES_NOBODY, Record, companies, links, mail, names, phones};

/// Between the entries of a detail that holds several.
const BETWEEN: &str = "; ";

impl Draft<'_> {
    /// The record of all that was taken.
    pub(super) fn finish(mut self, plan: &Plan, memo: &mut Memo) -> Record {
        for (part, detail) in [
            (self.parts.prefix, ContactDetail::NamePrefix),
            (self.parts.suffix, ContactDetail::NameSuffix),
        ] {
            put(&mut self.details, detail, part.map_or("", |cell| cell.text));
        }
        let (first_name, last_name) = self.names();
        let (email, work) = self.addresses();
        let (company, form) = self
            .parts
            .company
            .map_or_else(Default::default, |cell| companies::name(cell.text, memo));
        let domain = self.domain(work.as_ref());
        let title = self.parts.title.map_or("", |cell| cell.text).to_owned();
        self.rank(memo);
        let linkedin_url = self.profiles();
        let country = self.countries(memo);
        let phone = self.numbers(domain.as_ref(), plan, memo);
        let person =
            Person { first_name, last_name, company, domain, title, linkedin_url, country };
        let named = !person.first_name.is_empty() || !person.last_name.is_empty();
        let placed = !person.company.is_empty() || person.domain.is_some();
        let reached = email.is_some() || phone.is_some() || !person.linkedin_url.is_empty();
        if !(named || placed || reached) {
            return Record { contact: None, problems: self.problems, skip: Some(NAMES_NOBODY) };
        }
        companies::put_form(&mut self.company, form);
        let company = companies::company(&person.company, person.domain.as_ref(), self.company);
        let contact = NewContact {
            person,
            email,
            phone,
            details: self.details,
            company,
            tags: self.tags,
            consents: self.consents,
            as_of: self.as_of,
        };
        Record { contact: Some(contact), problems: self.problems, skip: None }
    }

    fn names(&mut self) -> (String, String) {
        let cells = [self.parts.first, self.parts.last, self.parts.full];
        let [first, last, full] = cells.map(|cell| {
            let cell = cell?;
            if cell.text.contains('@') {
                self.fault(cell, "this is an address, not a name; it was left out");
                return None;
            }
            Some(cell)
        });
        names::read(first, last, full, &mut self.details)
    }

    /// The row's address, and the one at work if there is one. Further ones become a detail.
    fn addresses(&mut self) -> (Option<EmailAddress>, Option<EmailAddress>) {
        let mut mails = std::mem::take(&mut self.mails);
        mails.sort_by_key(|(mailbox, _)| *mailbox);
        let mut found: Vec<(Mailbox, EmailAddress)> = Vec::with_capacity(mails.len());
        for (mailbox, cell) in mails {
            let read = mail::read(cell.text);
            if let Some(fault) = read.fault {
                self.fault(cell, fault);
            }
            for address in read.addresses {
                if !found.iter().any(|(_, known)| *known == address) {
                    found.push((mailbox, address));
                }
            }
        }
        let personal = found.iter().position(|(mailbox, _)| *mailbox == Mailbox::Personal);
        if let Some((_, address)) = personal.and_then(|at| found.get(at)) {
            put(&mut self.details, ContactDetail::PersonalEmail, address.as_str());
        }
        let mut rest = found.into_iter().enumerate();
        let Some((_, (mailbox, email))) = rest.next() else { return (None, None) };
        let further: Vec<String> = rest
            .filter(|(at, _)| Some(*at) != personal)
            .map(|(_, (_, address))| address.to_string())
            .collect();
        put(&mut self.details, ContactDetail::OtherEmail, further.join(BETWEEN));
        let work = (mailbox != Mailbox::Personal).then(|| email.clone());
        (Some(email), work)
    }

    /// The company's domain: the row's own, else its website's, else that of the address at work.
    fn domain(&mut self, work: Option<&EmailAddress>) -> Option<Domain> {
        let mut found = None;
        for cell in [self.parts.domain, self.parts.website].into_iter().flatten() {
            match companies::domain(cell.text) {
                Ok(domain) => found = found.or(domain),
                Err(fault) => self.fault(cell, fault),
            }
        }
        let domain = found.or_else(|| companies::domain_of(work?));
        if let Some(website) = self.parts.website
            && website.text.contains('.')
            && !companies::is_bare(website.text, domain.as_ref())
        {
            put_company(&mut self.company, CompanyDetail::Website, website.text);
        }
        domain
    }

    /// Rank and department: as their own columns say, else as the title tells.
    fn rank(&mut self, memo: &mut Memo) {
        let of_title = self.parts.title.map(|cell| memo.titles.of(cell.text, title_tells));
        let rank =
            self.parts.seniority.map(|cell| (cell.text, memo.labels.of(cell.text, label_tells)));
        let seniority = match rank {
            Some((_, (Some(rank), _))) => rank.as_str(),
            Some((text, _)) => text,
            None => of_title.and_then(|(rank, _)| rank).map_or("", Seniority::as_str),
        };
        let part =
            self.parts.department.map(|cell| (cell.text, memo.labels.of(cell.text, label_tells)));
        let department = match part {
            Some((_, (_, Some(department)))) => department.as_str(),
            Some((text, _)) => text,
            None => of_title.and_then(|(_, part)| part).map_or("", Department::as_str),
        };
        put(&mut self.details, ContactDetail::Seniority, seniority);
        put(&mut self.details, ContactDetail::Department, department);
    }

    /// The person's profile on LinkedIn; a company's page becomes a detail of it, wherever it stands.
    fn profiles(&mut self) -> String {
        let mut person = String::new();
        let (own, company) = (self.parts.linkedin, self.parts.company_linkedin);
        for (cell, is_own) in [(own, true), (company, false)] {
            let Some(cell) = cell else { continue };
            match linkedin(cell.text) {
                Some(Linkedin::Person(url)) if is_own => person = url,
                Some(Linkedin::Company(url)) => {
                    put_company(&mut self.company, CompanyDetail::LinkedinUrl, url);
                }
                Some(Linkedin::Person(_)) | None => self.fault(cell, links::NO_LINKEDIN),
            }
        }
        person
    }

    /// The person's country; that of the company becomes a detail. As written where no country has the name.
    fn countries(&mut self, memo: &mut Memo) -> String {
        let mut read = |draft: &mut Self, cell: Option<Cell<'_>>| {
            let Some(cell) = cell else { return String::new() };
            let code = memo.countries.of(cell.text, country_code);
            if code.is_none() {
                draft.fault(cell, "no country is called so; it was kept as it stands");
            }
            code.unwrap_or(cell.text).to_owned()
        };
        let person = read(self, self.parts.country);
        let company = read(self, self.company_country);
        put_company(&mut self.company, CompanyDetail::Country, company);
        let location = self.parts.location.map_or("", |cell| cell.text);
        put(&mut self.details, ContactDetail::Location, location);
        person
    }

    /// The row's number: the mobile one before others. Those of a known line become details, further ones too.
    fn numbers(&mut self, domain: Option<&Domain>, plan: &Plan, memo: &mut Memo) -> Option<String> {
        let phones = std::mem::take(&mut self.phones);
        if phones.is_empty() {
            return None;
        }
        let home = self.home(domain, plan, memo);
        let (mut any, mut further): (Option<String>, Vec<String>) = (None, Vec::new());
        for (line, cell) in phones {
            let found = phones::read(cell.text, home);
            if let Some(fault) = found.fault {
                self.fault(cell, fault);
            }
            further.extend(found.further);
            let Some(number) = found.number else { continue };
            let detail = match line {
                Line::Any if any.is_none() => {
                    any = Some(number);
                    continue;
                }
                Line::Any | Line::Other => {
                    further.push(number);
                    continue;
                }
                Line::Company => {
                    put_company(&mut self.company, CompanyDetail::Phone, number);
                    continue;
                }
                Line::Work => ContactDetail::WorkPhone,
                Line::Mobile => ContactDetail::MobilePhone,
                Line::Home => ContactDetail::HomePhone,
                Line::Fax => ContactDetail::Fax,
            };
            match self.details.entry(detail) {
                Entry::Vacant(place) => {
                    place.insert(number);
                }
                Entry::Occupied(_) => further.push(number),
            }
        }
        let detail = |detail| self.details.get(&detail).cloned();
        let main = detail(ContactDetail::MobilePhone)
            .or_else(|| any.clone())
            .or_else(|| detail(ContactDetail::WorkPhone))
            .or_else(|| further.first().cloned())
            .or_else(|| detail(ContactDetail::HomePhone));
        further.splice(0..0, any);
        let mut rest: Vec<String> = Vec::with_capacity(further.len());
        for number in further {
            let known = main.as_ref() == Some(&number) || rest.contains(&number);
            if !known && !self.details.values().any(|value| *value == number) {
                rest.push(number);
            }
        }
        put(&mut self.details, ContactDetail::OtherPhone, rest.join(BETWEEN));
        main
    }

    /// Where the row's numbers are from: its country, its company's, the one its place ends in, its domain's,
    /// the usual one.
    fn home(&self, domain: Option<&Domain>, plan: &Plan, memo: &mut Memo) -> Option<HomeCountry> {
        let country = self.parts.country.or(self.company_country).map(|cell| cell.text);
        let place = || {
            let (_, last) = self.parts.location?.text.rsplit_once(',')?;
            // `San Francisco, CA` is not in Canada.
            (last.trim().len() > 3).then_some(last.trim())
        };
        let row = country.or_else(place);
        let of_row = row.and_then(|text| {
            memo.homes.of(text, |text| HomeCountry::from_text(text, CountrySource::Row))
        });
        of_row.or_else(|| HomeCountry::first_of(None, domain, None)).or(plan.usual_country)
    }
}

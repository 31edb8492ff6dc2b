//! By what a person is known again. See the crate's README for why these and no more.

mod company;

use captely_contact::{E164, EmailAddress, Person, duplicate_key, fold};
use captely_matching::profile_key;
use captely_verify::is_role;

use crate::{CompanyId, NewContact};

pub(crate) use company::{CompanyMarks, company_marks};

/// A mark by which a person is known again: 16 bytes of BLAKE3 over its text.
pub(crate) type Mark = [u8; 16];

/// The marks of one contact, the surest first: e-mail, LinkedIn profile, phone with name, name at company.
pub(crate) type Marks = [Option<Mark>; 4];

/// The marks behind this index say only that the name is the same: another LinkedIn profile is another person.
pub(crate) const SURE: usize = 2;

/// By what a person is known again, as far as it does not depend on who their company is. Made of a
/// [`NewContact`] before it is given to [`upsert_keyed`](crate::upsert_keyed), on whatever thread has time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContactKeys {
    email: Option<Mark>,
    profile: Option<Mark>,
    phone: Option<Mark>,
    /// As [`name`] writes it.
    name: Option<String>,
}

impl ContactKeys {
    /// Those of a contact.
    ///
    /// - An e-mail address in its provider's normal form is one person. A role's address (`info@`) is, together
    ///   with the name only.
    /// - A public LinkedIn profile is one person.
    /// - A number in E.164 is one person together with the name; alone only where a row has nothing else.
    /// - A name at one company is one person. Which company that is, is decided later, so that rows with its
    ///   domain and rows with its name alone meet.
    ///
    /// What is empty makes no mark, so that empty rows are never taken for each other.
    pub fn of(contact: &NewContact) -> Self {
        let person = &contact.person;
        let name = name(person);
        let profile = profile(&person.linkedin_url);
        let alone = name.is_none() && contact.email.is_none() && profile.is_none();
        let email = contact.email.as_ref();
        Self {
            email: email.map(|email| email_mark(email, name.as_deref().unwrap_or_default())),
            profile: profile.map(|profile| hash("l", &[profile.as_bytes()])),
            phone: phone_mark(contact.phone.as_deref(), name.as_deref(), alone),
            name,
        }
    }

    /// The marks, where the company is `company`.
    pub(crate) fn marks(&self, company: Option<CompanyId>) -> Marks {
        let at = self.name.as_ref().zip(company);
        let at = at.map(|(name, at)| hash("n", &[name.as_bytes(), at.as_uuid().as_bytes()]));
        [self.email, self.profile, self.phone, at]
    }
}

/// The marks of a contact whose company is `company`.
pub(crate) fn marks(contact: &NewContact, company: Option<CompanyId>) -> Marks {
    ContactKeys::of(contact).marks(company)
}

/// Whether the row names a person at all, by whatever it can be known again or called.
pub(crate) fn names_somebody(contact: &NewContact) -> bool {
    let person = &contact.person;
    contact.email.is_some()
        || contact.phone.is_some()
        || [&person.first_name, &person.last_name, &person.linkedin_url]
            .iter()
            .any(|text| !text.trim().is_empty())
}

pub(crate) fn email_mark(email: &EmailAddress, name: &str) -> Mark {
    let address = duplicate_key(email);
    if is_role(email.local()) {
        hash("r", &[address.as_bytes(), name.as_bytes()])
    } else {
        hash("e", &[address.as_bytes()])
    }
}

pub(crate) fn phone_mark(phone: Option<&str>, name: Option<&str>, alone: bool) -> Option<Mark> {
    let phone: E164 = phone?.parse().ok()?;
    match name {
        Some(name) => Some(hash("p", &[phone.as_str().as_bytes(), name.as_bytes()])),
        None => alone.then(|| hash("p", &[phone.as_str().as_bytes(), b""])),
    }
}

/// Given and family name folded; names in scripts that do not fold as they stand.
pub(crate) fn name(person: &Person) -> Option<String> {
    let part = |text: &str| {
        let folded = fold(text);
        if folded.is_empty() { text.trim().to_lowercase() } else { folded }
    };
    let (mut name, last) = (part(&person.first_name), part(&person.last_name));
    if name.is_empty() && last.is_empty() {
        return None;
    }
    name.push('|');
    name.push_str(&last);
    Some(name)
}

/// The public profile in a LinkedIn address: `https://www.linkedin.com/in/Ada-L/?x` → `in/ada-l`. `None` for
/// other pages and for ids of Sales Navigator (`ACwAA…`), which name no public profile.
pub(crate) fn profile(url: &str) -> Option<String> {
    if url.trim().is_empty() {
        return None;
    }
    let key = profile_key(url);
    let name = key.strip_prefix("in/").or_else(|| key.strip_prefix("pub/"))?;
    let is_internal = name.starts_with("acwaa") || name.starts_with("acoaa");
    (!name.is_empty() && !is_internal).then_some(key)
}

pub(crate) fn hash(kind: &str, parts: &[&[u8]]) -> Mark {
    let mut hasher = blake3::Hasher::new();
    hasher.update(kind.as_bytes());
    for part in parts {
        hasher.update(b"\0").update(part);
    }
    let mut mark = [0; 16];
    hasher.finalize_xof().fill(&mut mark);
    mark
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn contact(first: &str, email: &str, phone: &str, linkedin_url: &str) -> NewContact {
        let person = Person {
            first_name: first.into(),
            last_name: if first.is_empty() { String::new() } else { "Rao".into() },
            linkedin_url: linkedin_url.into(),
            ..Person::default()
        };
        let phone = (!phone.is_empty()).then(|| phone.to_owned());
        NewContact { person, email: email.parse().ok(), phone, ..NewContact::default() }
    }

    #[track_caller]
    fn check(one: &NewContact, other: &NewContact, same: bool) {
        let at = Some(CompanyId::from(Uuid::from_u128(1)));
        for (at, more) in [(None, false), (at, true)] {
            let (first, second) = (marks(one, at), marks(other, at));
            let met = first.iter().zip(&second).any(|(a, b)| a.is_some() && a == b);
            let named = name(&one.person).is_some() && name(&one.person) == name(&other.person);
            assert_eq!(met, same || (more && named), "{one:?}\n{other:?}");
        }
    }

    #[test]
    fn who_is_the_same_person() {
        let none = contact("Asha", "", "", "");
        check(&none, &contact("ASHA ", "", "", ""), false);
        check(
            &contact("A.", " John@ACME.COM ", "", ""),
            &contact("B", "john@acme.com", "", ""),
            true,
        );
        check(
            &contact("", "j.o.h.n+x@gmail.com", "", ""),
            &contact("B", "john@googlemail.com", "", ""),
            true,
        );
        check(
            &contact("", "j.ohn@acme.example", "", ""),
            &contact("", "john@acme.example", "", ""),
            false,
        );
        // A role's mailbox is many people's.
        let role = contact("Asha", "info@acme.example", "", "");
        check(&role, &contact("asha", "INFO@acme.example", "", ""), true);
        check(&role, &contact("Ravi", "info@acme.example", "", ""), false);
        check(
            &contact("", "info@acme.example", "", ""),
            &contact("", "info@acme.example", "", ""),
            true,
        );
        let phone = contact("Asha", "", "+4930123456", "");
        check(&phone, &contact("Asha", "", " +4930123456", ""), true);
        check(&phone, &contact("Ravi", "", "+4930123456", ""), false);
        check(&phone, &contact("", "", "+4930123456", ""), false);
        check(&contact("", "", "+4930123456", ""), &contact("", "", "+4930123456", ""), true);
        check(&contact("", "", "030 123456", ""), &contact("", "", "030 123456", ""), false);
        let profile = contact("A.", "", "", "https://www.linkedin.com/in/asha-rao/");
        check(&profile, &contact("Asha", "", "", "http://linkedin.com/in/Asha-Rao?x=1"), true);
        let internal = contact("", "", "", "https://www.linkedin.com/in/ACwAAB1");
        check(&internal, &internal, false);
        check(&NewContact::default(), &NewContact::default(), false);
    }
}

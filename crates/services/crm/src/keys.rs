use captely_contact::Person;

use crate::NewContact;

/// A mark by which a person is known again: 16 bytes of BLAKE3 over its text.
pub(crate) type Mark = [u8; 16];

/// The marks of one contact: those it is stored under, and those that mean it is already there.
pub(crate) struct Marks {
    /// Stored with the contact.
    pub(crate) own: Vec<Mark>,
    /// Any of these already stored is the same person.
    pub(crate) same: Vec<Mark>,
}

/// The marks of a contact.
///
/// One LinkedIn profile is one person. One name at one domain is one person; one name at one company
/// name is, unless both sides have a domain and the domains differ. A row without a name or without
/// a company has only its LinkedIn mark, so that empty rows are never taken for each other.
pub(crate) fn marks(contact: &NewContact) -> Marks {
    let person = &contact.person;
    let mut marks = Marks { own: Vec::with_capacity(3), same: Vec::with_capacity(3) };
    if let Some(profile) = linkedin(&person.linkedin_url) {
        let mark = hash("l", &profile);
        marks.own.push(mark);
        marks.same.push(mark);
    }
    if person.first_name.is_empty() && person.last_name.is_empty() {
        return marks;
    }
    let at_company = (!person.company.trim().is_empty())
        .then(|| Person { domain: None, ..person.clone() }.identity());
    if person.domain.is_some() {
        let at_domain = hash("d", &person.identity());
        marks.own.push(at_domain);
        marks.same.push(at_domain);
        if let Some(text) = at_company {
            marks.own.push(hash("c", &text));
            marks.same.push(hash("c0", &text));
        }
    } else if let Some(text) = at_company {
        marks.own.extend([hash("c", &text), hash("c0", &text)]);
        marks.same.push(hash("c", &text));
    }
    marks
}

fn hash(kind: &str, text: &str) -> Mark {
    let mut hasher = blake3::Hasher::new();
    hasher.update(kind.as_bytes()).update(b"\0").update(text.as_bytes());
    let mut mark = [0; 16];
    hasher.finalize_xof().fill(&mut mark);
    mark
}

/// The public profile name in a LinkedIn address: `https://www.linkedin.com/in/Ada-L/?x` → `ada-l`.
/// `None` for other pages and for Sales Navigator ids (`ACwAA…`), which name no public profile.
fn linkedin(url: &str) -> Option<String> {
    let (host, rest) = url.split_once("/in/")?;
    let name = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_internal = name.starts_with("ACwAA") || name.starts_with("ACoAA");
    (host.ends_with("linkedin.com") && !name.is_empty() && !is_internal)
        .then(|| name.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(first: &str, company: &str, domain: &str, linkedin_url: &str) -> NewContact {
        let person = Person {
            first_name: first.into(),
            last_name: "Rao".into(),
            company: company.into(),
            domain: domain.parse().ok(),
            linkedin_url: linkedin_url.into(),
            ..Person::default()
        };
        NewContact { person, ..NewContact::default() }
    }

    #[track_caller]
    fn check(one: &NewContact, other: &NewContact, same: bool) {
        for (stored, new) in [(one, other), (other, one)] {
            let stored = marks(stored).own;
            let found = marks(new).same.iter().any(|m| stored.contains(m));
            assert_eq!(found, same, "{one:?}\n{other:?}");
        }
    }

    #[test]
    fn who_is_the_same_person() {
        let full = contact("Asha", "Mills", "mills.example", "");
        check(&full, &contact("ASHA ", "Mills Ltd", "mills.example", ""), true);
        check(&full, &contact("Asha", "mills", "", ""), true);
        check(&full, &contact("Asha", "Mills", "mills.test", ""), false);
        check(&full, &contact("Ravi", "Mills", "mills.example", ""), false);
        let profile = contact("A.", "", "", "https://www.linkedin.com/in/asha-rao/");
        check(&profile, &contact("Asha", "Mills", "", "http://linkedin.com/in/Asha-Rao?x=1"), true);
        let internal = contact("A.", "", "", "https://www.linkedin.com/in/ACwAAB1");
        check(&internal, &internal, false);
        check(&NewContact::default(), &NewContact::default(), false);
    }
}

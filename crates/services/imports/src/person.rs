use captely_contact::{Domain, EmailAddress, Person, split_full_name};
use captely_crm::NewContact;
use captely_tabular::Role;

/// The person that a row's cells describe by their columns' roles; `None` where nothing is said of
/// anybody. Of several columns with one role the first that is filled counts.
pub(crate) fn person(roles: &[Role], cells: &[String]) -> Option<NewContact> {
    let cell = |role: Role| {
        let filled = roles.iter().zip(cells).filter(|(r, _)| **r == role).map(|(_, c)| clean(c));
        filled.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
    };
    let (mut first_name, mut last_name) = (cell(Role::FirstName), cell(Role::LastName));
    let full = cell(Role::FullName);
    if !full.is_empty() && (first_name.is_empty() || last_name.is_empty()) {
        let (first, last) = split_full_name(&full);
        first_name = if first_name.is_empty() { first } else { first_name };
        last_name = if last_name.is_empty() { last } else { last_name };
    }
    let email: Option<EmailAddress> = cell(Role::Email).parse().ok();
    let phone =
        [Role::MobilePhone, Role::Phone].into_iter().map(cell).find(|text| !text.is_empty());
    let person = Person {
        first_name,
        last_name,
        company: cell(Role::Company),
        domain: domain(&cell(Role::Domain), &cell(Role::Website), email.as_ref()),
        title: cell(Role::Title),
        linkedin_url: cell(Role::LinkedinUrl),
        country: cell(Role::Country),
    };
    let empty = person == Person::default() && email.is_none() && phone.is_none();
    (!empty).then_some(NewContact { person, email, phone, ..NewContact::default() })
}

/// The company's domain: the row's own, else its website's, else its e-mail's unless that is a free
/// provider's or a throw-away one.
fn domain(domain: &str, website: &str, email: Option<&EmailAddress>) -> Option<Domain> {
    let of_email = || {
        let domain = email?.domain()?;
        let private =
            captely_verify::is_free_provider(&domain) || captely_verify::is_disposable(&domain);
        (!private).then_some(domain)
    };
    [domain, website].into_iter().find_map(|text| Domain::from_loose(text).ok()).or_else(of_email)
}

/// Without white space at the ends and without NUL, which PostgreSQL cannot keep in a text.
fn clean(cell: &str) -> String {
    let text = cell.trim();
    if text.contains('\0') { text.replace('\0', "") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLES: [Role; 6] =
        [Role::FullName, Role::Company, Role::Website, Role::Email, Role::Phone, Role::MobilePhone];

    fn read(cells: [&str; 6]) -> Option<NewContact> {
        person(&ROLES, &cells.map(str::to_owned))
    }

    #[test]
    fn rows_become_people() {
        let row =
            read(["Dr. Asha Rao", "Mills", "http://www.Mills.example/x", "a@gmail.com", "1", "2"]);
        let contact = row.unwrap();
        assert_eq!(
            (contact.person.first_name.as_str(), contact.person.last_name.as_str()),
            ("Asha", "Rao")
        );
        assert_eq!(contact.person.domain.unwrap().as_str(), "mills.example");
        assert_eq!(contact.phone.as_deref(), Some("2"), "a mobile before other phones");
        let domain = |email| read(["A B", "", "", email, "", ""]).unwrap().person.domain;
        assert_eq!(domain("ab@mills.example").unwrap().as_str(), "mills.example");
        assert_eq!(domain("ab@gmail.com"), None);
        assert_eq!(read(["", " ", "", "", "", ""]), None);
        assert_eq!(read(["A\0da B", "", "", "", "", ""]).unwrap().person.first_name, "Ada");
    }
}

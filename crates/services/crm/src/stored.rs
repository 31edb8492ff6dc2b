//! Stored contacts as a list would give them.

use captely_contact::{Domain, EmailAddress, Person};
use captely_platform::db::DbError;

use crate::store::people::ContactRow;
use crate::{ContactDetail, NewContact, details};

/// The row of a list that would make this contact, without tags and consents.
pub(crate) fn as_row(row: &ContactRow) -> Result<NewContact, DbError> {
    let [first_name, last_name, company, domain, title, linkedin_url, country, email, phone] =
        row.fields.clone();
    let domain: Option<Domain> = domain.parse().ok();
    let person = Person { first_name, last_name, company, domain, title, linkedin_url, country };
    let phone = (!phone.is_empty()).then_some(phone);
    let mut out = NewContact { person, phone, ..NewContact::default() };
    out.email = email.parse::<EmailAddress>().ok();
    for (word, value) in details::parse(&row.details)? {
        if let Ok(detail) = word.parse::<ContactDetail>() {
            out.details.insert(detail, value);
        }
    }
    Ok(out)
}

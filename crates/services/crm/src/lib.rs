#![doc = include_str!("../README.md")]

mod add;
mod keys;
mod model;
mod store;

use captely_platform::db::Migration;
use captely_platform::id_type;

pub use add::add_contacts;
pub use model::{
    CUSTOM_NAME_CHARS_MAX, Channel, CompanyDetail, Contact, ContactDetail, Finding, NewCompany,
    NewConsent, NewContact, Stance,
};
pub use store::best::{Found, save as save_found};
pub use store::contacts::{load as load_contacts, statements as contact_statements};
pub use store::keys::statements as key_statements;
pub use store::values::{save as save_findings, statements as value_statements};

id_type!(CompanyId, "comp");
id_type!(MergeId, "merge");

/// The tables of this service.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        family: "crm",
        number: 1,
        name: "contact",
        sql: include_str!("../migrations/0001_contact.sql"),
    },
    Migration {
        family: "crm",
        number: 2,
        name: "best",
        sql: include_str!("../migrations/0002_best.sql"),
    },
    Migration {
        family: "crm",
        number: 3,
        name: "people",
        sql: include_str!("../migrations/0003_people.sql"),
    },
];

/// Every statement of this service, for the test that prepares them on both databases.
pub fn statements() -> Vec<&'static str> {
    [contact_statements(), store::best::statements(), key_statements(), value_statements()].concat()
}

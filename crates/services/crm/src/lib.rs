#![doc = include_str!("../README.md")]

mod barred;
mod cards;
mod details;
mod duplicates;
mod erase;
mod jobs;
mod keys;
mod known;
mod merge;
mod model;
mod routes;
mod service;
mod sieve;
mod store;
mod stored;
mod undo;
mod upsert;

use captely_platform::db::Migration;
use captely_platform::id_type;

pub use barred::{Suppression, suppress, unsuppress};
pub use cards::{Company, ContactCard, Said, load_cards};
pub use duplicates::{
    DuplicateError, DuplicateSettings, Pair, PairPart, PairQuery, PairShown, PairState, PairWhy,
    Search, Searched, duplicate_settings, queue_pairs, set_duplicate_settings,
};
pub use erase::{Erased, erase_contact};
pub use jobs::{FindDuplicates, find_duplicates_job};
pub use keys::ContactKeys;
pub use known::{Foreseen, copy_known, foresee, standing_contacts};
pub use merge::{
    Change, Changes, Choices, Consent, FoundValue, Items, Merge, MergeError, MergePair,
    OriginUndone, Tag, Take, Unmerged, merge_contacts, unmerge_contacts, unmerge_origin,
};
pub use model::{
    Applied, CUSTOM_NAME_CHARS_MAX, Channel, CompanyDetail, Contact, ContactDetail, FIELD_WORDS,
    Finding, NewCompany, NewConsent, NewContact, OnMatch, Outcome, Policy, SkipReason, Stance,
    Upsert,
};
pub use routes::{CrmRoutes, PairView, SideView, routes};
pub use service::Crm;
pub use sieve::Sieve;
pub use store::best::{Found, save as save_found};
pub use store::contacts::load as load_contacts;
pub use store::extras::count;
pub use store::values::save as save_findings;
pub use undo::{
    Record, Remained, StayReason, Stayed, UNDO_PAGE_MAX, UndoneChanges, UndoneCompanies,
    UndoneContacts, undo_changes, undo_companies, undo_created,
};
pub use upsert::{
    add_contacts, mark_contacts, settle, tag_contacts, upsert_contacts, upsert_keyed,
};

id_type!(CompanyId, "comp");
id_type!(MergeId, "merge");
id_type!(PairId, "pair");

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
    Migration {
        family: "crm",
        number: 4,
        name: "duplicates",
        sql: include_str!("../migrations/0004_duplicates.sql"),
    },
    Migration {
        family: "crm",
        number: 5,
        name: "pages",
        sql: include_str!("../migrations/0005_pages.sql"),
    },
    Migration {
        family: "crm",
        number: 6,
        name: "witness",
        // The findings that merges of before handed over stay with the kept contact as well: what says whose they
        // are is emptied with the rest.
        sql: include_str!("../migrations/0006_witness.sql"),
    },
    Migration {
        family: "crm",
        number: 7,
        name: "settings",
        sql: include_str!("../migrations/0007_settings.sql"),
    },
    Migration {
        family: "crm",
        number: 8,
        name: "clock",
        sql: include_str!("../migrations/0008_clock.sql"),
    },
];

/// Every statement of this service, for the test that prepares them on both databases.
pub fn statements() -> Vec<&'static str> {
    [
        store::contacts::statements(),
        store::barred::statements(),
        store::best::statements(),
        store::cards::statements(),
        store::changes::statements(),
        store::companies::statements(),
        store::copies::statements(),
        store::extras::statements(),
        store::keys::statements(),
        store::later::statements(),
        store::merges::all_statements(),
        store::pairs::all_statements(),
        store::people::statements(),
        store::remark::statements(),
        store::settings::statements(),
        store::undo::statements(),
        store::values::statements(),
    ]
    .concat()
}

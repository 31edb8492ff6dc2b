//! Exports of address books.

use super::{Preset, Role, Signature};

pub(super) const SIGNATURES: &[Signature] = &[
    Signature {
        preset: Preset::Outlook,
        name: "Outlook",
        form: "Outlook contacts",
        all: &["title", "firstname", "lastname", "company"],
        any: &["emaildisplayname", "businessphone", "emailtype", "email2address"],
        none: &["apollocontactid"],
        roles: &[
            ("title", Role::NamePrefix),
            ("jobtitle", Role::Title),
            ("emaildisplayname", Role::Ignore),
            ("location", Role::Ignore),
            ("categories", Role::Tags),
            ("businessstreet", Role::Street),
            ("businesscity", Role::City),
            ("businessstate", Role::State),
            ("businesspostalcode", Role::PostalCode),
            ("businesscountryregion", Role::Country),
            ("webpage", Role::Website),
        ],
    },
    Signature {
        preset: Preset::Google2024,
        name: "Google Contacts",
        form: "Google Contacts, 2024 form",
        all: &["firstname", "lastname", "organizationname"],
        any: &["email1label", "phone1label", "email1value", "fileas"],
        none: &[],
        roles: &[
            ("phoneticfirstname", Role::Ignore),
            ("phoneticmiddlename", Role::Ignore),
            ("phoneticlastname", Role::Ignore),
            ("labels", Role::Tags),
            ("fileas", Role::Ignore),
        ],
    },
    Signature {
        preset: Preset::Google2019,
        name: "Google Contacts",
        form: "Google Contacts, 2019 form",
        all: &["givenname", "familyname"],
        any: &["groupmembership", "yominame", "givennameyomi"],
        none: &[],
        roles: &[
            ("name", Role::FullName),
            ("yominame", Role::Ignore),
            ("givennameyomi", Role::Ignore),
            ("familynameyomi", Role::Ignore),
            ("organization1location", Role::Ignore),
            ("organization1title", Role::Title),
            ("occupation", Role::Ignore),
            ("subject", Role::Ignore),
        ],
    },
];

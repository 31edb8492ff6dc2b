//! Exports of LinkedIn, by itself and by tools that read it.

use super::{Preset, Role, Signature};

pub(super) const SIGNATURES: &[Signature] = &[
    Signature {
        preset: Preset::LinkedinConnections,
        name: "LinkedIn",
        form: "LinkedIn connections",
        all: &["firstname", "lastname", "company", "position", "connectedon"],
        any: &["emailaddress", "url"],
        none: &[],
        roles: &[("url", Role::LinkedinUrl), ("connectedon", Role::CreatedAt)],
    },
    Signature {
        preset: Preset::Evaboot,
        name: "Evaboot",
        form: "Sales Navigator leads by Evaboot",
        all: &["firstname", "lastname"],
        any: &[
            "linkedinurluniqueid",
            "matchesfilters",
            "nomatchreasons",
            "companylinkedinurluniqueid",
        ],
        none: &[],
        roles: &[
            ("currentjob", Role::Title),
            ("linkedinurlpublic", Role::LinkedinUrl),
            ("linkedinurluniqueid", Role::Ignore),
            ("companylinkedinurluniqueid", Role::CompanyLinkedinUrl),
            ("companydescription", Role::Ignore),
            ("departmentheadcounts", Role::Ignore),
            ("matchesfilters", Role::Ignore),
            ("nomatchreasons", Role::Ignore),
        ],
    },
    Signature {
        preset: Preset::PhantomBuster,
        name: "PhantomBuster",
        form: "Sales Navigator leads by PhantomBuster",
        all: &["profileurl"],
        any: &["vmid", "pastexperiencecompanyname", "regularcompanyurl", "connectiondegree"],
        none: &[],
        roles: &[
            ("profileurl", Role::LinkedinUrl),
            ("companyurl", Role::Ignore),
            ("regularcompanyurl", Role::CompanyLinkedinUrl),
            ("companyid", Role::Ignore),
            ("titledescription", Role::Ignore),
            ("title", Role::Title),
            ("name", Role::Ignore),
            ("vmid", Role::Ignore),
        ],
    },
];

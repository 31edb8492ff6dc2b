use serde::Serialize;

use super::role::Role;
use super::words::squashed;

/// A program whose exports are known by their header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// Apollo people, first form: `Company`, `First Phone`, no `Seniority`.
    ApolloFirst,
    /// Apollo people, second form: `Company`, with `Seniority`.
    ApolloSecond,
    /// Apollo people, third form: `Company Name`, with sources of each address.
    ApolloThird,
    /// LinkedIn's own list of connections.
    LinkedinConnections,
    /// Sales Navigator through Evaboot.
    Evaboot,
    /// Sales Navigator through PhantomBuster.
    PhantomBuster,
    /// HubSpot contacts.
    HubspotContacts,
    /// Salesforce leads.
    SalesforceLeads,
    /// Salesforce contacts.
    SalesforceContacts,
    /// Salesforce accounts.
    SalesforceAccounts,
    /// Instantly or Smartlead leads.
    Sequencer,
    /// ZoomInfo contacts.
    ZoomInfo,
    /// Crunchbase organisations.
    Crunchbase,
    /// Outlook contacts.
    Outlook,
    /// Mailchimp audience.
    Mailchimp,
    /// Businesses scraped from Google Maps.
    GoogleMaps,
    /// Asana tasks: no list of people at all.
    Asana,
    /// A list that this program wrote.
    OurOutput,
}

/// What a preset looks like.
struct Signature {
    preset: Preset,
    name: &'static str,
    /// All of these names are there, squashed,
    all: &'static [&'static str],
    /// one of these, if any are given,
    any: &'static [&'static str],
    /// and none of these.
    none: &'static [&'static str],
    /// Names that mean something else here than elsewhere.
    roles: &'static [(&'static str, Role)],
}

const APOLLO: &[(&str, Role)] = &[
    ("title", Role::Title),
    ("companynameforemails", Role::Ignore),
    ("emailconfidence", Role::Ignore),
    ("emailstatus", Role::EmailStatus),
    ("catchallstatus", Role::Ignore),
    ("primaryemailcatchallstatus", Role::Ignore),
    ("primaryemailsource", Role::Ignore),
    ("primaryemailverificationsource", Role::Ignore),
    ("primaryemaillastverifiedat", Role::Ignore),
    ("emaillastverifiedat", Role::Ignore),
    ("subdepartments", Role::Ignore),
    ("firstphone", Role::Phone),
    ("workdirectphone", Role::WorkPhone),
    ("corporatephone", Role::CompanyPhone),
    ("companyphone", Role::CompanyPhone),
    ("stage", Role::LeadStatus),
    ("lists", Role::Tags),
    ("lastcontacted", Role::Ignore),
    ("accountowner", Role::Ignore),
    ("address", Role::Street),
    ("totalfunding", Role::Ignore),
    ("latestfunding", Role::Ignore),
    ("apolloaccountid", Role::Ignore),
    ("apollocontactid", Role::ExternalId),
    ("apollorecordid", Role::Ignore),
    ("secondaryemail", Role::OtherEmail),
    ("secondaryemailstatus", Role::Ignore),
    ("tertiaryemail", Role::OtherEmail),
    ("tertiaryemailstatus", Role::Ignore),
    ("subsidiaryof", Role::Ignore),
];

const SALESFORCE: &[(&str, Role)] = &[
    ("title", Role::Title),
    ("companyaccount", Role::Company),
    ("accountname", Role::Company),
    ("accountid", Role::Ignore),
    ("ownerid", Role::Ignore),
    ("parentid", Role::Ignore),
    ("rating", Role::Ignore),
    ("type", Role::Ignore),
    ("isdeleted", Role::Ignore),
    ("lastmodifieddate", Role::Ignore),
    ("systemmodstamp", Role::Ignore),
    ("billingcity", Role::City),
    ("billingstate", Role::State),
    ("billingpostalcode", Role::PostalCode),
    ("billingcountry", Role::Country),
    ("billingstreet", Role::Street),
    ("mailingstreet", Role::Street),
    ("mailingcity", Role::City),
    ("mailingstateprovince", Role::State),
    ("mailingzippostalcode", Role::PostalCode),
    ("mailingcountry", Role::Country),
    ("hasoptedoutofemail", Role::Consent),
    ("donotcall", Role::DoNotCall),
];

const SIGNATURES: &[Signature] = &[
    Signature {
        preset: Preset::OurOutput,
        name: "Captely",
        all: &["emailstatus", "emailconfidence", "emailprovider"],
        any: &["emailcostusd", "phonetype"],
        none: &[],
        roles: &[
            ("emailconfidence", Role::Ignore),
            ("emailprovider", Role::Ignore),
            ("emailcostusd", Role::Ignore),
            ("phonetype", Role::Ignore),
            ("phoneprovider", Role::Ignore),
            ("phoneconfidence", Role::Ignore),
            ("phonecostusd", Role::Ignore),
        ],
    },
    Signature {
        preset: Preset::ApolloThird,
        name: "Apollo",
        all: &["companyname", "companynameforemails", "personlinkedinurl"],
        any: &["primaryemailsource", "apollocontactid", "qualifycontact"],
        none: &[],
        roles: APOLLO,
    },
    Signature {
        preset: Preset::ApolloSecond,
        name: "Apollo",
        all: &["company", "companynameforemails", "personlinkedinurl", "seniority"],
        any: &[],
        none: &["companyname"],
        roles: APOLLO,
    },
    Signature {
        preset: Preset::ApolloFirst,
        name: "Apollo",
        all: &["company", "companynameforemails", "personlinkedinurl"],
        any: &[],
        none: &["companyname", "seniority"],
        roles: APOLLO,
    },
    Signature {
        preset: Preset::LinkedinConnections,
        name: "LinkedIn",
        all: &["firstname", "lastname", "company", "position", "connectedon"],
        any: &["emailaddress", "url"],
        none: &[],
        roles: &[("url", Role::LinkedinUrl), ("connectedon", Role::CreatedAt)],
    },
    Signature {
        preset: Preset::Evaboot,
        name: "Evaboot",
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
    Signature {
        preset: Preset::HubspotContacts,
        name: "HubSpot",
        all: &["firstname", "lastname", "email"],
        any: &["recordid", "recordidcontact", "marketingcontactstatus", "hsobjectid", "contactid"],
        none: &["apollocontactid", "zoominfocontactid"],
        roles: &[
            ("recordidcompany", Role::Ignore),
            ("recordidcontact", Role::ExternalId),
            ("contactowner", Role::Owner),
            ("lastactivitydate", Role::Ignore),
            ("marketingcontactstatus", Role::Consent),
        ],
    },
    Signature {
        preset: Preset::SalesforceAccounts,
        name: "Salesforce",
        all: &["name", "ownerid"],
        any: &["systemmodstamp", "billingcity", "numberofemployees"],
        none: &["lastname", "email"],
        roles: SALESFORCE,
    },
    Signature {
        preset: Preset::SalesforceLeads,
        name: "Salesforce",
        all: &["lastname", "leadsource"],
        any: &["companyaccount", "isconverted", "systemmodstamp", "rating"],
        none: &["apollocontactid", "leadid", "cnty"],
        roles: SALESFORCE,
    },
    Signature {
        preset: Preset::SalesforceContacts,
        name: "Salesforce",
        all: &["lastname"],
        any: &["systemmodstamp", "mailingcity", "mailingstateprovince"],
        none: &[],
        roles: SALESFORCE,
    },
    Signature {
        preset: Preset::ZoomInfo,
        name: "ZoomInfo",
        all: &["lastname", "firstname"],
        any: &[
            "zoominfocontactid",
            "zoominfocontactprofileurl",
            "zoominfocompanyid",
            "zoominfocompanyprofileurl",
        ],
        none: &[],
        roles: &[
            ("previousjobtitle", Role::Ignore),
            ("jobfunction", Role::Ignore),
            ("zoominfocompanyid", Role::Ignore),
            ("ultimateparentcompanyname", Role::Ignore),
        ],
    },
    Signature {
        preset: Preset::Crunchbase,
        name: "Crunchbase",
        all: &["organizationname"],
        any: &["organizationnameurl", "cbrankcompany", "numberoffundingrounds"],
        none: &[],
        roles: &[
            ("organizationnameurl", Role::Ignore),
            ("linkedin", Role::CompanyLinkedinUrl),
            ("headquarterslocation", Role::CompanyLocation),
            ("phonenumber", Role::CompanyPhone),
            ("contactemail", Role::Ignore),
            ("founders", Role::Ignore),
            ("fulldescription", Role::Ignore),
        ],
    },
    Signature {
        preset: Preset::Outlook,
        name: "Outlook",
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
        preset: Preset::Mailchimp,
        name: "Mailchimp",
        all: &["memberrating"],
        any: &["leid", "euid", "optintime"],
        none: &[],
        roles: &[
            ("optintime", Role::CreatedAt),
            ("confirmtime", Role::Ignore),
            ("status", Role::Ignore),
            ("leid", Role::Ignore),
            ("euid", Role::Ignore),
        ],
    },
    Signature {
        preset: Preset::GoogleMaps,
        name: "Google Maps",
        all: &["name", "rating"],
        any: &["reviews", "reviewscount", "lat", "placeid", "latitude"],
        none: &["lastname"],
        roles: &[
            ("type", Role::Industry),
            ("category", Role::Industry),
            ("categories", Role::Industry),
            ("address", Role::Address),
            ("rating", Role::Ignore),
        ],
    },
    Signature {
        preset: Preset::Asana,
        name: "Asana",
        all: &["taskid", "assigneeemail"],
        any: &[],
        none: &[],
        roles: &[
            ("createdat", Role::Ignore),
            ("assignee", Role::Ignore),
            ("assigneeemail", Role::Ignore),
        ],
    },
    Signature {
        preset: Preset::Sequencer,
        name: "Instantly or Smartlead",
        all: &["email", "firstname", "lastname"],
        any: &["personalization", "icebreaker", "customfields", "espname", "leadcategory"],
        none: &[],
        roles: &[("personalization", Role::Ignore), ("icebreaker", Role::Ignore)],
    },
];

impl Preset {
    fn signature(self) -> Option<&'static Signature> {
        SIGNATURES.iter().find(|s| s.preset == self)
    }

    /// The program's name.
    pub fn as_str(self) -> &'static str {
        self.signature().map_or("", |s| s.name)
    }

    /// What a name, squashed, means in this program's exports, where it is not what it always means.
    pub(super) fn role_of(self, squashed: &str) -> Option<Role> {
        let roles = self.signature()?.roles;
        roles.iter().find(|(name, _)| *name == squashed).map(|(_, role)| *role)
    }
}

/// The preset whose signature the header bears.
pub(super) fn find(header: &[String]) -> Option<Preset> {
    let names: Vec<String> = header.iter().map(|h| squashed(h)).collect();
    let has = |name: &&str| names.iter().any(|n| n == name);
    let found = SIGNATURES.iter().find(|s| {
        s.all.iter().all(has)
            && (s.any.is_empty() || s.any.iter().any(has))
            && !s.none.iter().any(has)
    });
    found.map(|s| s.preset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_tables_are_squashed() {
        for signature in SIGNATURES {
            let names = signature.all.iter().chain(signature.any).chain(signature.none);
            for name in names.chain(signature.roles.iter().map(|(name, _)| name)) {
                assert_eq!(squashed(name), *name, "{}", signature.name);
            }
        }
    }
}

//! Programs whose exports are known by their header, a table for each kind of program.

mod address;
mod crm;
mod network;
mod outreach;
mod prospecting;

use serde::Serialize;

use super::alias;
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
    /// Crunchbase people.
    CrunchbasePeople,
    /// Dealroom companies.
    Dealroom,
    /// Companies of D&B Hoovers, with or without people.
    DunBradstreet,
    /// Hunter leads.
    Hunter,
    /// RocketReach contacts.
    RocketReach,
    /// HubSpot companies.
    HubspotCompanies,
    /// Pipedrive people, with or without their organisations.
    PipedrivePeople,
    /// Zoho CRM leads.
    ZohoLeads,
    /// Zoho CRM contacts.
    ZohoContacts,
    /// Close contacts: a lead is a company there.
    Close,
    /// Google Contacts since 2024: `First Name`, `E-mail 1 - Label`.
    Google2024,
    /// Google Contacts before: `Given Name`, `E-mail 1 - Type`.
    Google2019,
    /// Brevo contacts.
    Brevo,
    /// Lemlist leads.
    Lemlist,
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
    /// What is exported, and which of its forms.
    form: &'static str,
    /// All of these names are there, squashed,
    all: &'static [&'static str],
    /// one of these, if any are given,
    any: &'static [&'static str],
    /// and none of these.
    none: &'static [&'static str],
    /// Names that mean something else here than elsewhere.
    roles: &'static [(&'static str, Role)],
}

/// All tables. The first signature that fits counts.
const TABLES: [&[Signature]; 5] = [
    outreach::SIGNATURES,
    prospecting::SIGNATURES,
    network::SIGNATURES,
    crm::SIGNATURES,
    address::SIGNATURES,
];

fn signatures() -> impl Iterator<Item = &'static Signature> {
    TABLES.into_iter().flatten()
}

impl Preset {
    fn signature(self) -> Option<&'static Signature> {
        signatures().find(|s| s.preset == self)
    }

    /// The program's name.
    pub fn as_str(self) -> &'static str {
        self.signature().map_or("", |s| s.name)
    }

    /// The export in full: `Apollo people export, 2025 form`.
    pub fn form(self) -> &'static str {
        self.signature().map_or("", |s| s.form)
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
    let mut all = signatures();
    let found = all.find(|s| {
        s.all.iter().all(has)
            && (s.any.is_empty() || s.any.iter().any(has))
            && !s.none.iter().any(has)
    });
    found
        .map(|s| s.preset)
        .or_else(|| is_connections(&names).then_some(Preset::LinkedinConnections))
}

/// LinkedIn's connections in any language: these seven columns in this order.
fn is_connections(names: &[String]) -> bool {
    let role = |at: usize| names.get(at).and_then(|n| alias::KNOWN.find(n)).map(|a| a.role);
    let expected =
        [(0, Role::FirstName), (1, Role::LastName), (3, Role::Email), (4, Role::Company)];
    names.len() == 7
        && names.get(2).is_some_and(|n| n == "url")
        // A family name may be called `Nom` or `Nome`, which alone could be any name.
        && expected.into_iter().all(|(at, wanted)| role(at).map_or(at == 1, |role| role == wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_tables_are_squashed() {
        for signature in signatures() {
            let names = signature.all.iter().chain(signature.any).chain(signature.none);
            for name in names.chain(signature.roles.iter().map(|(name, _)| name)) {
                assert_eq!(squashed(name), *name, "{}", signature.name);
            }
        }
    }
}

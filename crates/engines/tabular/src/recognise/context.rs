use super::alias::{Language, Names};
use super::derive::further;
use super::role::Role;
use super::words::squashed;
use super::{Guess, Preset};

/// Names that mean different things in different lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Generic {
    /// `Name`, `Nom`, `Nome`: a person, a part of a person's name, or a company.
    Name,
    /// `Titel`: an academic title in German, the job elsewhere.
    Titel,
    /// `Role`: the job where nothing better stands.
    Role,
    /// `Contact`: a person's name where nothing better stands.
    Contact,
}

impl Generic {
    pub(super) fn of(squashed: &str) -> Option<Self> {
        Some(match squashed {
            "name" | "nom" | "nome" | "nombre" | "naam" | "navn" | "namn" | "names" => Self::Name,
            "titel" => Self::Titel,
            "role" | "rol" | "rolle" => Self::Role,
            "contact" | "kontakt" | "contacto" | "contato" | "contatto" => Self::Contact,
            _ => return None,
        })
    }
}

/// Words before a name that do not change what it means.
const QUALIFIERS: [&str; 28] = [
    "contact",
    "contacts",
    "lead",
    "leads",
    "person",
    "people",
    "prospect",
    "customer",
    "primary",
    "main",
    "your",
    "candidate",
    "recipient",
    "attendee",
    "guest",
    "participant",
    "subscriber",
    "mailing",
    "billing",
    "current",
    "enter",
    "client",
    "registrant",
    "respondent",
    "invitee",
    "recommended",
    "verified",
    "member",
];
/// Words after a name that do not change what it means.
const TRAILERS: [&str; 12] = [
    "1",
    "required",
    "field",
    "value",
    "text",
    "optional",
    "of",
    "contact",
    "lead",
    "person",
    "formatted",
    "primary",
];
/// Words that make a name speak of the company.
const COMPANY: [&str; 8] =
    ["company", "organization", "organisation", "account", "firm", "employer", "org", "corporate"];

/// Whether a name speaks of the company: `Company`, `Firma`, `Account`.
pub(super) fn is_company(names: &Names, name: &str) -> bool {
    let name = squashed(name);
    COMPANY.contains(&name.as_str()) || names.find(&name).is_some_and(|a| a.role == Role::Company)
}

/// A known name with a qualifier: `Lead First Name`, `Account Phone`, `Email 2`.
pub(super) fn qualified(names: &Names, words: &[String]) -> Option<(Role, Language)> {
    let (first, rest) = words.split_first()?;
    if COMPANY.contains(&first.as_str()) {
        let known = names.find(&rest.concat())?;
        let department = (known.role == Role::Department).then_some(Role::Department);
        return Some((known.role.of_company().or(department)?, known.language));
    }
    if QUALIFIERS.contains(&first.as_str()) && !rest.is_empty() {
        let known = names.find(&rest.concat()).map(|a| (a.role, a.language));
        // The status of an attendee is not that of a lead.
        let known = known.filter(|(role, _)| *role != Role::LeadStatus || of_sales(first));
        let name = Generic::of(&rest.concat()) == Some(Generic::Name);
        let known = known.or(name.then_some((Role::FullName, Language::English)));
        if let Some(known) = known.or_else(|| qualified(names, rest)) {
            return Some(known);
        }
    }
    let (last, rest) = words.split_last()?;
    if rest.is_empty() {
        return None;
    }
    if TRAILERS.contains(&last.as_str()) {
        return names
            .find(&rest.concat())
            .map(|a| (a.role, a.language))
            .or_else(|| qualified(names, rest));
    }
    if last.parse::<u8>().is_ok() {
        let known = names.find(&rest.concat())?;
        return Some((further(known.role)?, known.language));
    }
    None
}

fn of_sales(qualifier: &str) -> bool {
    ["contact", "lead", "prospect", "customer", "client", "person"].contains(&qualifier)
}

/// What kind of thing a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Person,
    Company,
    Task,
}

/// Settles the names that depend on the other columns.
pub(super) fn settle(header: &[String], guesses: &mut [Guess], preset: Option<Preset>) {
    let names: Vec<String> = header.iter().map(|h| squashed(h)).collect();
    let kind = preset.and_then(kind_of_preset).unwrap_or_else(|| kind(&names, guesses));
    let has = |guesses: &[Guess], role: Role| guesses.iter().any(|g| g.role == role);
    let speaks = |guesses: &[Guess], language: Language| {
        guesses.iter().any(|g| g.language == Some(language))
    };
    for index in 0..guesses.len() {
        let Some(generic) = guesses.get(index).and_then(|g| g.generic) else { continue };
        let (first, last) = (has(guesses, Role::FirstName), has(guesses, Role::LastName));
        let (role, percent, reason) = match generic {
            Generic::Name => match (kind, first, last) {
                (Kind::Task, ..) => (Role::Ignore, 80, "the name of a task, not of a person"),
                (_, true, false) => {
                    (Role::LastName, 90, "the other part of the name is a column of its own")
                }
                (_, false, true) => {
                    (Role::FirstName, 90, "the other part of the name is a column of its own")
                }
                (Kind::Company, false, false) if !has(guesses, Role::Company) => {
                    (Role::Company, 85, "each row is a company")
                }
                (Kind::Person, ..) if !has(guesses, Role::FullName) => {
                    (Role::FullName, 85, "each row is a person")
                }
                _ => (Role::Ignore, 60, "the name stands in other columns"),
            },
            Generic::Titel if speaks(guesses, Language::Scandinavian) => {
                (Role::Title, 85, "the job title in a Scandinavian list")
            }
            Generic::Titel if speaks(guesses, Language::German) => {
                (Role::NamePrefix, 85, "an academic title in a German list")
            }
            Generic::Titel => (Role::Unknown, 0, "a job title or an academic one"),
            Generic::Role if has(guesses, Role::Title) || kind != Kind::Person => {
                (Role::Ignore, 60, "the job title is another column")
            }
            Generic::Role => (Role::Title, 75, "no other column is the job title"),
            Generic::Contact
                if kind == Kind::Person && !first && !last && !has(guesses, Role::FullName) =>
            {
                (Role::FullName, 70, "no other column is the name")
            }
            Generic::Contact => (Role::Unknown, 0, "a person or a way to reach one"),
        };
        if let Some(guess) = guesses.get_mut(index) {
            guess.role = role;
            guess.percent = percent;
            reason.clone_into(&mut guess.reason);
        }
    }
    settle_title(&names, guesses);
    match kind {
        Kind::Company => rows_are_companies(guesses),
        Kind::Task => rows_are_tasks(guesses),
        Kind::Person => {}
    }
}

/// Where a column `Job Title` stands beside `Title`, the latter is Mr or Ms (Outlook).
fn settle_title(names: &[String], guesses: &mut [Guess]) {
    const JOB: [&str; 7] = [
        "jobtitle",
        "position",
        "jobposition",
        "titreprofessionnel",
        "fonction",
        "qualifica",
        "cargo",
    ];
    let job = names.iter().any(|n| JOB.contains(&n.as_str()));
    for (name, guess) in names.iter().zip(guesses) {
        let bare = matches!(name.as_str(), "title" | "titre" | "titolo" | "titulo");
        if bare && job && guess.preset.is_none() {
            guess.role = Role::NamePrefix;
            guess.percent = 75;
            "the job title is another column, so this is Mr, Ms or Dr"
                .clone_into(&mut guess.reason);
        }
    }
}

fn kind_of_preset(preset: Preset) -> Option<Kind> {
    match preset {
        Preset::Crunchbase
        | Preset::Dealroom
        | Preset::GoogleMaps
        | Preset::HubspotCompanies
        | Preset::SalesforceAccounts => Some(Kind::Company),
        Preset::Asana => Some(Kind::Task),
        Preset::OurOutput => None,
        _ => Some(Kind::Person),
    }
}

fn kind(names: &[String], guesses: &[Guess]) -> Kind {
    const TASK: [&str; 9] = [
        "taskid",
        "assignee",
        "assigneeemail",
        "duedate",
        "sectioncolumn",
        "parenttask",
        "blockedby",
        "taskname",
        "subtasks",
    ];
    if names.iter().filter(|n| TASK.contains(&n.as_str())).count() >= 2 {
        return Kind::Task;
    }
    let has = |roles: &[Role]| guesses.iter().any(|g| roles.contains(&g.role));
    let person = [
        Role::FirstName,
        Role::LastName,
        Role::FullName,
        Role::Title,
        Role::Email,
        Role::PersonalEmail,
        Role::LinkedinUrl,
        Role::MobilePhone,
        Role::NamePrefix,
        Role::WorkPhone,
    ];
    let only_link = [Role::LinkedinUrl, Role::Email];
    let firm = [
        Role::Website,
        Role::Domain,
        Role::Employees,
        Role::Revenue,
        Role::FoundedYear,
        Role::CompanyPhone,
        Role::CompanyLinkedinUrl,
        Role::CompanyCity,
        Role::CompanyCountry,
        Role::CompanyLocation,
        Role::Technologies,
    ];
    let people = guesses.iter().filter(|g| person.contains(&g.role));
    let weak = people.clone().all(|g| only_link.contains(&g.role));
    let firms = guesses.iter().filter(|g| firm.contains(&g.role)).count();
    let named = has(&[Role::Company]) || guesses.iter().any(|g| g.generic == Some(Generic::Name));
    let people = people.count();
    // A list of companies often carries one general address or link.
    if named && firms >= 1 && (people == 0 || (weak && people < firms && firms >= 2)) {
        Kind::Company
    } else {
        Kind::Person
    }
}

fn rows_are_companies(guesses: &mut [Guess]) {
    for guess in guesses.iter_mut().filter(|g| g.preset.is_none()) {
        let role = match guess.role {
            Role::Phone => Role::CompanyPhone,
            Role::LinkedinUrl => Role::CompanyLinkedinUrl,
            _ => continue,
        };
        guess.role = role;
        guess.percent = guess.percent.min(85);
        "each row is a company".clone_into(&mut guess.reason);
    }
}

fn rows_are_tasks(guesses: &mut [Guess]) {
    for guess in guesses.iter_mut() {
        let keep = [Role::Tags, Role::Notes, Role::Company, Role::Ignore, Role::Unknown];
        if !keep.contains(&guess.role) {
            guess.role = Role::Ignore;
            guess.percent = 70;
            "each row is a task, not a person".clone_into(&mut guess.reason);
        }
    }
}

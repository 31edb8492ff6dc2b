//! Lets the values decide: `looks` counts what they look like.

mod looks;

use looks::{Looks, look, share};

use super::Guess;
use super::role::Role;
use super::words::words;

/// Fewer values than this prove nothing.
const VALUES_MIN: usize = 2;
/// Values looked at in a column.
const VALUES_MAX: usize = 200;

/// Lets the values decide: a role that they contradict is lost, and a column that nobody knows but
/// that is full of addresses or profiles gets its role.
pub(super) fn judge(header: &[String], samples: &[Vec<String>], guesses: &mut [Guess]) {
    if samples.is_empty() {
        return;
    }
    let looks: Vec<Looks> = (0..guesses.len())
        .map(|index| {
            let cells = samples.iter().filter_map(|row| row.get(index));
            look(cells.map(|c| c.trim()).filter(|c| !c.is_empty()).take(VALUES_MAX))
        })
        .collect();
    for (guess, look) in guesses.iter_mut().zip(&looks) {
        if look.values >= VALUES_MIN {
            contradict(guess, look);
            agree(guess, look);
        }
    }
    for ((name, guess), look) in header.iter().zip(guesses.iter_mut()).zip(&looks) {
        if guess.role == Role::Unknown && look.values >= VALUES_MIN && !is_of_others(name) {
            promote(guess, look, is_nameless(name));
        }
    }
}

/// Takes back what the values deny, or corrects it.
fn contradict(guess: &mut Guess, look: &Looks) {
    let percent = |part| share(part, look.values);
    let odd = percent(look.email) >= 60 || percent(look.url) >= 60;
    let (to, reason) = match guess.role {
        Role::Email | Role::PersonalEmail | Role::OtherEmail if percent(look.email) < 30 => {
            (Role::Unknown, "its name says e-mail address, its values are none")
        }
        Role::LinkedinUrl if percent(look.linkedin_company) >= 60 => {
            (Role::CompanyLinkedinUrl, "its values are pages of companies")
        }
        Role::CompanyLinkedinUrl if percent(look.linkedin_person) >= 60 => {
            (Role::LinkedinUrl, "its values are profiles of people")
        }
        Role::LinkedinUrl if percent(look.email) >= 60 => {
            (Role::Unknown, "its name says LinkedIn, its values are e-mail addresses")
        }
        Role::Domain | Role::Website if percent(look.host) < 30 => {
            (Role::Unknown, "its name says website, its values are none")
        }
        Role::Title if percent(look.salutation) >= 60 => {
            (Role::NamePrefix, "its values are Mr, Ms, Dr")
        }
        Role::NamePrefix if percent(look.salutation) < 20 && percent(look.person) >= 60 => {
            (Role::Title, "its values are job titles")
        }
        Role::Phone
        | Role::WorkPhone
        | Role::MobilePhone
        | Role::HomePhone
        | Role::OtherPhone
        | Role::CompanyPhone
        | Role::Fax
            if percent(look.phone) < 20 =>
        {
            (Role::Unknown, "its name says phone number, its values are none")
        }
        Role::FullName if percent(look.legal_form) >= 40 => {
            (Role::Company, "its values are names of companies")
        }
        Role::FirstName | Role::LastName | Role::FullName if odd || percent(look.number) >= 60 => {
            (Role::Unknown, "its name says a person's name, its values are none")
        }
        Role::Company | Role::Title | Role::City | Role::Country | Role::Industry
            if odd || percent(look.number) >= 90 =>
        {
            (Role::Unknown, "its values do not go with its name")
        }
        Role::Employees | Role::FoundedYear if odd => (Role::Unknown, "its values are no numbers"),
        _ => return,
    };
    guess.role = to;
    guess.percent = if to == Role::Unknown { 0 } else { 85 };
    guess.preset = None;
    reason.clone_into(&mut guess.reason);
}

/// Makes a guess surer that the values bear out.
fn agree(guess: &mut Guess, look: &Looks) {
    let most = |part| share(part, look.values) >= 80;
    let borne_out = match guess.role {
        Role::Email | Role::PersonalEmail | Role::OtherEmail => most(look.email),
        Role::LinkedinUrl => most(look.linkedin_person),
        Role::CompanyLinkedinUrl => most(look.linkedin_company),
        Role::Website | Role::Domain => most(look.host),
        Role::NamePrefix => most(look.salutation),
        Role::Phone | Role::WorkPhone | Role::MobilePhone | Role::HomePhone => most(look.phone),
        _ => false,
    };
    if borne_out && guess.percent < 98 {
        guess.percent = (guess.percent + 10).min(98);
        guess.reason.push_str(", and its values agree");
    }
}

/// A column that nothing names.
fn is_nameless(name: &str) -> bool {
    let name = name.trim();
    name.is_empty()
        || name.strip_prefix("Column ").is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()))
}

/// Gives an unknown column the role that its values show beyond doubt.
fn promote(guess: &mut Guess, look: &Looks, nameless: bool) {
    let most = |part| share(part, look.values) >= 80;
    let (role, reason) = if most(look.email) {
        (Role::Email, "its values are e-mail addresses")
    } else if most(look.linkedin_person) {
        (Role::LinkedinUrl, "its values are LinkedIn profiles")
    } else if most(look.linkedin_company) {
        (Role::CompanyLinkedinUrl, "its values are LinkedIn pages of companies")
    } else if nameless && most(look.salutation) {
        (Role::NamePrefix, "its values are Mr, Ms, Dr")
    } else if nameless && most(look.host) {
        (Role::Website, "its values are addresses of websites")
    } else if nameless && most(look.written_phone) {
        (Role::Phone, "its values are phone numbers")
    } else if nameless && most(look.legal_form) {
        (Role::Company, "its values are names of companies")
    } else {
        return;
    };
    guess.role = role;
    guess.percent = 70;
    reason.clone_into(&mut guess.reason);
}

/// Whether the name speaks of somebody other than the person the row is about.
fn is_of_others(name: &str) -> bool {
    const OTHERS: [&str; 17] = [
        "owner",
        "assignee",
        "manager",
        "assistant",
        "referrer",
        "sender",
        "recipient",
        "created",
        "by",
        "parent",
        "previous",
        "past",
        "former",
        "rep",
        "agent",
        "cc",
        "bcc",
    ];
    words(name).iter().any(|w| OTHERS.contains(&w.as_str()))
}

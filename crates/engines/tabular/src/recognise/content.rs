use captely_contact::EmailAddress;

use super::Guess;
use super::role::Role;
use super::words::words;

/// Fewer values than this prove nothing.
const VALUES_MIN: usize = 2;
/// Values looked at in a column.
const VALUES_MAX: usize = 200;

/// What the values of a column look like, in percent of those that are not blank.
struct Looks {
    values: usize,
    email: usize,
    url: usize,
    linkedin_person: usize,
    linkedin_company: usize,
    host: usize,
    phone: usize,
    number: usize,
    salutation: usize,
    legal_form: usize,
    person: usize,
}

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
        }
    }
    for ((name, guess), look) in header.iter().zip(guesses.iter_mut()).zip(&looks) {
        let free = guess.role == Role::Unknown && guess.generic.is_none();
        if free && look.values >= VALUES_MIN && !is_of_others(name) {
            promote(guess, look);
        }
    }
}

fn share(part: usize, whole: usize) -> usize {
    (part * 100).checked_div(whole).unwrap_or(0)
}

fn look<'a>(values: impl Iterator<Item = &'a str>) -> Looks {
    let mut looks = Looks {
        values: 0,
        email: 0,
        url: 0,
        linkedin_person: 0,
        linkedin_company: 0,
        host: 0,
        phone: 0,
        number: 0,
        salutation: 0,
        legal_form: 0,
        person: 0,
    };
    for value in values {
        let lower = value.to_lowercase();
        let digits = value.bytes().filter(u8::is_ascii_digit).count();
        let letters = value.chars().filter(|c| c.is_alphabetic()).count();
        let linkedin = lower.contains("linkedin.com/");
        looks.values += 1;
        looks.email += usize::from(is_email(value));
        looks.url +=
            usize::from(lower.starts_with("http") || lower.starts_with("www.") || linkedin);
        looks.linkedin_company += usize::from(
            linkedin && ["/company/", "/school/", "/showcase/"].iter().any(|p| lower.contains(p)),
        );
        looks.linkedin_person += usize::from(
            linkedin
                && ["/in/", "/pub/", "/sales/lead", "/sales/people"]
                    .iter()
                    .any(|p| lower.contains(p)),
        );
        looks.host += usize::from(is_host(&lower));
        looks.phone += usize::from(digits >= 6 && letters <= 5 && !value.contains('@'));
        looks.number += usize::from(digits > 0 && letters == 0);
        looks.salutation += usize::from(is_salutation(&lower));
        looks.legal_form += usize::from(has_legal_form(&lower));
        let spaced = value.split_whitespace().count();
        looks.person += usize::from((1..=4).contains(&spaced) && digits == 0 && letters > 1);
    }
    looks
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

/// Gives an unknown column the role that its values show beyond doubt.
fn promote(guess: &mut Guess, look: &Looks) {
    let most = |part| share(part, look.values) >= 80;
    let (role, reason) = if most(look.email) {
        (Role::Email, "its values are e-mail addresses")
    } else if most(look.linkedin_person) {
        (Role::LinkedinUrl, "its values are LinkedIn profiles")
    } else if most(look.linkedin_company) {
        (Role::CompanyLinkedinUrl, "its values are LinkedIn pages of companies")
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

fn is_email(value: &str) -> bool {
    let first = value.split([',', ';', ' ']).next().unwrap_or(value);
    first.contains('@')
        && (first.parse::<EmailAddress>().is_ok() || value.contains('@') && !value.contains(' '))
}

fn is_host(lower: &str) -> bool {
    lower.contains('.') && !lower.contains('@') && !lower.trim().contains(' ')
}

fn is_salutation(lower: &str) -> bool {
    const WORDS: [&str; 30] = [
        "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "madam", "herr", "frau", "herrn",
        "monsieur", "madame", "m", "mme", "mlle", "sr", "sra", "srta", "señor", "señora", "sig",
        "dott", "dipl", "ing", "dhr", "mevr", "rev", "hr",
    ];
    lower.split([' ', '.', '-', '/']).filter(|w| !w.is_empty()).all(|w| WORDS.contains(&w))
        && !lower.is_empty()
}

fn has_legal_form(lower: &str) -> bool {
    const FORMS: [&str; 30] = [
        "inc",
        "llc",
        "ltd",
        "gmbh",
        "corp",
        "corporation",
        "limited",
        "plc",
        "ag",
        "sa",
        "sarl",
        "sas",
        "bv",
        "nv",
        "srl",
        "spa",
        "oy",
        "ab",
        "as",
        "aps",
        "kg",
        "co",
        "company",
        "llp",
        "pty",
        "pvt",
        "lda",
        "sl",
        "group",
        "holdings",
    ];
    let plain = lower.replace('.', "");
    let mut parts = plain.split([' ', ',']).filter(|w| !w.is_empty());
    parts.next().is_some() && parts.any(|w| FORMS.contains(&w))
}

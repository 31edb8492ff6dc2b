use captely_contact::{Confidence, EmailAddress, Person, fold};

/// Names and parts of local parts shorter than this are in too many words to mean anything.
const PART_CHARS_MIN: usize = 3;

/// Whether an address could be this person's by its looks: its local part holds a part of the name,
/// begins one, or is made of the initials. True where the name cannot be spelt in Latin letters.
///
/// Providers sometimes give a colleague's address. Its mailbox exists, so no mail server reveals it;
/// the name does.
pub fn resembles(person: &Person, email: &EmailAddress) -> bool {
    let names = parts(&[&person.first_name, &person.last_name]);
    if names.is_empty() {
        return true;
    }
    let local = fold(email.local());
    let initials: String = names.iter().filter_map(|name| name.chars().next()).collect();
    let reversed: String = initials.chars().rev().collect();
    if local == initials || local == reversed {
        return true;
    }
    let holds = |name: &String| {
        let long = name.len() >= PART_CHARS_MIN;
        if long { local.contains(name.as_str()) } else { local.starts_with(name.as_str()) }
    };
    let begins = |part: &String| {
        part.len() >= PART_CHARS_MIN && names.iter().any(|name| name.starts_with(part.as_str()))
    };
    names.iter().any(holds) || parts(&[email.local()]).iter().any(begins)
}

/// Our confidence in an address that does not look like the person's: half of what it was.
pub fn unlike(confidence: Confidence) -> Confidence {
    Confidence::percent(confidence.as_percent() / 2)
}

/// The words of texts in folded letters, without digits; those of other scripts fall away.
fn parts(texts: &[&str]) -> Vec<String> {
    texts
        .iter()
        .flat_map(|text| text.split(|c: char| !c.is_alphabetic() && c != '\''))
        .map(fold)
        .filter(|part| !part.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(first: &str, last: &str, local: &str, expected: bool) {
        let person = Person {
            first_name: first.to_owned(),
            last_name: last.to_owned(),
            ..Person::default()
        };
        let email = format!("{local}@x.example").parse().unwrap();
        assert_eq!(resembles(&person, &email), expected, "{first} {last}: {local}");
    }

    #[test]
    fn own_addresses() {
        for local in [
            "ada.lovelace",
            "alovelace",
            "ada",
            "lovelace",
            "ada2",
            "a.lovelace3",
            "lovelacea",
            "al",
            "la",
            "a.l",
            "love",
            "ada-mary",
        ] {
            check("Ada", "Lovelace", local, true);
        }
        check("Jean-Pierre", "Dupont", "jp.dupont", true);
        check("Zoë", "D'Angelo", "dangelo.z", true);
        check("Alexander", "Ng", "alex", true);
        check("Bo", "Ek", "bo7", true);
        check("王", "伟", "wei.wang", true);
        check("Cher", "", "cher", true);
    }

    #[test]
    fn a_colleagues_addresses() {
        for local in ["niccolo", "tiffany_fitzpatrick", "info", "latoya.kay", "n.rossi"] {
            check("Marcus", "Ferri", local, false);
        }
        check("Bo", "Ek", "abo.smith", false);
    }
}

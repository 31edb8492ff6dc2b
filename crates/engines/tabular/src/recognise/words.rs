use captely_contact::fold;

/// The words of a header: `firstName`, `FIRST_NAME` and `First-Name *` all give `first`, `name`.
/// Marks are folded (`Prénom` → `prenom`); words of scripts that do not fold stay as they are.
pub(super) fn words(header: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut before: Option<char> = None;
    let mut chars = header.chars().peekable();
    while let Some(c) = chars.next() {
        let next_lower = chars.peek().is_some_and(|n| n.is_lowercase());
        // `firstName` breaks before N; `CRMOwner` breaks before O.
        let hump = c.is_uppercase()
            && before.is_some_and(|b| b.is_lowercase() || (b.is_uppercase() && next_lower));
        if hump || !c.is_alphanumeric() {
            push(&mut words, &mut word);
        }
        if c.is_alphanumeric() {
            word.push(c);
        }
        before = Some(c);
    }
    push(&mut words, &mut word);
    words
}

fn push(words: &mut Vec<String>, word: &mut String) {
    if !word.is_empty() {
        let folded = fold(word);
        words.push(if folded.is_empty() { word.to_lowercase() } else { folded });
        word.clear();
    }
}

/// The words in one, which is how aliases are compared: `e-mail` and `E Mail` are `email`.
pub(super) fn squashed(header: &str) -> String {
    words(header).concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_taken_apart() {
        for (header, expected) in [
            ("firstName", "first name"),
            ("FIRST_NAME", "first name"),
            ("No. of Employees ", "no of employees"),
            ("# Employees", "employees"),
            ("Prénom *", "prenom"),
            ("CRMOwner", "crm owner"),
            ("\tStraße", "strasse"),
            ("会社名", "会社名"),
            ("utm_source", "utm source"),
        ] {
            assert_eq!(words(header).join(" "), expected, "{header:?}");
        }
        assert_eq!(squashed("E-Mail"), "email");
    }
}

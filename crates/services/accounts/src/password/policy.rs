//! What a new password must be (OWASP ASVS 4.0, V2.1): long, and nobody's first guess. There are no
//! rules about capitals, digits or signs (2.1.9).

use captely_contact::EmailAddress;
use captely_platform::secrets::Secret;

use super::guessed::is_common;
use super::normalised;
use super::pattern::{is_one_run, is_predictable};

/// Characters of a password at least, counted as Unicode code points (ASVS 2.1.1).
pub const PASSWORD_CHARACTERS_MIN: usize = 12;
/// Characters of a password at most (ASVS 2.1.2 asks that 64 be allowed and over 128 refused).
pub const PASSWORD_CHARACTERS_MAX: usize = 128;

/// Bytes of a password at most: no character takes more than four (RFC 3629 §3). A request may hold
/// megabytes, and what walks a text comes after this.
pub(super) const PASSWORD_BYTES_MAX: usize = 4 * PASSWORD_CHARACTERS_MAX;

/// The name of the product is the first thing somebody tries.
const PRODUCT: &str = "captely";
/// Shorter words of a name or an address stand in too many other words.
const OWN_WORD_CHARACTERS_MIN: usize = 4;
/// So many characters around a common password add nothing worth the name.
const TRIMMING_CHARACTERS_MAX: usize = 4;

/// What is wrong with a new password. None of them shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFault {
    /// Under 12 characters.
    #[error(
        "has fewer than {PASSWORD_CHARACTERS_MIN} characters; three or four words that do not \
         belong together make a good password"
    )]
    TooShort,
    /// Over 128 characters.
    #[error("has more than {PASSWORD_CHARACTERS_MAX} characters; use a shorter one")]
    TooLong,
    /// Among the most common passwords, perhaps with a few digits or signs around it.
    #[error(
        "is one of the passwords that are tried first; use words that do not belong together, or \
         let a password manager make one"
    )]
    Common,
    /// Repeats itself or follows the alphabet or the keyboard.
    #[error(
        "repeats itself or follows the alphabet or the keyboard; use words that do not belong \
         together, or let a password manager make one"
    )]
    Predictable,
    /// Contains the person's name, e-mail address or company, or the product's name.
    #[error(
        "contains your name, your e-mail address, your company or the word captely; use words that \
         have nothing to do with you or this site"
    )]
    Own,
}

/// Whether the person with this `email` and `name` may choose this password.
pub fn check_password(
    password: &Secret,
    email: &EmailAddress,
    name: &str,
) -> Result<(), PasswordFault> {
    if password.expose().len() > PASSWORD_BYTES_MAX {
        return Err(PasswordFault::TooLong);
    }
    let password = normalised(password);
    let count = password.expose().chars().count();
    if count < PASSWORD_CHARACTERS_MIN {
        return Err(PasswordFault::TooShort);
    }
    if count > PASSWORD_CHARACTERS_MAX {
        return Err(PasswordFault::TooLong);
    }
    let lower = Secret::from(password.expose().to_lowercase());
    let plain = Secret::from(without_substitutes(lower.expose()));
    let spellings = [lower.expose(), plain.expose()];
    if spellings.into_iter().any(is_common) || is_trimmed_common(lower.expose()) {
        return Err(PasswordFault::Common);
    }
    if is_predictable(lower.expose()) {
        return Err(PasswordFault::Predictable);
    }
    let own = own_words(email, name);
    if own.iter().any(|word| spellings.into_iter().any(|text| text.contains(word.as_str()))) {
        return Err(PasswordFault::Own);
    }
    Ok(())
}

/// Whether a common password is left when digits and signs at both ends are taken away, and these are
/// few or a sequence: `Password1234`, `!!butterfly!!`, `sunshine23456789`.
fn is_trimmed_common(text: &str) -> bool {
    let outside = |c: char| !c.is_alphabetic();
    let before_end = text.trim_end_matches(outside);
    let core = before_end.trim_start_matches(outside);
    let (Some(head), Some(tail)) = (before_end.strip_suffix(core), text.strip_prefix(before_end))
    else {
        return false;
    };
    let adds_little = |trimming: &str| {
        trimming.chars().count() <= TRIMMING_CHARACTERS_MAX || is_one_run(trimming)
    };
    adds_little(head) && adds_little(tail) && is_common(&without_substitutes(core))
}

/// Letters for the digits and signs that people write in their place.
fn without_substitutes(text: &str) -> String {
    let letter = |c| match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    };
    text.chars().map(letter).collect()
}

/// The words of a person's name, address and company, in small letters, and the product's name.
fn own_words(email: &EmailAddress, name: &str) -> Vec<String> {
    let company = email.domain();
    let company = company.as_ref().map(captely_contact::Domain::registrable);
    let company = company.as_ref().map_or("", |domain| domain.as_str());
    let company = company.split_once('.').map_or(company, |(label, _suffix)| label);
    let name = name.to_lowercase();
    let words = [email.local(), company, name.as_str(), PRODUCT].into_iter();
    let words = words.flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
    words
        .filter(|word| word.chars().count() >= OWN_WORD_CHARACTERS_MIN)
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(password: &str, expected: Result<(), PasswordFault>) {
        let email = "ada.lovelace@analytical.example".parse().unwrap();
        let got = check_password(&Secret::from(password), &email, "Augusta King-Noël");
        assert_eq!(got, expected, "{password:?}");
    }

    #[test]
    fn length_is_counted_in_characters_of_one_spelling() {
        check("hyfl4qf9zc2", Err(PasswordFault::TooShort));
        check("hyfl4qf9zc2w", Ok(()));
        check("приветмойдруг", Ok(()));
        // Eleven characters, one of them written as two.
        check("hyfl4qf9ze\u{301}", Err(PasswordFault::TooShort));
        check(&"hyfl4qf9zc2wk7ux".repeat(8), Err(PasswordFault::Predictable));
        let words = "correct horse battery staple ".repeat(10);
        check(&words.chars().take(129).collect::<String>(), Err(PasswordFault::TooLong));
        check(&"ab".repeat(5_000_000), Err(PasswordFault::TooLong));
    }

    #[test]
    fn no_rule_asks_for_kinds_of_characters() {
        check("correct horse battery staple", Ok(()));
        check("purple-giraffe-underwater", Ok(()));
        check("4820619375526408", Ok(()));
        check("🦊🌵🚲🎻🍋🧲🪁🧦🪴🛶🥁🧭", Ok(()));
    }

    #[test]
    fn first_guesses() {
        for password in [
            "qwerty123456",
            "FinalFantasy",
            "Password1234",
            "P@ssw0rd2024",
            "!!butterfly!!",
            "sunshine23456789",
            "Liverpool!!!",
        ] {
            check(password, Err(PasswordFault::Common));
        }
        for password in ["aaaaaaaaaaaa", "abcdefghijklmn", "MonkeyMonkeyMonkey", "!@#$%^&*()!@"] {
            check(password, Err(PasswordFault::Predictable));
        }
        // A common word with much around it is no first guess.
        check("butterfly-8204619375", Ok(()));
    }

    #[test]
    fn own_words_are_the_second_guess() {
        for password in [
            "lovelace-hyfl4q",
            "L0VELACE-hyfl4q",
            "hyfl4q analytical",
            "augusta-hyfl4qz",
            "hyfl4qf9 Noël!",
            "i love captely so",
        ] {
            check(password, Err(PasswordFault::Own));
        }
        // "ada" is too short to be looked for.
        check("canadahyfl4qf9", Ok(()));
    }

    #[test]
    fn nothing_shows_the_password() {
        let email = "a@b.example".parse().unwrap();
        let error = check_password(&Secret::from("hunter2"), &email, "").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }
}

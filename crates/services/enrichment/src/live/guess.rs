use captely_contact::{EmailStatus, Usd};
use captely_verify::{EmailVerifier, Guess};
use captely_waterfall::{EmailCandidate, Pattern, Row, guessed, guesses};

use super::floor::Floor;

/// Addresses tried where nothing is known of the domain; more finds little and looks like probing.
const GUESSES_MAX: usize = 5;

/// The free step: tests the domain's likely addresses for this person at its mail server. Returns
/// the pattern that a confirmed address has shown.
pub(crate) async fn guess(
    floor: &Floor,
    verifier: &EmailVerifier,
    row: &mut Row,
) -> Option<Pattern> {
    let domain = row.person.domain.clone()?;
    let book = floor.books.of(&domain);
    // held to the end, when the book has learned
    let (known, _turn) = book.turn().await;
    let made = guesses(&row.person, &domain, &known, GUESSES_MAX);
    if made.is_empty() {
        row.story.say("pattern", "the name cannot be spelt in an address", Usd::ZERO);
        return None;
    }
    let addresses: Vec<_> = made.iter().map(|(_, email)| email.clone()).collect();
    match verifier.first_deliverable(&domain, &addresses).await {
        Guess::Found { email, verdict } => {
            let pattern = made.iter().find(|(_, e)| *e == email).map(|(pattern, _)| *pattern)?;
            let confidence = guessed(pattern, known.knows(pattern));
            let what = format!("{} takes mail: {confidence} %", pattern.as_str());
            row.story.say("pattern", what, Usd::ZERO);
            row.found_email(EmailCandidate {
                email: email.clone(),
                source: "pattern".to_owned(),
                confidence,
                status: EmailStatus::Valid,
                verification: verdict.reason,
                cost: Usd::ZERO,
            });
            book.learn(&row.person, &email)
        }
        other => {
            row.story.say("pattern", words(&other, made.len()), Usd::ZERO);
            None
        }
    }
}

fn words(guess: &Guess, tried: usize) -> String {
    match guess {
        Guess::Found { .. } => String::new(),
        Guess::AcceptsAll => "the domain takes every name, so a guess proves nothing".to_owned(),
        Guess::NoneAccepted { .. } => format!("none of {tried} likely addresses exists"),
        Guess::NoMail { verdict } => verdict.reason.clone(),
        Guess::Unknown { reason, .. } => format!("could not be tested: {reason}"),
    }
}

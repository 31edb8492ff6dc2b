//! Test cards, and what becomes of a payment with each.

use serde_json::Value;

use super::failure::Failure;
use super::members::Members as _;

/// What a card does when it is to be saved or charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Temper {
    Pays,
    /// Refused whenever it is used: code and decline code.
    Refused(&'static str, Option<&'static str>),
    /// Can be saved; every charge is refused.
    RefusedLater,
    /// Asks for 3-D Secure until it has been set up; charges without its owner then pass.
    AsksOnce,
    /// Asks for 3-D Secure at every payment, so that charges without its owner never pass.
    AsksAlways,
}

/// A test card: number, the name of its ready payment method, brand, temper.
#[derive(Debug, Clone, Copy)]
pub(super) struct Card {
    pub(super) number: &'static str,
    pub(super) ready: &'static str,
    pub(super) brand: &'static str,
    temper: Temper,
}

const fn card(
    number: &'static str,
    ready: &'static str,
    brand: &'static str,
    temper: Temper,
) -> Card {
    Card { number, ready, brand, temper }
}

/// The cards that are known; any other number is refused as no card at all.
pub(super) const CARDS: [Card; 11] = [
    card("4242424242424242", "pm_card_visa", "visa", Temper::Pays),
    card("5555555555554444", "pm_card_mastercard", "mastercard", Temper::Pays),
    card("378282246310005", "pm_card_amex", "amex", Temper::Pays),
    card(
        "4000000000000002",
        "pm_card_visa_chargeDeclined",
        "visa",
        Temper::Refused("card_declined", Some("generic_decline")),
    ),
    card(
        "4000000000009995",
        "pm_card_visa_chargeDeclinedInsufficientFunds",
        "visa",
        Temper::Refused("card_declined", Some("insufficient_funds")),
    ),
    card(
        "4000000000009987",
        "pm_card_visa_chargeDeclinedLostCard",
        "visa",
        Temper::Refused("card_declined", Some("lost_card")),
    ),
    card(
        "4000000000000069",
        "pm_card_chargeDeclinedExpiredCard",
        "visa",
        Temper::Refused("expired_card", None),
    ),
    card(
        "4000000000000127",
        "pm_card_chargeDeclinedIncorrectCvc",
        "visa",
        Temper::Refused("incorrect_cvc", None),
    ),
    card("4000000000000341", "pm_card_chargeCustomerFail", "visa", Temper::RefusedLater),
    card("4000002500003155", "pm_card_authenticationRequiredOnSetup", "visa", Temper::AsksOnce),
    card("4000002760003184", "pm_card_authenticationRequired", "visa", Temper::AsksAlways),
];

/// The card with this number, blanks left out.
pub(super) fn by_number(number: &str) -> Option<Card> {
    let digits: String = number.chars().filter(|c| !c.is_whitespace()).collect();
    CARDS.into_iter().find(|card| card.number == digits)
}

/// What comes of an attempt.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Pays,
    /// The customer has to do something first.
    Asks,
    Refused(Failure),
}

/// What comes of saving a payment method while its owner is there.
pub(super) fn on_saving(method: &Value) -> Verdict {
    if method.text("type") == "paypal" {
        return Verdict::Asks;
    }
    match temper(method) {
        Temper::Pays | Temper::RefusedLater => Verdict::Pays,
        Temper::Refused(code, decline) => Verdict::Refused(refusal(code, decline)),
        Temper::AsksOnce | Temper::AsksAlways => Verdict::Asks,
    }
}

/// What comes of charging it; `on_session` with its owner there.
pub(super) fn on_charging(method: &Value, on_session: bool) -> Verdict {
    let known = method.is("_set_up");
    if method.text("type") == "paypal" {
        return match (on_session, known) {
            (false, true) => Verdict::Pays,
            (true, _) => Verdict::Asks,
            (false, false) => Verdict::Refused(Failure::card(
                "payment_intent_mandate_invalid",
                None,
                "The customer has not agreed to recurring payments with PayPal.",
            )),
        };
    }
    match temper(method) {
        Temper::Pays => Verdict::Pays,
        Temper::AsksOnce if known => Verdict::Pays,
        Temper::AsksOnce | Temper::AsksAlways if on_session => Verdict::Asks,
        Temper::AsksOnce | Temper::AsksAlways => Verdict::Refused(Failure::card(
            "authentication_required",
            Some("authentication_required"),
            "Your card was declined. This transaction requires authentication.",
        )),
        Temper::Refused(code, decline) => Verdict::Refused(refusal(code, decline)),
        Temper::RefusedLater => Verdict::Refused(refusal("card_declined", Some("generic_decline"))),
    }
}

fn temper(method: &Value) -> Temper {
    by_number(method.text("_number")).map_or(Temper::Pays, |card| card.temper)
}

fn refusal(code: &'static str, decline: Option<&'static str>) -> Failure {
    let message = match (code, decline) {
        (_, Some("insufficient_funds")) => "Your card has insufficient funds.",
        ("expired_card", _) => "Your card has expired.",
        ("incorrect_cvc", _) => "Your card's security code is incorrect.",
        _ => "Your card was declined.",
    };
    Failure::card(code, decline, message)
}

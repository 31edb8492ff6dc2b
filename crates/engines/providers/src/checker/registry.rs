use super::{Checker, CheckerSettings, CheckerSheet, EmailChecker, PhoneChecker};
use crate::{Http, HunterVerifier, SetupError, TwilioLookup, ZeroBounce};

/// The checkers' names: those of addresses, then those of numbers.
pub const fn checker_names() -> [&'static str; 3] {
    ["zerobounce", "hunter-verifier", "twilio-lookup"]
}

/// The sheet of a checker with its defaults; `None` where no checker has the name.
pub fn checker_sheet(name: &str) -> Option<CheckerSheet> {
    match name {
        "zerobounce" => Some(ZeroBounce::SHEET),
        "hunter-verifier" => Some(HunterVerifier::SHEET),
        "twilio-lookup" => Some(TwilioLookup::SHEET),
        _ => None,
    }
}

/// A client of the named checker of addresses. No I/O; the key is checked by [`Checker::check_key`].
pub fn email_checker(
    name: &str,
    http: Http,
    settings: &CheckerSettings,
) -> Result<Box<dyn EmailChecker>, SetupError> {
    match name {
        "zerobounce" => Ok(Box::new(ZeroBounce::new(http, settings)?)),
        "hunter-verifier" => Ok(Box::new(HunterVerifier::new(http, settings)?)),
        _ => Err(SetupError::UnknownChecker { name: name.to_owned() }),
    }
}

/// A client of the named checker of numbers. No I/O; the key is checked by [`Checker::check_key`].
pub fn phone_checker(
    name: &str,
    http: Http,
    settings: &CheckerSettings,
) -> Result<Box<dyn PhoneChecker>, SetupError> {
    match name {
        "twilio-lookup" => Ok(Box::new(TwilioLookup::new(http, settings)?)),
        _ => Err(SetupError::UnknownChecker { name: name.to_owned() }),
    }
}

/// A client of the named checker, whatever it checks: for its sheet and its key. No I/O.
pub fn checker(
    name: &str,
    http: Http,
    settings: &CheckerSettings,
) -> Result<Box<dyn Checker>, SetupError> {
    match email_checker(name, http.clone(), settings) {
        Ok(checker) => Ok(checker),
        Err(SetupError::UnknownChecker { .. }) => Ok(phone_checker(name, http, settings)?),
        Err(error) => Err(error),
    }
}

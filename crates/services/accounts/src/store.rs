//! All SQL of this service, one file a family of tables.

pub(crate) mod access;
pub(crate) mod api_key;
pub(crate) mod audit;
pub(crate) mod challenge;
pub(crate) mod identity;
pub(crate) mod installation;
pub(crate) mod invitation;
pub(crate) mod member;
pub(crate) mod passkey;
pub(crate) mod person;
pub(crate) mod refresh;
pub(crate) mod registration;
pub(crate) mod reset;
pub(crate) mod second_factor;
pub(crate) mod session;
pub(crate) mod tally;
pub(crate) mod workspace;

pub(crate) fn statements() -> Vec<&'static str> {
    [
        access::statements(),
        api_key::statements(),
        audit::statements(),
        challenge::statements(),
        identity::statements(),
        installation::statements(),
        invitation::statements(),
        member::statements(),
        passkey::statements(),
        person::statements(),
        refresh::statements(),
        registration::statements(),
        reset::statements(),
        second_factor::statements(),
        session::statements(),
        tally::statements(),
        workspace::statements(),
    ]
    .concat()
}

//! All SQL of this service, one file a table.

pub(crate) mod checks;
pub(crate) mod lists;
pub(crate) mod outside;

/// Every statement of this service.
pub(crate) fn statements() -> Vec<&'static str> {
    [checks::statements(), lists::statements(), outside::statements()].concat()
}

//! All SQL of this service, one file a table.

pub(crate) mod attempts;
pub(crate) mod calls;
pub(crate) mod patterns;
pub(crate) mod rows;
pub(crate) mod runs;
pub(crate) mod slots;
pub(crate) mod states;

/// Every statement of this service.
pub(crate) fn statements() -> Vec<&'static str> {
    [
        attempts::statements(),
        calls::statements(),
        patterns::statements(),
        rows::statements(),
        runs::statements(),
        slots::statements(),
        states::statements(),
    ]
    .concat()
}

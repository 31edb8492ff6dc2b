//! Taking back what an import did. Every function is one page of it in the caller's transaction; a page that is
//! done again does nothing, so a caller that was killed goes on with the same page.

mod carry;
mod changes;
mod created;
mod passed;

pub(crate) use carry::{Replaced, carry};
pub use changes::{Record, Stayed, UndoneChanges, undo_changes};
pub use created::{
    Remained, StayReason, UndoneCompanies, UndoneContacts, undo_companies, undo_created,
};

/// Contacts, companies or changes of one call at most.
pub const UNDO_PAGE_MAX: u32 = 1_000;

//! Asking mail servers about recipients, without ever sending a message.

mod classify;
mod host;
mod pool;
mod reply;
mod retry_hint;
mod session;
mod trouble;

pub(crate) use classify::Meaning;
pub(crate) use pool::{Answer, Pool, Question};
pub(crate) use trouble::Trouble;

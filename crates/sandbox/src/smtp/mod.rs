//! The mail hosts of the synthetic world: ESMTP servers (RFC 5321) on loopback that answer questions
//! about mailboxes as the hosts of the real world do, and never take a message. One more server, that of
//! `submission`, takes mail from clients that log in.
//!
//! Start at [`start`]; what each personality does and why is in `docs/sandbox-mail.md`. A session's
//! rules are in `session` and `recipient`, without a socket; `connection` moves the bytes.

mod address;
mod command;
mod connection;
mod counters;
mod dialect;
mod dialogue;
mod greylist;
mod host;
mod lines;
mod path;
#[cfg(test)]
mod properties;
mod recipient;
mod reply;
mod server;
mod session;
mod settings;
mod submission;
mod wording;

pub use address::{DEAD_ADDRESS, WEB_ADDRESS, domain_address, host_address, mail_address};
pub use counters::SmtpCounts;
pub use dialect::Dialect;
pub use dialogue::Dialogue;
pub use server::{SmtpServer, SmtpStartError, start};
pub use settings::{SmtpFaults, SmtpSettings};
pub use submission::{SubmissionServer, SubmissionSettings};

//! Mail to people: queued in the caller's transaction, sent by a worker, never inside a request.
//!
//! [`queue`] writes a row and pushes a job of [`QUEUE`] in the caller's transaction: a mail exists if,
//! and only if, what it tells of does. The worker hands the job to [`Mailer::deliver`], which fixes the
//! letter at the first attempt (so that a repeat is the same letter), sends it outside any transaction,
//! and then empties the row: codes and links do not stay.
//!
//! A worker may die between sending and noting that it did. Resend is told the mail's id as
//! `Idempotency-Key` and sends once; SMTP has no such thing, and the repeat goes out as a second letter
//! with the same `Message-ID`, which many mailboxes show once. See docs/operations/mail.md.

mod config;
mod fault;
mod letter;
mod mailbox;
mod mailer;
mod message;
mod outbox;
mod pages;
mod queue;
mod reason;
mod resend;
mod smtp;
mod store;
mod template;
mod transport;

pub use config::{MailConfig, ResendConfig, SmtpConfig, SmtpTls, TransportConfig};
pub use fault::MailSetupError;
pub use letter::Letter;
pub use mailbox::{Mailbox, MailboxError};
pub use mailer::Mailer;
pub use outbox::{KeptMail, kept, outbox};
pub use pages::{list_page, mail_page};
pub use queue::{NewMail, QUEUE, queue};
pub use store::{purge, statements};
pub use template::{Template, moment};

//! Asking mail servers about recipients, without ever sending a message.

#[cfg(test)]
mod bounces;
mod classify;
mod connect;
mod gate;
mod greet;
mod hearing;
mod host;
mod pace;
mod pool;
mod progress;
mod proxy;
mod reply;
mod retry_hint;
mod session;
mod tls;
mod trouble;
mod vocabulary;
mod wire;

pub(crate) use classify::Meaning;
pub(crate) use greet::greet;
pub(crate) use pool::Pool;
pub(crate) use progress::{Answer, Question};
pub use proxy::SocksProxy;
pub(crate) use trouble::Trouble;

/// Reads a reply that somebody made up as a session would.
#[cfg(feature = "fuzzing")]
pub(crate) fn read_any_reply(bytes: &[u8]) {
    if let Some(reply) = reply::any_reply(bytes) {
        std::hint::black_box((classify::classify(&reply, "ada@acme.com"), reply.to_string()));
    }
}

//! The HTTP side: listeners on loopback; on one of them a path prefix for each provider.

pub(crate) mod call;
mod control;
mod exchange;
mod faults;
pub(crate) mod html;
mod listener;
pub(crate) mod reply;
mod webhook;

pub(crate) use exchange::exchange;
pub(crate) use listener::{Cut, Listener, listen};
pub(crate) use webhook::{deliver, is_loopback_url, send_later};

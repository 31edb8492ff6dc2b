//! The HTTP side: one listener on loopback, a path prefix for each provider.

pub(crate) mod call;
mod control;
mod faults;
pub(crate) mod html;
mod listener;
pub(crate) mod reply;
mod webhook;

pub(crate) use listener::{Listener, listen};
pub(crate) use webhook::{deliver, is_loopback_url, send_later};

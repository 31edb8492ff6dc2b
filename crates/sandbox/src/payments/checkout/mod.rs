//! `/checkout/sessions`: a page of Stripe's where a customer pays.

mod complete;
mod create;
mod pay;

pub(super) use complete::{paid, paying, refused, set_up};
pub(super) use create::{create, expire, line_items, tick};
pub(super) use pay::{Next, pay};

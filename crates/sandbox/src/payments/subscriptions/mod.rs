//! `/subscriptions`: from the first invoice through trials, renewals and retries to the end.

mod calls;
mod create;
mod cycle;
mod items;
mod proration;
mod state;
mod update;

pub(super) use calls::{all, cancel, resume, subscription_items};
pub(super) use create::{Start, create, start, trial_end, trial_settings};
pub(super) use cycle::tick;
pub(super) use items::{Item, items_of, lines};
pub(super) use state::{
    end, invoice_paid, is_over, of_invoice, payment_failed, period, schedule_end, set_up,
};
pub(super) use update::{change, update};

//! `/invoices`: draft → open → paid, void or uncollectible.

mod calls;
mod collect;
mod draft;
mod items;
mod preview;

pub(super) use calls::{
    all, create, days_until_due, delete, finalize_call, mark_uncollectible, pay_call, send, update,
    void,
};
pub(super) use collect::{
    attempt_failed, collect, finalize, paid_by, pay, stop_collecting, tick, void_quietly,
};
pub(super) use draft::{Draft, Line, draft, line};
pub(super) use items::{
    all as all_items, create as create_item, delete as delete_item, pending_item,
};
pub(super) use preview::{create as create_preview, upcoming};

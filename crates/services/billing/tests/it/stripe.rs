//! Stripe collects the money: the sandbox's, which is written from the contract and not from our client.

mod changes;
mod faults;
mod killed;
mod late;
mod money;
mod secure;
mod shop;
mod subscriptions;

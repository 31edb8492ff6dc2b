//! Stripe collects the money: the sandbox's, which is written from the contract and not from our client.

mod changes;
mod faults;
mod money;
mod shop;
mod subscriptions;

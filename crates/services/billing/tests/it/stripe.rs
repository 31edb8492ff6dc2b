//! Stripe collects the money: the sandbox's, which is written from the contract and not from our client.

mod called_off;
mod cards;
mod changes;
mod faults;
mod gate;
mod given_up;
mod killed;
mod late;
mod money;
mod older;
mod orders;
mod reversals;
mod secure;
mod shop;
mod subscriptions;
mod won;

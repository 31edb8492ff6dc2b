//! The cards of the sandbox's Stripe (contract, "Testing").

/// It pays.
pub(super) const GOOD: &str = "4242424242424242";
/// It can be kept, and fails whenever it is charged.
pub(super) const FAILS_LATER: &str = "4000000000000341";
/// It is declined at once.
pub(super) const DECLINED: &str = "4000000000000002";

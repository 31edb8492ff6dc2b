//! Google's and Apple's sign-in, at panva's `oidc-provider` in Node.js: `scripts/oidc-provider`
//! installs it, each test starts its own. Without it these tests say so and end; where `CI` is set
//! they fail.

mod apple;
mod browser;
mod faults;
mod forged;
mod google;
mod loopback;
mod through_http;

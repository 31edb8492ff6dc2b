#![doc = include_str!("../README.md")]

mod breaker;
mod budget;
mod candidate;
mod order;
mod pattern;
mod resemblance;
mod retry;
mod row;
mod story;
mod trust;

pub use breaker::{Admission, Breaker, BreakerState};
pub use budget::{Budget, Refusal};
pub use candidate::{Best, EmailCandidate, PhoneCandidate};
pub use order::{Order, Seat, seats};
pub use pattern::{Pattern, PatternBook, guesses};
pub use resemblance::{resembles, unlike};
pub use retry::{Backoff, backoff};
pub use row::{Policy, Row, Step, Stop};
pub use story::{Line, Story};
pub use trust::{LIST_CLAIM, agreed, guessed, trust_email};

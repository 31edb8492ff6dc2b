//! Phone numbers: what the numbering plans say of a text. Whether anybody answers, they cannot say.

mod country;
mod read;
mod repair;
mod verdict;

pub use read::phone;
pub use verdict::PhoneVerdict;

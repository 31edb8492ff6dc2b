//! Phone numbers: what the numbering plans say of a text. Whether anybody answers, they cannot say.

mod cell;
mod country;
mod domain;
mod labels;
mod origin;
mod placeholder;
mod plan;
mod prefixes;
mod read;
mod reasons;
mod score;
mod several;
mod spreadsheet;
mod verdict;

pub use country::HomeCountry;
pub use domain::country_of_domain;
pub use origin::PhoneOrigin;
pub use read::{phone, phone_at};
pub use verdict::PhoneVerdict;

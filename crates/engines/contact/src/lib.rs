#![doc = include_str!("../README.md")]

mod confidence;
mod country;
mod domain;
mod duplicate;
mod email;
mod field;
mod money;
mod month;
mod name;
mod person;
mod phone;
mod provenance;
mod status;
mod timestamp;
mod title;

pub use confidence::Confidence;
pub use country::country_code;
pub use domain::{Domain, DomainError};
pub use duplicate::duplicate_key;
pub use email::{EmailAddress, EmailError};
pub use field::Field;
pub use money::{Credits, Usd};
pub use month::{month_after, month_of, month_start};
pub use name::{
    NameParts, fold, is_title_word, join_full_name, name_case, name_parts, name_parts_of,
};
pub use person::Person;
pub use phone::{E164, E164Error};
pub use provenance::Provenance;
pub use status::{CatchAll, CountrySource, Dial, EmailStatus, PhoneType, Safety};
pub use timestamp::Timestamp;
pub use title::{Department, Seniority, label_tells, title_tells};

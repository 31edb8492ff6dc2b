#![doc = include_str!("../README.md")]

mod address;
mod audit;
mod cache;
mod catch_all;
mod check;
mod config;
mod dns;
mod evidence;
mod finding;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod guess;
mod homograph;
mod limits;
mod lists;
mod phone;
mod probability;
mod probe;
mod provider_rule;
mod reach;
mod shape;
mod smtp;
mod suggest;
mod verdict;
mod verifier;

pub use address::{AddressError, is_special_use, strict_syntax, syntax};
pub use audit::{
    AuditClock, AuditConfig, AuditError, AuditFinding, AuditState, BLOCK_LISTS, HostAudit,
    NtpServer, NtpServerError, PROBE_DOMAINS, audit_host,
};
pub use captely_contact::duplicate_key;
pub use config::{ConfigError, IpVersions, StartTls, VerifyConfig};
pub use dns::MailFamily;
pub use finding::Code;
pub use guess::Guess;
pub use homograph::{Homograph, HomographKind, homograph};
pub use limits::{FamilyLimits, Probe};
pub use lists::{
    Classes, OWN_ENTRIES_MAX, Own, OwnLists, OwnListsError, classes, is_disposable,
    is_free_provider, is_relay, is_role,
};
pub use phone::{HomeCountry, PhoneOrigin, PhoneVerdict, country_of_domain, phone, phone_at};
pub use probability::{Basis, Calibration, CalibrationError, Count, Likeness};
pub use provider_rule::{LocalRule, provider_rule};
pub use shape::{Shape, shape};
pub use smtp::SocksProxy;
pub use suggest::{repair, suggestion};
pub use verdict::{Deliverability, EmailVerdict, Level};
pub use verifier::EmailVerifier;

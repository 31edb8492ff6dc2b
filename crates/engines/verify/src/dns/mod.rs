//! Where the mail of a domain goes, from its DNS records.

mod addresses;
mod dnssec;
mod exchange;
mod family;
mod family_table;
mod lookup;
mod parking;
mod records;
mod route;

pub(crate) use addresses::is_public;
pub(crate) use dnssec::exchange;
pub use family::MailFamily;
pub(crate) use lookup::Dns;
pub(crate) use records::{Negative, name_servers, plain};
pub(crate) use route::{DnsFailure, HostAddresses, MailHost, MailRoute};

/// Reads an answer that somebody made up as a resolver's would be.
#[cfg(feature = "fuzzing")]
pub(crate) fn read_any_answer(bytes: &[u8]) {
    let Ok(message) = hickory_resolver::proto::op::Message::from_vec(bytes) else { return };
    let addresses = message.answers.iter().filter_map(|record| record.data.ip_addr());
    let public = addresses.filter(|address| is_public(*address)).count();
    std::hint::black_box((exchange::route_of(&message.answers), dnssec::reason(&message), public));
}

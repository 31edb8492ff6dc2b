//! Where the mail of a domain goes, from its DNS records.

mod addresses;
mod lookup;
mod route;

pub(crate) use addresses::is_public;
pub(crate) use lookup::Dns;
pub(crate) use route::{DnsFailure, HostAddresses, MailHost, MailRoute};

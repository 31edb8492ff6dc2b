use std::net::IpAddr;

use hickory_resolver::lookup::Lookup;
use hickory_resolver::proto::rr::{Name, RData, RecordType};

use super::spf::Names;
use crate::dns::{Dns, Negative, plain};

/// Records of one answer that are looked at.
const RECORDS_MAX: usize = 64;

/// Questions to DNS through the verifier's own resolver, so that what is found here holds there.
pub(super) struct Questions {
    dns: Dns,
}

impl Questions {
    pub(super) const fn new(dns: Dns) -> Self {
        Self { dns }
    }

    pub(super) const fn dns(&self) -> &Dns {
        &self.dns
    }

    /// The addresses of a name in the family of `like`.
    pub(super) async fn addresses_like(
        &self,
        name: &str,
        like: IpAddr,
    ) -> Result<Vec<IpAddr>, Negative> {
        let kind = if like.is_ipv4() { RecordType::A } else { RecordType::AAAA };
        let lookup = self.dns.records(name, kind).await?;
        Ok(read(&lookup, RData::ip_addr))
    }

    /// The names that the address points to, lower case, without the last dot.
    pub(super) async fn pointers(&self, address: IpAddr) -> Result<Vec<String>, Negative> {
        let name = Name::from(address).to_ascii();
        let lookup = self.dns.records(&name, RecordType::PTR).await?;
        Ok(read(&lookup, |data| match data {
            RData::PTR(name) => Some(plain(&name.0)),
            _ => None,
        }))
    }

    /// The mail hosts that the name's MX records lead to, as [`Self::pointers`] writes names.
    pub(super) async fn exchanges(&self, name: &str) -> Result<Vec<String>, Negative> {
        let lookup = self.dns.records(name, RecordType::MX).await?;
        Ok(read(&lookup, |data| match data {
            RData::MX(mx) => Some(plain(&mx.exchange)),
            _ => None,
        }))
    }

    /// The texts at a name, the strings of each record joined (RFC 7208 §3.3).
    pub(super) async fn texts(&self, name: &str) -> Result<Vec<String>, Negative> {
        let lookup = self.dns.records(name, RecordType::TXT).await?;
        Ok(read(&lookup, |data| match data {
            RData::TXT(text) => Some(String::from_utf8_lossy(&text.txt_data.concat()).into_owned()),
            _ => None,
        }))
    }
}

impl Names for Questions {
    async fn texts(&self, name: &str) -> Result<Vec<String>, Negative> {
        Self::texts(self, name).await
    }

    async fn addresses_like(&self, name: &str, like: IpAddr) -> Result<Vec<IpAddr>, Negative> {
        Self::addresses_like(self, name, like).await
    }

    async fn exchanges(&self, name: &str) -> Result<Vec<String>, Negative> {
        Self::exchanges(self, name).await
    }

    async fn pointers(&self, address: IpAddr) -> Result<Vec<String>, Negative> {
        Self::pointers(self, address).await
    }
}

fn read<T>(lookup: &Lookup, of: impl Fn(&RData) -> Option<T>) -> Vec<T> {
    lookup.answers().iter().filter_map(|record| of(&record.data)).take(RECORDS_MAX).collect()
}

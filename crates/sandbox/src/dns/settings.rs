use crate::chance::{below, draw, topic};

/// How the DNS server is run. Shares are in thousandths of the queries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DnsSettings {
    /// Time to live of every record, in seconds.
    pub ttl_s: u32,
    /// Time to live of "there is none", in seconds: the SOA's TTL and minimum (RFC 2308 §5).
    pub negative_ttl_s: u32,
    /// How long every answer takes, in milliseconds.
    pub latency_ms: u64,
    /// A TCP connection without a query for this long is closed, in milliseconds.
    pub tcp_idle_timeout_ms: u64,
    /// What goes wrong on purpose.
    pub faults: DnsFaults,
}

impl Default for DnsSettings {
    fn default() -> Self {
        Self {
            ttl_s: 300,
            negative_ttl_s: 60,
            latency_ms: 0,
            tcp_idle_timeout_ms: 10_000,
            faults: DnsFaults::default(),
        }
    }
}

/// Faults by share of queries. A query has at most one; which one follows from the seed and from its
/// number, counted from 0 in order of arrival.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DnsFaults {
    /// Chance: the same seed gives the n-th query the same fault.
    pub seed: u64,
    /// Of 1,000 queries, how many are answered SERVFAIL.
    pub servfail_per_thousand: u16,
    /// Of 1,000 queries, how many are not answered.
    pub silent_per_thousand: u16,
    /// Of 1,000 queries by UDP, how many are answered "truncated, ask by TCP".
    pub truncated_per_thousand: u16,
}

/// What goes wrong with one query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    ServFail,
    Silent,
    Truncated,
}

impl DnsFaults {
    /// The fault of the query with this number, if it has one.
    pub(super) fn of_query(&self, number: u64) -> Option<Fault> {
        let roll = below(draw(self.seed, topic::FAULT, number), 1_000);
        let servfail_end = u64::from(self.servfail_per_thousand);
        let silent_end = servfail_end.saturating_add(self.silent_per_thousand.into());
        let truncated_end = silent_end.saturating_add(self.truncated_per_thousand.into());
        match roll {
            _ if roll < servfail_end => Some(Fault::ServFail),
            _ if roll < silent_end => Some(Fault::Silent),
            _ if roll < truncated_end => Some(Fault::Truncated),
            _ => None,
        }
    }
}

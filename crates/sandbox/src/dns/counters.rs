use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use hickory_server::proto::rr::RecordType;
use serde::Serialize;

macro_rules! counts {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        /// Queries since the start.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
        pub struct DnsCounts { $($(#[$doc])* pub $name: u64),+ }

        /// The same, while they are being counted.
        #[derive(Debug, Default)]
        pub(super) struct Counters { $(pub(super) $name: AtomicU64),+ }

        impl Counters {
            pub(super) fn read(&self) -> DnsCounts {
                DnsCounts { $($name: self.$name.load(Relaxed)),+ }
            }
        }
    };
}

counts! {
    /// All queries.
    queries,
    /// Of them, by TCP.
    tcp,
    /// For MX.
    mx,
    /// For A.
    a,
    /// For AAAA.
    aaaa,
    /// For TXT.
    txt,
    /// For NS.
    ns,
    /// For SOA.
    soa,
    /// For any other type.
    other,
    /// Answered NXDOMAIN.
    nxdomain,
    /// Answered NOERROR without a record.
    nodata,
    /// Answered SERVFAIL.
    servfail,
    /// Not answered.
    silent,
    /// Answered "truncated" as a fault.
    truncated,
}

impl Counters {
    /// Counts one query and gives its number, from 0.
    pub(super) fn count_query(&self, kind: RecordType, is_tcp: bool) -> u64 {
        let by_type = match kind {
            RecordType::MX => &self.mx,
            RecordType::A => &self.a,
            RecordType::AAAA => &self.aaaa,
            RecordType::TXT => &self.txt,
            RecordType::NS => &self.ns,
            RecordType::SOA => &self.soa,
            _ => &self.other,
        };
        count(by_type);
        if is_tcp {
            count(&self.tcp);
        }
        self.queries.fetch_add(1, Relaxed)
    }
}

/// Adds one.
pub(super) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Relaxed);
}

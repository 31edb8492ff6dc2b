//! What the world's DNS says to a name and a type; no socket, no message.

use std::net::Ipv4Addr;

use hickory_server::proto::ProtoError;
use hickory_server::proto::rr::rdata::{A, HINFO, MX, NS, SOA, TXT};
use hickory_server::proto::rr::{Name, RData, Record, RecordType};

use super::settings::DnsSettings;
use crate::mail_world::{MailDomain, MailWorld, Personality};
use crate::smtp::{domain_address, host_address};

/// A domain whose name servers fail: SERVFAIL to every question, below it too.
pub const SERVFAIL_DOMAIN: &str = "servfail.test";
/// A domain whose name servers do not answer, below it neither.
pub const TIMEOUT_DOMAIN: &str = "timeout.test";
/// A domain with an MX whose host has no address.
pub const DANGLING_DOMAIN: &str = "dangling.test";
/// The name server of every zone, in the NS and SOA records.
const NAME_SERVER: &str = "ns1.sandbox.test";

/// An answer before it is a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// NOERROR with records.
    Records(Vec<Record>),
    /// NOERROR without records: the name exists, but not with this type. Holds the zone.
    NoData(Name),
    /// NXDOMAIN. Holds the zone.
    NoName(Name),
    /// SERVFAIL.
    ServFail,
    /// None, so that the client runs into its time-out.
    Silence,
}

/// Answers for `name`. `turn` rotates records of equal type as resolvers do, so that a client has to
/// sort MX by preference itself.
pub(super) fn answer(
    world: &dyn MailWorld,
    settings: &DnsSettings,
    (name, kind): (&Name, RecordType),
    turn: u64,
) -> Answer {
    let text = name.to_ascii().to_ascii_lowercase();
    let text = text.trim_end_matches('.');
    // A name that cannot be put into a message is the world's fault, not the client's.
    let zone = Zone { world, ttl_s: settings.ttl_s, name };
    zone.answer(text, kind, turn).unwrap_or(Answer::ServFail)
}

struct Zone<'w> {
    world: &'w dyn MailWorld,
    ttl_s: u32,
    /// As it was asked, so that letters keep their case in the answer.
    name: &'w Name,
}

impl Zone<'_> {
    fn answer(&self, text: &str, kind: RecordType, turn: u64) -> Result<Answer, ProtoError> {
        if is_within(text, TIMEOUT_DOMAIN) {
            return Ok(Answer::Silence);
        }
        if is_within(text, SERVFAIL_DOMAIN) {
            return Ok(Answer::ServFail);
        }
        if let Some(domain) = known_domain(self.world, text) {
            return self.of_domain(text, &domain, kind, turn);
        }
        if text == NAME_SERVER {
            let records =
                if kind == RecordType::A { vec![self.a(Ipv4Addr::LOCALHOST)] } else { vec![] };
            return Self::or_no_data(records, text);
        }
        if let Some(address) = host_address(self.world, text) {
            let records = if kind == RecordType::A { vec![self.a(address)] } else { vec![] };
            return Self::or_no_data(records, text.split_once('.').map_or(text, |(_, zone)| zone));
        }
        if let Some(domain) = text.strip_prefix("_dmarc.")
            && let Some(known) = known_domain(self.world, domain)
        {
            let records =
                if kind == RecordType::TXT { vec![self.txt(dmarc(&known))] } else { vec![] };
            return Self::or_no_data(records, domain);
        }
        self.nothing(text)
    }

    /// The records at the top of a domain.
    fn of_domain(
        &self,
        text: &str,
        domain: &MailDomain,
        kind: RecordType,
        turn: u64,
    ) -> Result<Answer, ProtoError> {
        let mut records = match kind {
            RecordType::MX => self.mx(domain)?,
            RecordType::A => {
                let own = host_address(self.world, text);
                own.or_else(|| domain_address(self.world, text))
                    .map(|ip| self.a(ip))
                    .into_iter()
                    .collect()
            }
            RecordType::TXT => vec![self.txt(spf(domain))],
            RecordType::NS => vec![self.record(RData::NS(NS(name_of(NAME_SERVER)?)))],
            RecordType::SOA => vec![soa(name_of(text)?, self.ttl_s, self.ttl_s)?],
            // RFC 8482 §4.2: no one gets everything.
            RecordType::ANY => {
                vec![self.record(RData::HINFO(HINFO::new("RFC8482".into(), String::new())))]
            }
            _ => Vec::new(),
        };
        let places = u64::try_from(records.len()).unwrap_or(u64::MAX).max(1);
        records.rotate_left(usize::try_from(turn % places).unwrap_or(0));
        Self::or_no_data(records, text)
    }

    fn mx(&self, domain: &MailDomain) -> Result<Vec<Record>, ProtoError> {
        if domain.personality == Personality::NullMx {
            // RFC 7505 §3: preference 0, the root as host.
            return Ok(vec![self.record(RData::MX(MX::new(0, Name::root())))]);
        }
        let record = |(preference, host): &(u16, String)| {
            Ok(self.record(RData::MX(MX::new(*preference, name_of(host)?))))
        };
        domain.mx.iter().map(record).collect()
    }

    fn a(&self, address: Ipv4Addr) -> Record {
        self.record(RData::A(A(address)))
    }

    fn txt(&self, text: &str) -> Record {
        self.record(RData::TXT(TXT::new(vec![text.to_owned()])))
    }

    fn record(&self, data: RData) -> Record {
        Record::from_rdata(self.name.clone(), self.ttl_s, data)
    }

    fn or_no_data(records: Vec<Record>, zone: &str) -> Result<Answer, ProtoError> {
        if records.is_empty() {
            name_of(zone).map(Answer::NoData)
        } else {
            Ok(Answer::Records(records))
        }
    }

    /// NXDOMAIN from the closest zone there is: a domain of the world above the name, or else the
    /// name's last label.
    fn nothing(&self, text: &str) -> Result<Answer, ProtoError> {
        let mut above = text;
        while let Some((_, parent)) = above.split_once('.') {
            if known_domain(self.world, parent).is_some() {
                return name_of(parent).map(Answer::NoName);
            }
            above = parent;
        }
        let exists = above == text && ["", "test"].contains(&text);
        if exists { name_of(text).map(Answer::NoData) } else { name_of(above).map(Answer::NoName) }
    }
}

/// The domain of the world, or the one that is there to have its MX point nowhere.
fn known_domain(world: &dyn MailWorld, text: &str) -> Option<MailDomain> {
    let dangling = || MailDomain {
        personality: Personality::DeadHost,
        mx: vec![(10, format!("mx.{DANGLING_DOMAIN}"))],
        has_a: true,
    };
    if text == DANGLING_DOMAIN { Some(dangling()) } else { world.domain(text) }
}

fn spf(domain: &MailDomain) -> &'static str {
    match domain.personality {
        Personality::NullMx => "v=spf1 -all",
        Personality::NoMx => "v=spf1 a -all",
        _ => "v=spf1 mx ~all",
    }
}

fn dmarc(domain: &MailDomain) -> &'static str {
    match domain.personality {
        Personality::NullMx => "v=DMARC1; p=reject; aspf=s; adkim=s",
        Personality::CatchAll | Personality::NoMx => "v=DMARC1; p=none",
        _ => "v=DMARC1; p=quarantine",
    }
}

/// The SOA of a zone, with the TTL of its own that negative answers need (RFC 2308 §3).
pub(super) fn soa(zone: Name, ttl_s: u32, minimum_s: u32) -> Result<Record, ProtoError> {
    let data = SOA::new(
        name_of(NAME_SERVER)?,
        name_of("hostmaster.sandbox.test")?,
        1,
        7_200,
        900,
        1_209_600,
        minimum_s,
    );
    Ok(Record::from_rdata(zone, ttl_s, RData::SOA(data)))
}

fn name_of(text: &str) -> Result<Name, ProtoError> {
    let mut name = Name::from_ascii(text)?;
    name.set_fqdn(true);
    Ok(name)
}

fn is_within(text: &str, zone: &str) -> bool {
    text.strip_suffix(zone).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

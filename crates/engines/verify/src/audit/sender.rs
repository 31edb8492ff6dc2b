use std::net::IpAddr;

use captely_contact::Domain;

use super::finding::{AuditFinding, AuditState};
use super::helo::is_made_up;
use super::questions::Questions;
use super::spf::{self, Sender, Spf};
use crate::dns::{MailRoute, Negative};

const DOMAIN: &str = "sender domain";
const SPF: &str = "sender policy (SPF)";
const DMARC: &str = "DMARC record";
/// What each of them would unlock.
const ANSWERS: &str = "mail servers that look whether an answer could reach the sender";
const POLICY: &str = "mail servers that look whether the domain lets this address send";
const CAMPAIGNS: &str = "sending campaigns: Google and Yahoo ask bulk senders for one";

/// Looks at the domain said in MAIL FROM; at the null sender's stand-in, the HELO name, for SPF
/// (RFC 7208 §2.4).
pub(super) async fn look(
    questions: &Questions,
    mail_from: &str,
    helo: &str,
    address: Option<IpAddr>,
) -> Vec<AuditFinding> {
    let given = mail_from.rsplit_once('@');
    let ascii = given.and_then(|(_, domain)| domain.parse::<Domain>().ok());
    let (local, domain) = match (given, &ascii) {
        (Some((local, _)), Some(domain)) => (local, domain.as_str()),
        _ => ("postmaster", helo),
    };
    let sender = match address {
        None => Err(super::UNKNOWN_ADDRESS),
        // An address literal or a made-up name has no records.
        Some(_) if ascii.is_none() && (helo.starts_with('[') || is_made_up(helo)) => {
            Err("neither verify.mail_from nor a public verify.helo_name is set")
        }
        Some(address) => Ok(Sender { address, local, domain, helo }),
    };
    let (of_domain, of_spf, of_dmarc) = tokio::join!(
        look_domain(questions, ascii.as_ref()),
        look_spf(questions, domain, sender),
        look_dmarc(questions, ascii.as_ref()),
    );
    vec![of_domain, of_spf, of_dmarc]
}

/// The same findings where there was no time.
pub(super) fn untried(why: &str) -> Vec<AuditFinding> {
    [(DOMAIN, ANSWERS), (SPF, POLICY), (DMARC, CAMPAIGNS)]
        .map(|(what, unlocks)| AuditFinding::untried(what, why, unlocks))
        .into()
}

async fn look_domain(questions: &Questions, domain: Option<&Domain>) -> AuditFinding {
    const MEND: &str = "set verify.mail_from to an address of a domain of yours that takes mail";
    let Some(domain) = domain else {
        let says = "none is set; mail servers are told the null sender <>, which some refuse";
        return AuditFinding::new(DOMAIN, "sender_null", AuditState::Missing, says)
            .unlocking(ANSWERS)
            .mended_by(MEND);
    };
    let (code, state, says) = match questions.dns().route(domain).await {
        MailRoute::Hosts { implicit: false, .. } => {
            let says = format!("{domain} takes mail");
            return AuditFinding::new(DOMAIN, "sender_takes_mail", AuditState::Works, says);
        }
        MailRoute::Hosts { implicit: true, .. } => {
            let says = format!("{domain} has an address, but no MX record");
            ("sender_without_mx", AuditState::Limited, says)
        }
        MailRoute::NullMx => {
            ("sender_null_mx", AuditState::Broken, format!("{domain} says that it takes no mail"))
        }
        MailRoute::NoSuchDomain => {
            ("sender_no_domain", AuditState::Broken, format!("{domain} does not exist"))
        }
        MailRoute::NoMailHost | MailRoute::Parked(_) | MailRoute::BadMx(_) => {
            ("sender_no_mail_host", AuditState::Broken, format!("{domain} has no mail server"))
        }
        MailRoute::Failed(why) => {
            let says = format!("{domain} could not be looked up: {why}");
            ("sender_unknown", AuditState::Missing, says)
        }
    };
    AuditFinding::new(DOMAIN, code, state, says).unlocking(ANSWERS).mended_by(MEND)
}

async fn look_spf(
    questions: &Questions,
    domain: &str,
    sender: Result<Sender<'_>, &str>,
) -> AuditFinding {
    let sender = match sender {
        Ok(sender) => sender,
        Err(why) => return AuditFinding::untried(SPF, why, POLICY),
    };
    let address = sender.address;
    let term = if address.is_ipv4() { "ip4" } else { "ip6" };
    let add = format!("add {term}:{address} to the SPF record of {domain}");
    let (code, state, says, mend) = match spf::check_host(questions, domain, &sender).await {
        Spf::Pass => {
            let says = format!("{domain} lets {address} send");
            return AuditFinding::new(SPF, "spf_pass", AuditState::Works, says);
        }
        Spf::None => {
            let mend =
                format!("publish a TXT record at {domain}: \"v=spf1 {term}:{address} -all\"");
            ("spf_none", AuditState::Missing, format!("{domain} has no SPF record"), mend)
        }
        Spf::Neutral => {
            ("spf_neutral", AuditState::Limited, format!("{domain} says nothing of {address}"), add)
        }
        Spf::SoftFail => {
            let says = format!("{domain} says that {address} is probably not its own (softfail)");
            ("spf_softfail", AuditState::Limited, says, add)
        }
        Spf::Fail => {
            ("spf_fail", AuditState::Broken, format!("{domain} forbids {address} to send"), add)
        }
        Spf::TempError => {
            let says = format!("DNS did not give all of {domain}'s records");
            ("spf_unknown", AuditState::Missing, says, "try again later".to_owned())
        }
        Spf::PermError(why) => {
            let says = format!("the record of {domain} cannot be used: {why}");
            ("spf_error", AuditState::Broken, says, format!("mend the SPF record of {domain}"))
        }
    };
    AuditFinding::new(SPF, code, state, says).unlocking(POLICY).mended_by(mend)
}

/// RFC 7489 §6.6.3: the domain's own record, else that of its registrable part.
async fn look_dmarc(questions: &Questions, domain: Option<&Domain>) -> AuditFinding {
    let Some(domain) = domain else {
        return AuditFinding::untried(DMARC, "verify.mail_from is not set", CAMPAIGNS);
    };
    let mut failure = None;
    let registrable = domain.registrable();
    let above = (registrable != *domain).then_some(&registrable);
    for domain in [Some(domain), above].into_iter().flatten() {
        match questions.texts(&format!("_dmarc.{domain}")).await {
            Ok(texts) if texts.iter().any(|text| text.starts_with("v=DMARC1")) => {
                let says = format!("{domain} has one");
                return AuditFinding::new(DMARC, "dmarc_present", AuditState::Works, says);
            }
            Err(Negative::Failed(why)) => failure = Some(why),
            Ok(_) | Err(Negative::NoSuchName(_) | Negative::NoRecords(_)) => {}
        }
    }
    if let Some(why) = failure {
        let says = format!("could not be found out: {why}");
        return AuditFinding::new(DMARC, "dmarc_unknown", AuditState::Missing, says)
            .unlocking(CAMPAIGNS);
    }
    let says = format!("{domain} has none");
    AuditFinding::new(DMARC, "dmarc_missing", AuditState::Missing, says)
        .unlocking(CAMPAIGNS)
        .mended_by(format!("publish a TXT record at _dmarc.{domain}: \"v=DMARC1; p=none\""))
}

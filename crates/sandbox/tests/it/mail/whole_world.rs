//! The drawn world through both servers: for everybody, what DNS and the mail host say is the truth.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use captely_sandbox::dns::{self, DnsSettings};
use captely_sandbox::mail_world::{MailWorld, Mailbox, Personality};
use captely_sandbox::smtp::{self, DEAD_ADDRESS, SmtpServer};
use captely_sandbox::world::World;
use hickory_resolver::TokioResolver;
use hickory_resolver::proto::rr::RData;

use super::client::{Client, quick};
use super::dns_resolver::resolver_of;

/// The address that mail to the domain goes to, as RFC 5321 §5.1 finds it; `None` where no mail goes.
async fn mail_address_of(resolver: &TokioResolver, domain: &str) -> Option<IpAddr> {
    let host = match resolver.mx_lookup(format!("{domain}.")).await {
        Ok(found) => {
            let mx = found.answers().iter().filter_map(|r| match &r.data {
                RData::MX(mx) => Some((mx.preference, mx.exchange.clone())),
                _ => None,
            });
            mx.min().filter(|(_, host)| !host.is_root())?.1.to_ascii()
        }
        Err(error) if error.is_no_records_found() => format!("{domain}."),
        Err(error) => panic!("{domain}: {error}"),
    };
    resolver.lookup_ip(host).await.ok()?.iter().next()
}

/// What the host says to one RCPT, by the first digit of its code; asked again where it defers.
async fn verdict(smtp: &SmtpServer, ip: IpAddr, email: &str) -> Option<u16> {
    for _ in 0..2 {
        let mut client = Client::dial_at(SocketAddr::new(ip, smtp.port())).await;
        if client.hear().await.code != 220 {
            return None;
        }
        if client.say("EHLO client.test").await.code != 250 {
            assert_eq!(client.say("HELO client.test").await.code, 250);
        }
        if client.say("MAIL FROM:<probe@client.test>").await.code != 250 {
            return None;
        }
        let said = client.say(&format!("RCPT TO:<{email}>")).await;
        assert!(!said.text.to_lowercase().contains("relay"), "{email}: {said:?}");
        if ![450, 451].contains(&said.code) {
            return Some(said.code);
        }
        tokio::time::sleep(std::time::Duration::from_millis(160)).await;
    }
    panic!("{email} is deferred for ever");
}

#[tokio::test]
async fn everybody_can_be_asked_for_and_the_answer_is_the_truth() {
    let world = Arc::new(World::new(11, 2_000));
    let mail: Arc<dyn MailWorld> = world.clone();
    let loopback = "127.0.0.1:0".parse().unwrap();
    let dns = dns::start(Arc::clone(&mail), loopback, DnsSettings::default()).await.unwrap();
    let smtp = smtp::start(Arc::clone(&mail), quick()).await.unwrap();
    let resolver = resolver_of(&dns);

    let mut asked: HashMap<Personality, u32> = HashMap::new();
    for person in (0..2_000).filter_map(|id| world.person(id)) {
        let Some(email) = world.listed_email(&person) else { continue };
        let (local, domain) = email.split_once('@').unwrap();
        let known = mail.domain(domain).unwrap();
        let seen = asked.entry(known.personality).or_default();
        *seen += 1;
        if *seen > 12 {
            continue;
        }
        let address = mail_address_of(&resolver, domain).await;
        let takes_mail = match known.personality {
            Personality::NullMx => false,
            Personality::NoMx => known.has_a,
            _ => true,
        };
        assert_eq!(address.is_some(), takes_mail, "{domain} {known:?}");
        let Some(address) = address else { continue };
        if known.personality == Personality::DeadHost {
            assert_eq!(address, DEAD_ADDRESS);
            continue;
        }
        let code = verdict(&smtp, address, &email).await;
        match (known.personality, mail.mailbox(domain, local)) {
            (Personality::BlocksSender, _) => assert_eq!(code, None, "{email}"),
            (Personality::CatchAll, _) | (_, Mailbox::Exists) => {
                assert_eq!(code, Some(250), "{email}");
            }
            (_, Mailbox::Full) => {
                assert!([Some(452), Some(552)].contains(&code), "{email} {code:?}");
            }
            (_, Mailbox::Absent | Mailbox::Disabled) => assert_eq!(code, Some(550), "{email}"),
        }
    }
    assert_eq!(asked.len(), Personality::ALL.len(), "a behaviour that nobody has: {asked:?}");
}

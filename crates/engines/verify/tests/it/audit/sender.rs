use captely_verify::AuditState::{Broken, Limited, Missing, Works};
use hickory_proto::op::ResponseCode;

use super::{ADDRESS, Host, POINTER};
use crate::peer::Answer;

#[tokio::test]
async fn reverse_names() {
    let host = Host::new().await;
    host.set("away.test", "A", Answer::address("198.51.100.9"));
    host.set("host-203-0-113-7.isp.test", "A", Answer::address(ADDRESS));
    host.set("vague.test", "A", Answer::Code(ResponseCode::ServFail));
    host.set("printer.local", "A", Answer::address(ADDRESS));
    for (pointer, code, state, says) in [
        ("printer.local", "ptr_not_public", Limited, "no public name"),
        ("away.test", "ptr_unconfirmed", Broken, "does not lead back"),
        ("nowhere.test", "ptr_unconfirmed", Broken, "does not lead back"),
        ("host-203-0-113-7.isp.test", "ptr_generic", Limited, "access provider"),
        ("vague.test", "ptr_unknown", Missing, "does not say"),
    ] {
        host.set(POINTER, "PTR", Answer::Pointer(pointer.into()));
        Host::expect(&host.finding("reverse DNS").await, code, state, says);
    }
    host.set(POINTER, "PTR", Answer::NoData);
    let found = host.finding("reverse DNS").await;
    Host::expect(&found, "ptr_missing", Missing, "203.0.113.7 has no name");
    host.set(POINTER, "PTR", Answer::Code(ResponseCode::ServFail));
    Host::expect(&host.finding("reverse DNS").await, "ptr_unknown", Missing, "SERVFAIL");
}

#[tokio::test]
async fn reverse_names_of_ipv6() {
    let mut host = Host::new().await;
    host.config.address = "2001:db8::7".parse().ok();
    let pointer = "7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa";
    host.set(pointer, "PTR", Answer::Pointer("mail.sender.test".into()));
    host.set("mail.sender.test", "AAAA", Answer::address("2001:db8::7"));
    let audit = host.audit().await;
    Host::expect(audit.of("reverse DNS"), "ptr_confirmed", Works, "2001:db8::7");
    Host::expect(audit.of("HELO name"), "helo_matches", Works, "2001:db8::7");
    Host::expect(audit.of("sender policy"), "spf_pass", Works, "lets 2001:db8::7 send");
}

#[tokio::test]
async fn helo_names() {
    let mut host = Host::new().await;
    host.set("also.sender.test", "A", Answer::address(ADDRESS));
    host.set("other.sender.test", "A", Answer::address("198.51.100.9"));
    host.set("vague.test", "A", Answer::Code(ResponseCode::ServFail));
    for (helo, code, state, says) in [
        ("localhost.localdomain", "helo_not_public", Limited, "no public name"),
        ("workstation", "helo_not_public", Limited, "no public name"),
        ("printer.local", "helo_not_public", Limited, "no public name"),
        ("[203.0.113.7]", "helo_literal", Limited, "many servers refuse"),
        ("[198.51.100.9]", "helo_elsewhere", Broken, "not the address"),
        ("nowhere.test", "helo_no_address", Broken, "has no address"),
        ("other.sender.test", "helo_elsewhere", Limited, "mail servers see 203.0.113.7"),
        ("also.sender.test", "helo_matches", Works, "mail.sender.test: also right"),
        ("MAIL.sender.test", "helo_matches", Works, "as its reverse DNS says"),
        ("vague.test", "helo_unknown", Missing, "SERVFAIL"),
    ] {
        host.config.verify.helo_name = helo.into();
        let found = host.finding("HELO name").await;
        Host::expect(&found, code, state, says);
        let mend = found.mend.unwrap_or_default();
        assert_eq!(mend.contains("verify.helo_name to mail.sender.test"), state != Works, "{mend}");
    }
}

#[tokio::test]
async fn sender_domains() {
    let mut host = Host::new().await;
    host.set("null.test", "MX", Answer::mx(&[(0, ".")]));
    host.set("bare.test", "A", Answer::address(ADDRESS));
    host.set("empty.test", "TXT", Answer::NoData);
    host.set("vague.test", "MX", Answer::Code(ResponseCode::ServFail));
    for (mail_from, code, state) in [
        ("ada@null.test", "sender_null_mx", Broken),
        ("ada@nowhere.test", "sender_no_domain", Broken),
        ("ada@empty.test", "sender_no_mail_host", Broken),
        ("ada@bare.test", "sender_without_mx", Limited),
        ("ada@vague.test", "sender_unknown", Missing),
        ("", "sender_null", Missing),
    ] {
        host.config.verify.mail_from = mail_from.into();
        let found = host.finding("sender domain").await;
        Host::expect(&found, code, state, mail_from.trim_start_matches("ada@"));
    }
}

#[tokio::test]
async fn sender_policies() {
    let mut host = Host::new().await;
    host.set("_spf.isp.test", "TXT", Answer::text("v=spf1 ip4:203.0.113.0/24 -all"));
    let loops = "v=spf1 include:sender.test -all";
    for (record, code, state, says) in [
        ("v=spf1 include:_spf.isp.test -all", "spf_pass", Works, "lets 203.0.113.7 send"),
        ("v=spf1 ip4:198.51.100.0/24 -all", "spf_fail", Broken, "forbids"),
        ("v=spf1 ip4:198.51.100.0/24 ~all", "spf_softfail", Limited, "softfail"),
        ("v=spf1 ?all", "spf_neutral", Limited, "says nothing"),
        ("v=spf1 ip4:everyone -all", "spf_error", Broken, "ip4:everyone"),
        (loops, "spf_error", Broken, "more than 10 look-ups"),
        ("google-site-verification=x", "spf_none", Missing, "no SPF record"),
    ] {
        host.set("sender.test", "TXT", Answer::text(record));
        Host::expect(&host.finding("sender policy").await, code, state, says);
    }
    let two = ["v=spf1 mx -all", "v=spf1 +all"].map(str::to_owned).to_vec();
    host.set("sender.test", "TXT", Answer::Texts(two));
    let found = host.finding("sender policy").await;
    Host::expect(&found, "spf_error", Broken, "more than one record");
    host.set("sender.test", "TXT", Answer::Code(ResponseCode::ServFail));
    Host::expect(&host.finding("sender policy").await, "spf_unknown", Missing, "DNS");
    // The null sender stands for postmaster at the HELO name (RFC 7208 §2.4).
    host.config.verify.mail_from.clear();
    host.set("mail.sender.test", "TXT", Answer::text("v=spf1 a -all"));
    let audit = host.audit().await;
    Host::expect(audit.of("sender policy"), "spf_pass", Works, "mail.sender.test lets");
    assert_eq!(audit.of("DMARC").code, "not_tried");
    host.config.verify.helo_name = "localhost.localdomain".into();
    let found = host.finding("sender policy").await;
    Host::expect(&found, "not_tried", Missing, "neither verify.mail_from");
}

#[tokio::test]
async fn dmarc_records() {
    let mut host = Host::new().await;
    host.config.verify.mail_from = "ada@news.sender.test".into();
    let found = host.finding("DMARC").await;
    Host::expect(&found, "dmarc_present", Works, "sender.test has one");
    host.set("_dmarc.sender.test", "TXT", Answer::text("something else"));
    let found = host.finding("DMARC").await;
    assert_eq!((found.code, found.state), ("dmarc_missing", Missing), "{found:#?}");
    assert!(found.mend.unwrap().contains("_dmarc.news.sender.test"));
}

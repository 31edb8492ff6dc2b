//! The test set of Stalwart's mail-auth (Apache-2.0 or MIT), read from `../shared`.

use std::collections::HashMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Names, Sender, Spf, check_host};
use crate::dns::{DnsFailure, Negative};

/// The records of one test, by type and name.
#[derive(Default)]
struct Zone(HashMap<(String, String), Vec<String>>);

impl Zone {
    /// Takes a line such as `mx: test.org 192.0.2.1, 192.0.2.2`, which makes two hosts.
    fn add(&mut self, kind: &str, rest: &str) {
        let (name, value) = rest.split_once(' ').unwrap_or((rest, ""));
        let list = || value.split(',').map(|v| v.trim().trim_end_matches('.').to_owned());
        let key = |kind: &str, name: &str| (kind.to_owned(), name.to_ascii_lowercase());
        match kind {
            "spf" => self.0.entry(key(kind, name)).or_default().push(value.to_owned()),
            "mx" => {
                for (number, address) in list().enumerate() {
                    let host = format!("host{number}.{name}");
                    let family = if address.contains(':') { "aaaa" } else { "a" };
                    self.0.entry(key("mx", name)).or_default().push(host.clone());
                    self.0.insert(key(family, &host), vec![address]);
                }
            }
            "ptr" => {
                let address: IpAddr = name.parse().unwrap();
                self.0.insert(key("ptr", &address.to_string()), list().collect());
            }
            kind => {
                self.0.insert(key(kind, name), list().collect());
            }
        }
    }

    fn get(&self, kind: &str, name: &str) -> Result<Vec<String>, Negative> {
        if name.contains("_dns_error") {
            return Err(Negative::Failed(DnsFailure::ServFail));
        }
        let found = self.0.get(&(kind.to_owned(), name.to_ascii_lowercase()));
        found.cloned().ok_or(Negative::NoSuchName(Duration::ZERO))
    }
}

impl Names for Zone {
    async fn texts(&self, name: &str) -> Result<Vec<String>, Negative> {
        self.get("spf", name)
    }

    async fn addresses_like(&self, name: &str, like: IpAddr) -> Result<Vec<IpAddr>, Negative> {
        let found = self.get(if like.is_ipv4() { "a" } else { "aaaa" }, name)?;
        Ok(found.iter().map(|address| address.parse().unwrap()).collect())
    }

    async fn exchanges(&self, name: &str) -> Result<Vec<String>, Negative> {
        self.get("mx", name)
    }

    async fn pointers(&self, address: IpAddr) -> Result<Vec<String>, Negative> {
        self.get("ptr", &address.to_string())
    }
}

/// Who asks, as it stands at an `expect:` line.
#[derive(Default, Clone)]
struct Case {
    domain: String,
    sender: String,
    address: String,
}

impl Case {
    /// As a receiver does: the greeting's name first, then the sender's domain (RFC 7208 §2.3).
    async fn check(&self, zone: &Zone) -> Spf {
        let (local, domain) = self.sender.split_once('@').unwrap_or(("", &self.domain));
        let local = if local.is_empty() { "postmaster" } else { local };
        let sender =
            Sender { address: self.address.parse().unwrap(), local, domain, helo: &self.domain };
        match check_host(zone, &self.domain, &sender).await {
            Spf::Fail => Spf::Fail,
            _ => check_host(zone, domain, &sender).await,
        }
    }
}

fn word(result: &Spf) -> &'static str {
    match result {
        Spf::None => "none",
        Spf::Neutral => "neutral",
        Spf::Pass => "pass",
        Spf::Fail => "fail",
        Spf::SoftFail => "softfail",
        Spf::TempError => "temperror",
        Spf::PermError(_) => "permerror",
    }
}

/// File, domain and address of cases whose `exists` leads to an AAAA record alone. That is no match:
/// RFC 7208 §5.7 has an A record looked up, whatever family the caller's address is of.
const DEVIATIONS: [(&str, &str, &str); 2] = [
    ("exists.yml", "ip6.test.org", "167.1.2.3"),
    ("macro.yml", "mx.example.org", "2001:db8::cb01"),
];

async fn run(file: &Path) -> (usize, Vec<String>) {
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    let text = std::fs::read_to_string(file).unwrap();
    let (mut zone, mut case, mut checks, mut wrong) = (Zone::default(), Case::default(), 0, vec![]);
    for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
        if line.starts_with("---") {
            (zone, case) = (Zone::default(), Case::default());
        }
        let line = line.trim().trim_start_matches("- ");
        let Some((key, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        match key {
            "domain" => case.domain = value.to_owned(),
            "sender" => case.sender = value.to_owned(),
            "ip" => case.address = value.to_owned(),
            "a" | "aaaa" | "mx" | "ptr" => zone.add(key, value),
            "spf" => {
                // Inside the tests a record replaces the one before it.
                let domain = value.split(' ').next().unwrap_or_default().to_owned();
                if !case.address.is_empty() || !case.sender.is_empty() {
                    zone.0.remove(&("spf".to_owned(), domain));
                }
                zone.add(key, value);
            }
            "expect" => {
                let id = (name.as_str(), case.domain.as_str(), case.address.as_str());
                if DEVIATIONS.contains(&id) {
                    continue;
                }
                checks += 1;
                let expected = value.split(' ').next().unwrap_or_default();
                let got = case.check(&zone).await;
                if word(&got) != expected {
                    let of = format!("{} {} {}", case.domain, case.sender, case.address);
                    wrong.push(format!("{name}: {of}: {got:?}, not {expected}"));
                }
            }
            _ => {}
        }
    }
    (checks, wrong)
}

#[tokio::test]
async fn every_vector_has_its_result() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared");
    let folder: PathBuf = shared.join("data/auth-stalwart/resources/spf");
    if !folder.is_dir() {
        println!("skipped: {} is not there", folder.display());
        return;
    }
    let (mut checks, mut wrong) = (0, Vec::new());
    for entry in std::fs::read_dir(folder).unwrap() {
        let (more, faults) = run(&entry.unwrap().path()).await;
        checks += more;
        wrong.extend(faults);
    }
    assert!(wrong.is_empty(), "{} of {checks}:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(checks, 161, "163 in the set without two deviations");
}

use std::collections::HashSet;
use std::time::Instant;

use super::*;
use crate::mail_world::{MailWorld, Mailbox, Personality};

fn world() -> World {
    World::new(42, 10_000)
}

#[test]
fn a_seed_always_gives_the_same_world() {
    let (a, b) = (world(), world());
    for id in (0..10_000).step_by(97) {
        let (p, q) = (a.person(id).unwrap(), b.person(id).unwrap());
        assert_eq!((p.first_name, &p.last_name), (q.first_name, &q.last_name));
        assert_eq!(a.address_at(id, p.company), b.address_at(id, q.company));
    }
    let other = World::new(43, 10_000);
    let differs = (0..100)
        .filter(|&id| a.person(id).unwrap().last_name != other.person(id).unwrap().last_name);
    assert!(differs.count() > 80);
}

#[test]
fn addresses_are_unique_and_lead_back_to_their_holder() {
    let world = world();
    let mut seen = HashSet::new();
    for id in 0..10_000 {
        let person = world.person(id).unwrap();
        let email = world.listed_email(&person).unwrap();
        assert!(email.parse::<captely_contact::EmailAddress>().is_ok(), "{email}");
        let top = email.rsplit_once('.').unwrap().1;
        assert!(matches!(top, "example" | "test"), "{email}");
        assert_eq!(world.by_email(&email.to_uppercase()), Some(id), "{email}");
        assert!(seen.insert(email.clone()), "{email} twice");
        if let Some(works) = world.true_email(&person) {
            let (local, domain) = works.split_once('@').unwrap();
            assert_eq!(world.mailbox(domain, local), Mailbox::Exists, "{works}");
        }
        if let Some(company) = person.moved_to {
            assert_eq!(person.mailbox, Mailbox::Absent);
            assert!(world.address_at(id, company).is_some());
        }
    }
}

#[test]
fn people_are_found_by_many_spellings() {
    let world = world();
    let (mut found, mut asked) = (0, 0);
    for id in 0..2_000 {
        let person = world.person(id).unwrap();
        let company = world.company(person.company).unwrap();
        let upper = person.last_name.to_uppercase();
        let url = format!("https://www.{}/team", company.domain);
        let bare = company.name.rsplit_once(' ').unwrap().0.to_lowercase();
        let full = format!("{} {}", person.first_name, person.last_name);
        let by_domain =
            Wanted { first: &person.first_name, last: &upper, domain: &url, ..Wanted::default() };
        let native = person.native.as_ref().map(|(given, family)| {
            let blank = if family.chars().all(find::is_unspaced) { "" } else { " " };
            format!("{family}{blank}{given}")
        });
        let by_name = Wanted { full: &full, company: &bare, ..Wanted::default() };
        let same = |found: Option<u32>| {
            // A namesake at the same company may come first; that is the world's, not the search's.
            found.is_some_and(|f| {
                let other = world.person(f).unwrap();
                let name = names::spelling(&other.last_name);
                f == id
                    || name.starts_with(&names::spelling(&person.last_name))
                    || names::spelling(&person.last_name).starts_with(&name)
            })
        };
        assert!(same(world.find(&by_domain)), "{full} at {url}");
        if let Some(native) = native {
            let by_native = Wanted { full: &native, domain: &url, ..Wanted::default() };
            assert!(same(world.find(&by_native)), "{native} at {url}");
        }
        asked += 1;
        found += u32::from(same(world.find(&by_name)));
        let profile = Wanted { linkedin: &person.linkedin_url, ..Wanted::default() };
        assert_eq!(world.find(&profile), Some(id));
    }
    // Legal forms of three words survive the cut above only in part.
    assert!(found * 100 >= asked * 95, "{found} of {asked} by full name and company");
}

#[test]
fn strangers_are_not_found() {
    let world = world();
    let person = world.person(5).unwrap();
    let company = world.company(person.company).unwrap();
    let nobody =
        Wanted { first: "Zzyzx", last: "Nobody", domain: &company.domain, ..Wanted::default() };
    assert_eq!(world.find(&nobody), None);
    let nowhere = Wanted {
        first: &person.first_name,
        last: &person.last_name,
        domain: "nowhere.example",
        ..Wanted::default()
    };
    assert_eq!(world.find(&nowhere), None);
    assert_eq!(world.mailbox(&company.domain, "zzyzx.nobody"), Mailbox::Absent);
    assert!(world.domain("nowhere.example").is_none());
}

#[test]
fn mail_hosts_are_shared_within_a_personality() {
    let world = world();
    let mut kinds = HashSet::new();
    let mut hosts = HashSet::new();
    for id in 0..world.companies() {
        let company = world.company(id).unwrap();
        let mail = world.domain(&format!("{}.", company.domain.to_uppercase())).unwrap();
        kinds.insert(mail.personality);
        for (_, host) in &mail.mx {
            assert_eq!(world.host(host), Some(mail.personality), "{host}");
            hosts.insert(host.clone());
        }
        let none = matches!(mail.personality, Personality::NullMx | Personality::NoMx);
        assert_eq!(mail.mx.is_empty(), none);
    }
    assert_eq!(kinds.len(), Personality::ALL.len());
    assert!(hosts.len() < 200, "{} hosts", hosts.len());
    assert_eq!(world.host("mx1.normal-99.mail.example"), None);
    assert_eq!(world.host("mx1.friendly-1.mail.example"), None);
}

#[test]
fn guests_come_in_with_addresses_of_their_own() {
    let world = world();
    let guest = |first: &str, last: &str, domain: &str| Guest {
        first_name: first.to_owned(),
        last_name: last.to_owned(),
        company: "Chanterelle & Sons, Inc".to_owned(),
        domain: domain.to_owned(),
        ..Guest::default()
    };
    let list = [
        guest("Ann", "Lee", "http://www.chanterelle-sons.example"),
        guest("ANN", "lee", "chanterelle-sons.example"),
        guest("Ann", "Lees", "chanterelle-sons.example"),
        guest("", "", "chanterelle-sons.example"),
        Guest {
            domain: String::new(),
            company: "Ohne Namen GmbH".to_owned(),
            ..guest("Jo", "Ro", "")
        },
    ];
    assert_eq!(world.invite(&list), 3);
    assert_eq!(world.invite(&list), 0, "they are in already");
    let wanted = Wanted { full: "Ann Lee", company: "chanterelle sons", ..Wanted::default() };
    let id = world.find(&wanted).unwrap();
    let person = world.person(id).unwrap();
    let email = world.listed_email(&person).unwrap();
    assert!(email.ends_with("@chanterelle-sons.example"));
    assert_eq!(world.by_email(&email), Some(id));
    assert!(world.domain("chanterelle-sons.example").is_some());
    let (local, domain) = email.split_once('@').unwrap();
    assert_eq!(world.mailbox(domain, local), person.mailbox);
    assert_eq!(
        world
            .find(&Wanted { full: "Jo Ro", domain: "ohnenamen.example", ..Wanted::default() })
            .map(|_| ()),
        Some(())
    );
}

#[test]
fn the_mix_is_realistic() {
    let world = world();
    let people: Vec<Person> = (0..10_000).map(|id| world.person(id).unwrap()).collect();
    let share = |test: &dyn Fn(&Person) -> bool| people.iter().filter(|p| test(p)).count();
    assert!((300..600).contains(&share(&|p| p.moved_to.is_some())));
    assert!((8_300..9_000).contains(&share(&|p| p.mailbox == Mailbox::Exists)));
    assert!(share(&|p| p.native.is_some()) > 100);
    assert!(share(&|p| !p.last_name.is_ascii()) > 1_000);
    assert!(share(&|p| p.last_name.contains('\'')) > 30);
    assert!(share(&|p| p.first_name.contains('-')) > 50);
    let companies: Vec<_> = (0..world.companies()).map(|id| world.company(id).unwrap()).collect();
    let first_last = companies.iter().filter(|c| c.pattern == Pattern::FirstDotLast).count();
    assert!((35..60).contains(&(first_last * 100 / companies.len())), "{first_last}");
}

/// Prints what a world costs; run with `--ignored --nocapture` in release.
#[test]
#[ignore = "measures time and memory, asserts loosely"]
fn measure_a_large_world() {
    for people in [10_000_u32, 1_000_000] {
        let began = Instant::now();
        let world = World::new(1, people);
        let drawn = began.elapsed();
        let began = Instant::now();
        for row in 0..20_000.min(u64::from(people)) {
            let person = world.person(world.lead(row).unwrap()).unwrap();
            let company = world.company(person.company).unwrap();
            let wanted = Wanted {
                first: &person.first_name,
                last: &person.last_name,
                domain: &company.domain,
                ..Wanted::default()
            };
            assert!(world.find(&wanted).is_some());
            assert!(world.listed_email(&person).is_some());
        }
        let each = began.elapsed() / 20_000;
        let began = Instant::now();
        for id in 0..people {
            std::hint::black_box(world.address_at(id, world.company_of(id).unwrap()));
        }
        let all = began.elapsed();
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let memory = status.lines().find(|l| l.starts_with("VmRSS")).unwrap_or_default();
        println!(
            "{people} people: drawn in {drawn:?}, person+find+address {each:?}, every roster {all:?}, {memory}"
        );
    }
}

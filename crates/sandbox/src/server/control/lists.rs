//! Input lists and their truth, as CSV.

use super::{refuse, value};
use crate::chance::{again, below, draw, happens, topic};
use crate::mail_world::MailWorld;
use crate::server::reply::Reply;
use crate::sim::{Sim, lock};
use crate::world::{Company, Person, World};

/// Rows without `n`, and at most.
const ROWS_DEFAULT: u64 = 100;
const ROWS_MAX: u64 = 1_000_000;

/// The columns of a list.
const LEAD_COLUMNS: [&str; 7] =
    ["first_name", "last_name", "company", "domain", "title", "country", "linkedin_url"];
/// The columns of its truth.
const TRUTH_COLUMNS: [&str; 16] = [
    "person",
    "first_name",
    "last_name",
    "company",
    "domain",
    "email",
    "listed_email",
    "mailbox",
    "personality",
    "pattern",
    "phone",
    "employer_domain",
    "moved",
    "opted_out",
    "seniority",
    "country",
];

/// GET `/_sandbox/leads.csv?n=&offset=&messy=1`.
pub(super) fn leads(sim: &Sim, query: &[(String, String)]) -> Reply {
    let messy = value(query, "messy").is_some_and(|m| m == "1");
    let list = table(sim, query, &LEAD_COLUMNS, |world, person, company| {
        let drawn = draw(world.seed(), topic::LEAD_MESS, person.key);
        let mut row = lead(person, company, drawn);
        if messy {
            mess(&mut row, person, again(drawn, 9));
        }
        row.to_vec()
    });
    // the oddities of a messy list can make somebody unknown
    if list.status == 200 && !messy {
        lock(&sim.lists).insert(*blake3::hash(&list.body).as_bytes());
    }
    list
}

/// GET `/_sandbox/lists?blake3=HEX`: whether a file is a list that this sandbox has handed out, so that
/// nobody in it needs to be invited.
pub(super) fn is_own(sim: &Sim, query: &[(String, String)]) -> Reply {
    match blake3::Hash::from_hex(value(query, "blake3").unwrap_or_default()) {
        Ok(hash) => {
            let own = lock(&sim.lists).contains(hash.as_bytes());
            Reply::json(200, &serde_json::json!({ "own": own }))
        }
        Err(_no_hash) => refuse(400, "say ?blake3=HEX, the hash of the whole file"),
    }
}

/// GET `/_sandbox/truth.csv?n=&offset=`, in the order of the list.
pub(super) fn truth(sim: &Sim, query: &[(String, String)]) -> Reply {
    table(sim, query, &TRUTH_COLUMNS, |world, person, company| {
        let personality = world.domain(&company.domain).map(|d| d.personality.as_str());
        let employer = world.employer(person).map(|e| e.domain.clone()).unwrap_or_default();
        vec![
            person.id.to_string(),
            person.first_name.clone(),
            person.last_name.clone(),
            company.name.clone(),
            company.domain.clone(),
            world.true_email(person).unwrap_or_default(),
            world.listed_email(person).unwrap_or_default(),
            person.mailbox.as_str().to_owned(),
            personality.unwrap_or_default().to_owned(),
            company.pattern.as_str().to_owned(),
            person.mobile.clone(),
            employer,
            person.moved_to.is_some().to_string(),
            person.opted_out.to_string(),
            person.seniority.as_str().to_owned(),
            company.country.code.to_owned(),
        ]
    })
}

/// A CSV of the people asked for: the world's list from `offset`, or with `guests=1` the guests.
fn table(
    sim: &Sim,
    query: &[(String, String)],
    columns: &[&str],
    row: impl Fn(&World, &Person, &Company) -> Vec<String>,
) -> Reply {
    let rows = match page(query) {
        Ok(rows) => rows,
        Err(refusal) => return refusal,
    };
    let world = &sim.world;
    let ids: Vec<u32> = if value(query, "guests") == Some("1") {
        let skipped = usize::try_from(rows.start).unwrap_or(usize::MAX);
        let taken = usize::try_from(rows.end.saturating_sub(rows.start)).unwrap_or(0);
        world.guest_ids().into_iter().skip(skipped).take(taken).collect()
    } else {
        rows.map_while(|row| world.lead(row)).collect()
    };
    let header = columns.iter().map(|name| (*name).to_owned()).collect();
    let lines = ids.into_iter().filter_map(|id| {
        let person = world.person(id)?;
        let company = world.company(person.company)?;
        Some(row(world, &person, &company))
    });
    csv_reply(std::iter::once(header).chain(lines))
}

/// The rows asked for by `n` and `offset`.
pub(super) fn page(query: &[(String, String)]) -> Result<std::ops::Range<u64>, Reply> {
    let number = |name: &str, default: u64| match value(query, name) {
        None => Some(default),
        Some(text) => text.parse().ok(),
    };
    let (Some(n), Some(offset)) = (number("n", ROWS_DEFAULT), number("offset", 0)) else {
        return Err(refuse(400, "n and offset must be whole numbers"));
    };
    if n > ROWS_MAX {
        return Err(refuse(400, "n is 1000000 at most; use offset for further rows"));
    }
    Ok(offset..offset.saturating_add(n))
}

/// The lines as a CSV file, the first as its header.
pub(super) fn csv_reply(lines: impl Iterator<Item = Vec<String>>) -> Reply {
    let mut out = csv::Writer::from_writer(Vec::new());
    let mut written = Ok(());
    for line in lines {
        written = written.and_then(|()| out.write_record(line));
    }
    let text = out.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok());
    match (written, text) {
        (Ok(()), Some(text)) => Reply::raw(200, "text/csv; charset=utf-8", text),
        _ => refuse(500, "the list could not be written"),
    }
}

fn lead(person: &Person, company: &Company, drawn: u64) -> [String; 7] {
    let profile = happens(again(drawn, 1), 700);
    [
        person.first_name.clone(),
        person.last_name.clone(),
        company.name.clone(),
        company.domain.clone(),
        person.title.clone(),
        company.country.name.to_owned(),
        if profile { person.linkedin_url.clone() } else { String::new() },
    ]
}

/// What real lists are like: about half the rows have one oddity.
fn mess(row: &mut [String; 7], person: &Person, drawn: u64) {
    let [first, last, company, domain, title, country, profile] = row;
    match below(drawn, 24) {
        0 => (*first, *last) = (first.to_uppercase(), last.to_uppercase()),
        1 => (*first, *last) = (first.to_lowercase(), last.to_lowercase()),
        2 => *first = format!("  {first} "),
        3 => {
            *first = format!("{first} {last}");
            last.clear();
        }
        4 => *first = format!("Dr. {first}"),
        5 => *last = format!("{last}, MBA"),
        6 => *domain = format!("https://www.{domain}/"),
        7 => *domain = format!("HTTP://WWW.{}", domain.to_uppercase()),
        8 => domain.clear(),
        9 => "n/a".clone_into(domain),
        10 => company.clear(),
        11 => {
            let bare = company.rsplit_once(' ').map(|(bare, _)| bare.to_owned());
            *company = bare.unwrap_or_default();
        }
        12 => title.clear(),
        13 => country.clear(),
        14 => *profile = profile.replace("https://www.", ""),
        _ => {
            if let Some((given, family)) =
                person.native.clone().filter(|_| happens(again(drawn, 1), 600))
            {
                (*first, *last) = (given, family);
            }
        }
    }
}

//! What goes wrong when a person is written down again.

use captely_matching::{Kind, normal_form};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::world::{Person, World, entitle};

const NICKNAMES: &str = include_str!("../../data/nicknames.txt");

/// Another row of a person.
pub(crate) fn copy(original: &Person, world: &World, dice: &mut ChaCha8Rng) -> Person {
    let mut person = original.clone();
    let moved = dice.random_bool(0.08);
    if moved {
        world.employ(&mut person, dice);
    }
    let keeps = [!moved, true, true];
    let mut there = [dice.random_bool(0.75), dice.random_bool(0.6), dice.random_bool(0.6)];
    // A switchboard is nobody's own.
    let own_phone = person.phone != world.companies[original.company].switchboard;
    if !(there[0] && keeps[0] || there[1] && own_phone || there[2]) {
        there[if own_phone && dice.random_bool(0.5) { 1 } else { 2 }] = true;
    }
    email(&mut person, there[0], keeps[0], dice);
    if there[1] {
        phone(&mut person, dice);
    } else {
        person.phone.clear();
    }
    if there[2] {
        profile(&mut person, dice);
    } else {
        person.profile.clear();
    }
    name(&mut person, dice);
    job(&mut person, world, dice);
    person
}

fn email(person: &mut Person, there: bool, at_work: bool, dice: &mut ChaCha8Rng) {
    if !there {
        person.work_email.clear();
        person.own_email.clear();
    } else if !at_work && dice.random_bool(0.3) {
        person.work_email.clear();
        person.own_email = person.own_email.replacen('@', "+lists@", 1);
    } else if dice.random_bool(0.02) {
        person.work_email = typo(&person.work_email, dice);
    } else if dice.random_bool(0.2) {
        person.work_email = person.work_email.to_uppercase();
    }
}

fn phone(person: &mut Person, dice: &mut ChaCha8Rng) {
    let p = person.phone.clone();
    person.phone = match dice.random_range(0..10) {
        0..4 => format!("+1 ({}) {}-{}", &p[2..5], &p[5..8], &p[8..]),
        4..6 => format!("{}-{}-{}", &p[2..5], &p[5..8], &p[8..]),
        6 if dice.random_bool(0.2) => typo(&p, dice),
        _ => p,
    };
}

fn profile(person: &mut Person, dice: &mut ChaCha8Rng) {
    let name = &person.profile;
    person.profile = match dice.random_range(0..3) {
        0 => format!("https://www.linkedin.com/in/{name}/"),
        1 => format!("http://de.linkedin.com/in/{name}?trk=list"),
        _ => format!("linkedin.com/in/{}", name.to_uppercase()),
    };
}

fn name(person: &mut Person, dice: &mut ChaCha8Rng) {
    match dice.random_range(0..100) {
        0..3 => person.first = typo(&person.first, dice),
        3..6 => person.last = typo(&person.last, dice),
        6..14 => nickname(person, dice),
        14..16 => person.first = person.first.chars().take(1).chain(['.']).collect(),
        16..17 => std::mem::swap(&mut person.first, &mut person.last),
        17..23 => person.last = normal_form(Kind::Text, &person.last),
        23..26 => person.last = person.last.to_uppercase(),
        26..28 => person.first = format!("Dr. {}", person.first),
        _ => {}
    }
}

fn nickname(person: &mut Person, dice: &mut ChaCha8Rng) {
    let name = person.first.to_lowercase();
    let line =
        NICKNAMES.lines().find(|line| line.split(' ').next() == Some(&name)).unwrap_or_default();
    let others: Vec<&str> = line.split(' ').skip(1).collect();
    if !others.is_empty() {
        others[dice.random_range(0..others.len())].clone_into(&mut person.first);
    }
}

fn job(person: &mut Person, world: &World, dice: &mut ChaCha8Rng) {
    let company = &world.companies[person.company];
    match dice.random_range(0..10) {
        0..4 => person.company_name.clone_from(&company.name),
        4 => person.company_name = company.name.to_uppercase(),
        5 => person.company_name = typo(&person.company_name, dice),
        _ => {}
    }
    match dice.random_range(0..10) {
        0..2 => person.title.clear(),
        2 => person.title = person.title.replace("Manager", "Mgr").replace("Director", "Dir."),
        3 => entitle(person, dice),
        _ => {}
    }
    if dice.random_bool(0.2) {
        person.city.clear();
    }
    if dice.random_bool(0.2) {
        person.domain.clear();
    }
}

/// One slip of the keyboard: a letter left out, doubled, changed or swapped with the next.
fn typo(text: &str, dice: &mut ChaCha8Rng) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.len() < 3 {
        return text.to_owned();
    }
    let at = dice.random_range(1..letters.len() - 1);
    match dice.random_range(0..4) {
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, letters[at]),
        2 => letters[at] = if letters[at].is_ascii_digit() { '7' } else { 'e' },
        _ => letters.swap(at, at + 1),
    }
    letters.into_iter().collect()
}

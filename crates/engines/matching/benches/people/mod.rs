//! A made-up table of people with known truth: what lists of business contacts look like after years of
//! imports. Everything comes from one seed; no name, company or number is anybody's.

mod copy;
mod world;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

pub(crate) use world::FIELDS;
use world::World;

/// One row: the values of [`FIELDS`], and which person it is.
pub(crate) type Row = ([String; FIELDS.len()], u32);

/// How many rows of one person there are: (rows, in a thousand persons).
const SIZES: [(u32, u32); 6] = [(1, 760), (2, 150), (3, 50), (4, 25), (6, 10), (10, 5)];

/// Rows in which persons stand once or several times, in mixed order. The first row of a person is
/// nearly whole; the others are copies with what goes wrong in lists ([`copy`]), each of which keeps the
/// e-mail address, phone number or profile of the first, for without one nobody could tell.
pub(crate) fn people(rows: usize, seed: u64) -> Vec<Row> {
    let mut dice = ChaCha8Rng::seed_from_u64(seed);
    let world = World::new(rows, &mut dice);
    let mut made: Vec<Row> = Vec::with_capacity(rows);
    let mut number = 0;
    while made.len() < rows {
        let person = world.person(number, &mut dice);
        let copies = size(&mut dice) - 1;
        for _ in 0..copies.min(u32::try_from(rows - made.len() - 1).unwrap_or(u32::MAX)) {
            made.push((copy::copy(&person, &world, &mut dice).row(&mut dice), number));
        }
        made.push((person.row(&mut dice), number));
        number += 1;
    }
    for at in (1..made.len()).rev() {
        made.swap(at, dice.random_range(0..=at));
    }
    made
}

fn size(dice: &mut ChaCha8Rng) -> u32 {
    let mut throw = dice.random_range(0..1_000);
    for (size, share) in SIZES {
        if throw < share {
            return size;
        }
        throw -= share;
    }
    1
}

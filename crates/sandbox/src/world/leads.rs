//! The order of lists: people of one company near each other, but not in a row.

use super::World;
use crate::chance::{Shuffle, draw, topic};

/// People of one company who come into a list together, and how many such blocks are dealt at a time.
const BLOCK: u64 = 4;
const DEAL: u64 = 256;

pub(super) fn order(seed: u64, people: u32) -> Shuffle {
    Shuffle::new(u64::from(people) / BLOCK, draw(seed, topic::LEAD_ORDER, 0))
}

impl World {
    /// The person in row `row` (from 0) of the world's list; `None` after the last. Every person is in
    /// the list once.
    pub fn lead(&self, row: u64) -> Option<u32> {
        let people = u64::from(self.people());
        let blocks = people / BLOCK;
        if row >= people {
            return None;
        }
        if row >= blocks * BLOCK {
            return u32::try_from(row).ok();
        }
        let deal = row / (DEAL * BLOCK);
        let width = (blocks - deal * DEAL).min(DEAL);
        let within = row % (DEAL * BLOCK);
        let block = self.lead_order.at(deal * DEAL + within % width);
        u32::try_from(block * BLOCK + within / width).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_listed_once() {
        for people in [1_u32, 3, 5, 999, 1_024, 5_003] {
            let world = World::new(7, people);
            let mut rows: Vec<u32> = (0..).map_while(|row| world.lead(row)).collect();
            rows.sort_unstable();
            assert_eq!(rows, (0..people).collect::<Vec<_>>(), "{people} people");
        }
    }
}

//! Makes hash tables of the word lists in data/, so that the program searches them where they lie and
//! parses nothing when it starts.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::{env, fs};

#[path = "src/lists/hash.rs"]
mod hash;
#[path = "src/lists/slot.rs"]
mod slot;

use hash::Hash;

/// Lists in the order of their class numbers, which `src/lists/mod.rs` repeats.
const DOMAINS: &[&str] = &["disposable", "free", "relay"];
const ROLES: &[&str] = &["role"];

fn main() -> Result<(), Box<dyn Error>> {
    let out = env::var("OUT_DIR")?;
    for path in ["build.rs", "data", "src/lists/hash.rs", "src/lists/slot.rs"] {
        println!("cargo::rerun-if-changed={path}");
    }
    write_table(Path::new(&out), "domains", DOMAINS)?;
    write_table(Path::new(&out), "roles", ROLES)
}

/// Writes NAME.txt, all entries one a line, and NAME.bin, a table of slots in little-endian order.
fn write_table(out: &Path, name: &str, lists: &[&str]) -> Result<(), Box<dyn Error>> {
    let mut classes = BTreeMap::new();
    for (list, class) in lists.iter().zip(0_u32..) {
        for entry in fs::read_to_string(format!("data/{list}.txt"))?.lines() {
            if classes.insert(entry.to_owned(), class).is_some() {
                return Err(
                    format!("{entry} stands in two lists; see scripts/refresh-lists").into()
                );
            }
        }
    }
    // Two slots for an entry at least: most look-ups are of strangers and end at an empty one.
    let size = classes.len().saturating_mul(3).div_ceil(2).next_power_of_two();
    let (mut text, mut slots) = (String::new(), vec![slot::EMPTY; size]);
    for (entry, class) in &classes {
        let (mut at, tag) = Hash::of(entry.as_bytes()).slot_and_tag(size.trailing_zeros());
        let place = u32::try_from(text.len())?;
        if place.checked_shr(slot::PLACE_BITS) != Some(0) {
            return Err(format!("the lists of {name} are too long for src/lists/slot.rs").into());
        }
        while slots.get(at).is_some_and(|slot| *slot != slot::EMPTY) {
            at = at.wrapping_add(1) % size;
        }
        *slots.get_mut(at).ok_or("no such slot")? =
            (tag << slot::TAG_SHIFT) | (class << slot::PLACE_BITS) | place;
        text.push_str(entry);
        text.push('\n');
    }
    let bytes: Vec<u8> = slots.iter().flat_map(|slot| slot.to_le_bytes()).collect();
    fs::write(out.join(format!("{name}.bin")), bytes)?;
    fs::write(out.join(format!("{name}.txt")), text)?;
    Ok(())
}

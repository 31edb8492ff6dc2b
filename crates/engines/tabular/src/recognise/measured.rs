//! How well files are recognised of whose programs nothing is known.

use std::collections::HashSet;

use super::words::squashed;
use super::*;

/// A header of the corpus and the word of each column's role.
struct Labelled {
    /// The first word of the program's name: what two files of one program share.
    vendor: String,
    header: Vec<String>,
    labels: Vec<String>,
}

/// The development corpus; nothing where it is not beside the repository.
fn corpus() -> Vec<Labelled> {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = here
        .ancestors()
        .map(|up| up.join("shared/data/headers-corpus/headers-dev.jsonl"))
        .find(|p| p.is_file());
    let Some(file) = file else {
        println!("skipped: shared/data/headers-corpus is not beside the repository");
        return Vec::new();
    };
    let text = std::fs::read_to_string(file).unwrap();
    let one = |line: &str| {
        let labelled: serde_json::Value = serde_json::from_str(line).unwrap();
        let texts = |key: &str| -> Vec<String> {
            let list = labelled[key].as_array().unwrap();
            list.iter().map(|t| t.as_str().unwrap().to_owned()).collect()
        };
        let vendor = labelled["vendor"].as_str().unwrap().split([' ', '-']).next().unwrap();
        Labelled { vendor: vendor.to_owned(), header: texts("header"), labels: texts("label") }
    };
    text.lines().map(one).collect()
}

#[derive(Default)]
struct Score {
    right: u32,
    wrong: u32,
    missed: u32,
}

impl Score {
    /// Without presets.
    fn add(&mut self, file: &Labelled) {
        let mapping = recognise_as(&file.header, &[], None);
        for ((name, label), found) in file.header.iter().zip(&file.labels).zip(&mapping.columns) {
            let known = !matches!(found.role, Role::Unknown | Role::Ignore);
            let same = found.role.as_str() == label;
            self.right += u32::from(known && same);
            self.wrong += u32::from(known && !same);
            self.missed += u32::from(!same && label != "ignore");
            if known && !same {
                println!("{}: {name:?} is {label}, not {}", file.vendor, found.role);
            }
        }
    }

    /// Precision and recall.
    fn shares(&self) -> (f64, f64) {
        let right = f64::from(self.right);
        (right / f64::from(self.right + self.wrong), right / f64::from(self.right + self.missed))
    }
}

#[test]
fn without_presets_most_columns_are_still_known() {
    let files = corpus();
    let mut score = Score::default();
    for file in &files {
        score.add(file);
    }
    let (precision, recall) = score.shares();
    println!("without presets: precision {precision:.3}, recall {recall:.3}");
    assert!(files.is_empty() || (precision >= 0.94 && recall >= 0.95), "{precision} {recall}");
}

/// Each vendor in turn is one that nobody has seen: its presets are gone, and so is each name of a column that no
/// other vendor's file has.
#[test]
fn a_vendor_that_nobody_has_seen_is_known_in_parts() {
    let files = corpus();
    let vendors: HashSet<&str> = files.iter().map(|file| file.vendor.as_str()).collect();
    let mut score = Score::default();
    for vendor in vendors {
        let names = |own: bool| -> HashSet<String> {
            let files = files.iter().filter(|file| (file.vendor == vendor) == own);
            files.flat_map(|file| &file.header).map(|name| squashed(name)).collect()
        };
        let forgotten = &names(true) - &names(false);
        alias::FORGOTTEN.set(forgotten);
        files.iter().filter(|file| file.vendor == vendor).for_each(|file| score.add(file));
    }
    alias::FORGOTTEN.take();
    let (precision, recall) = score.shares();
    println!("a vendor left out at a time: precision {precision:.3}, recall {recall:.3}");
    assert!(files.is_empty() || precision >= 0.9, "{precision} {recall}");
}

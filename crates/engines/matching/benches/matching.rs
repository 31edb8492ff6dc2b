//! Made-up people with known truth, deduplicated: time, memory and how right it was.
//!
//! `cargo bench -p captely-matching --bench matching -- --write FILE [--rows N] [--seed N]` writes a table
//! with the truth in its last column; `--forms FILE` writes it once more with every value in its normal
//! form, for a peer. `--run FILE` reads the table, fits the weights, deduplicates and prints one line of
//! JSON. It is a process of its own, so that its highest memory is that of the matching.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a measurement prints and may stop"
)]

mod people;

use std::collections::HashMap;
use std::time::Instant;

use captely_matching::{FitOptions, Limits, Model, Schema, TableBuilder, dedupe, fit, normal_form};
use people::{FIELDS, people};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let value = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).cloned()
    };
    let number = |name, default: u64| value(name).map_or(default, |text| text.parse().unwrap());
    if let Some(file) = value("--write") {
        let rows = usize::try_from(number("--rows", 1_000_000)).unwrap();
        write(&file, value("--forms").as_deref(), rows, number("--seed", 6));
    } else if let Some(file) = value("--run") {
        println!("{}", run(&file));
    } else {
        println!("nothing to do: see bench/matching.py");
    }
}

fn write(file: &str, forms: Option<&str>, rows: usize, seed: u64) {
    let schema = Schema::person();
    let mut out = csv::Writer::from_path(file).unwrap();
    let mut formed = forms.map(|file| csv::Writer::from_path(file).unwrap());
    let header = FIELDS.iter().copied().chain(["person"]);
    out.write_record(header.clone()).unwrap();
    if let Some(formed) = &mut formed {
        formed.write_record(header).unwrap();
    }
    for (row, person) in people(rows, seed) {
        let person = person.to_string();
        out.write_record(row.iter().map(String::as_str).chain([person.as_str()])).unwrap();
        if let Some(formed) = &mut formed {
            let values =
                row.iter().zip(&schema.fields).map(|(value, of)| normal_form(of.kind, value));
            formed.write_record(values.chain([person])).unwrap();
        }
    }
}

fn run(file: &str) -> String {
    let begun = Instant::now();
    let mut builder = TableBuilder::new(&Schema::person(), Limits::default()).unwrap();
    let mut reader = csv::Reader::from_path(file).unwrap();
    let (mut record, mut truth) = (csv::StringRecord::new(), Vec::new());
    while reader.read_record(&mut record).unwrap() {
        let row: [&str; FIELDS.len()] = std::array::from_fn(|at| &record[at]);
        builder.push(&row).unwrap();
        truth.push(record[FIELDS.len()].parse::<u32>().unwrap());
    }
    let read = begun.elapsed().as_secs_f64();
    let table = builder.finish();
    let normal = begun.elapsed().as_secs_f64();
    let start = Model::of(table.schema()).unwrap();
    let fit = fit(&table, &start, &FitOptions::default()).unwrap();
    let fitted = begun.elapsed().as_secs_f64();
    let found = dedupe(&table, &fit.model).unwrap();
    let seconds = begun.elapsed().as_secs_f64();
    let peak = peak_bytes();
    let (found_pairs, right, all) = count(&found.clusters, &truth);
    let (precision, recall) = (right / found_pairs, right / all);
    serde_json::json!({
        "rows": truth.len(), "different_rows": table.different_rows(), "seconds": seconds, "read_s": read,
        "normal_s": normal - read, "fit_s": fitted - normal, "dedupe_s": seconds - fitted,
        "pairs_scored": found.effort.pairs_scored, "left_out": found.effort.left_out,
        "questions": found.questions.len(), "clusters": found.clusters.len(), "peak_bytes": peak,
        "precision": precision, "recall": recall, "f1": 2.0 * precision * recall / (precision + recall),
        "fit_rounds": fit.rounds, "expected_matches": fit.expected_matches, "model": fit.model,
    })
    .to_string()
}

/// Pairs that were found, those of them that are right, and those that there are.
fn count(clusters: &[Vec<usize>], truth: &[u32]) -> (f64, f64, f64) {
    let pairs = |n: u32| f64::from(n) * (f64::from(n) - 1.0) / 2.0;
    let sizes = |persons: &mut dyn Iterator<Item = u32>| {
        let mut sizes: HashMap<u32, u32> = HashMap::new();
        persons.for_each(|person| *sizes.entry(person).or_default() += 1);
        sizes.into_values().map(pairs).sum::<f64>()
    };
    let (mut found, mut right) = (0.0, 0.0);
    for cluster in clusters {
        found += pairs(u32::try_from(cluster.len()).unwrap());
        right += sizes(&mut cluster.iter().map(|row| truth[*row]));
    }
    (found, right, sizes(&mut truth.iter().copied()))
}

/// The most memory that this process has had, as Linux counts it.
fn peak_bytes() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1_024
}

//! People of the benchmark's generator, few of them.

use captely_matching::{FitOptions, Limits, Model, Schema, Table, TableBuilder, dedupe, fit};

use crate::people::people;
use crate::sets::{self, pairs_of};

/// A table of made-up people, and for each row who it is.
fn table(rows: usize, seed: u64, limits: Limits) -> (Table, Vec<u32>) {
    let mut builder = TableBuilder::new(&Schema::person(), limits).unwrap();
    let mut truth = Vec::new();
    for (row, person) in people(rows, seed) {
        builder.push(&row).unwrap();
        truth.push(person);
    }
    (builder.finish(), truth)
}

fn f1(table: &Table, model: &Model, truth: &[u32]) -> f64 {
    let found = dedupe(table, model).unwrap();
    let mut persons = vec![Vec::new(); truth.len()];
    for (row, person) in truth.iter().enumerate() {
        persons[usize::try_from(*person).unwrap()].push(row);
    }
    eprintln!("{} questions", found.questions.len());
    sets::f1(&pairs_of(&found.clusters), &pairs_of(&persons))
}

/// With the weights that the schema starts with, as for a workspace nobody has fitted anything to.
#[test]
fn people_are_found_with_the_weights_of_the_schema() {
    let limits = Limits { all_pairs_max: 0, ..Limits::default() };
    let (table, truth) = table(5_000, 11, limits);
    let model = Model::of(table.schema()).unwrap();
    assert!(f1(&table, &model, &truth) >= 0.99);
}

#[test]
fn people_are_found_with_fitted_weights() {
    let limits = Limits { all_pairs_max: 0, ..Limits::default() };
    let (table, truth) = table(5_000, 12, limits);
    let options = FitOptions { random_pairs: 20_000, ..FitOptions::default() };
    let fit = fit(&table, &Model::of(table.schema()).unwrap(), &options).unwrap();
    assert!(f1(&table, &fit.model, &truth) >= 0.995);
}

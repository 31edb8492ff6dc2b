//! What holds for any rows.

use std::collections::BTreeSet;

use captely_matching::{
    Duplicates, Explainer, FitOptions, Limits, Model, Partners, Schema, Table, TableBuilder,
    dedupe, fit, link,
};
use proptest::prelude::*;

use crate::people::{FIELDS, people};

type Values = [String; FIELDS.len()];

fn table(rows: &[Values], limits: Limits) -> Table {
    let mut builder = TableBuilder::new(&Schema::person(), limits).unwrap();
    for row in rows {
        builder.push(row).unwrap();
    }
    builder.finish()
}

fn found(rows: &[Values], limits: Limits) -> Duplicates {
    dedupe(&table(rows, limits), &Model::of(&Schema::person()).unwrap()).unwrap()
}

/// Rows of made-up people, some with a value of another row, so that there are conflicts and chains.
fn rows() -> impl Strategy<Value = Vec<Values>> {
    let mixes = proptest::collection::vec(
        (any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..FIELDS.len()),
        0..20,
    );
    (1..40_usize, 0..1_000_u64, mixes).prop_map(|(count, seed, mixes)| {
        let mut rows: Vec<Values> = people(count, seed).into_iter().map(|(row, _)| row).collect();
        for (from, to, field) in mixes {
            let value = rows[from.index(count)][field].clone();
            rows[to.index(count)][field] = value;
        }
        rows
    })
}

/// Clusters by what their rows say, since numbers change with the order.
fn by_content(rows: &[Values], found: &Duplicates) -> BTreeSet<Vec<String>> {
    let text = |row: &usize| rows[*row].join("|");
    let cluster = |rows: &Vec<usize>| {
        let mut texts: Vec<String> = rows.iter().map(text).collect();
        texts.sort();
        texts
    };
    found.clusters.iter().map(cluster).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_rows_changes_nothing(rows in rows(), turn in 0..40_usize, all_pairs_max in prop::sample::select(vec![0, 1_000_000])) {
        let limits = Limits { all_pairs_max, ..Limits::default() };
        let mut other = rows.clone();
        other.reverse();
        other.rotate_left(turn % rows.len());
        let (one, two) = (found(&rows, limits), found(&other, limits));
        prop_assert_eq!(by_content(&rows, &one), by_content(&other, &two));
        prop_assert_eq!(one.questions.len(), two.questions.len());
        let probabilities = |found: &Duplicates| found.questions.iter().map(|q| q.probability.to_bits()).collect::<Vec<_>>();
        prop_assert_eq!(probabilities(&one), probabilities(&two));
    }

    #[test]
    fn threads_change_nothing(rows in rows(), threads in 2..5_usize) {
        let limits = |threads| Limits { threads, all_pairs_max: 0, ..Limits::default() };
        let (one, more) = (table(&rows, limits(1)), table(&rows, limits(threads)));
        let start = Model::of(&Schema::person()).unwrap();
        let options = FitOptions { random_pairs: 500, ..FitOptions::default() };
        let (fit_one, fit_more) = (fit(&one, &start, &options).unwrap(), fit(&more, &start, &options).unwrap());
        prop_assert_eq!(&fit_one.model, &fit_more.model);
        prop_assert_eq!(dedupe(&one, &fit_one.model).unwrap(), dedupe(&more, &fit_one.model).unwrap());
    }

    #[test]
    fn a_pair_has_one_score(rows in rows(), a in any::<prop::sample::Index>(), b in any::<prop::sample::Index>()) {
        let table = table(&rows, Limits::default());
        let (a, b) = (a.index(rows.len()), b.index(rows.len()));
        let model = Model::of(&Schema::person()).unwrap();
        let explainer = Explainer::new(&table, &model).unwrap();
        let (one, other) = (explainer.explain(a, b).unwrap(), explainer.explain(b, a).unwrap());
        prop_assert_eq!(one.probability.to_bits(), other.probability.to_bits());
        prop_assert!((0.0..=1.0).contains(&one.probability));
        let bits = |parts: &[captely_matching::ExplanationPart]| parts.iter().map(|p| p.bits.to_bits()).collect::<Vec<_>>();
        prop_assert_eq!(bits(&one.parts), bits(&other.parts));
    }

    /// What the guard promises, and that every row is in one cluster at most.
    #[test]
    fn clusters_part_rows_and_have_no_conflict(rows in rows()) {
        let found = found(&rows, Limits::default());
        let mut seen = BTreeSet::new();
        for cluster in &found.clusters {
            prop_assert!(cluster.len() > 1 && cluster.is_sorted());
            prop_assert!(cluster.iter().all(|row| seen.insert(*row)));
            let keys: BTreeSet<String> = cluster.iter().map(|row| captely_matching::profile_key(&rows[*row][4])).filter(|key| !key.is_empty()).collect();
            prop_assert!(keys.len() <= 1, "{keys:?}");
        }
    }

    #[test]
    fn one_to_one_links_use_each_row_once(first in rows(), second in rows()) {
        let mut builder = TableBuilder::new(&Schema::person(), Limits::default()).unwrap();
        for row in &first { builder.push(row).unwrap(); }
        builder.start_second();
        for row in &second { builder.push(row).unwrap(); }
        for row in &first { builder.push(row).unwrap(); }
        let table = builder.finish();
        let model = Model::of(&Schema::person()).unwrap();
        for partners in [Partners::One, Partners::Several] {
            let links = link(&table, &model, partners).unwrap().links;
            let mut seconds = BTreeSet::new();
            let mut firsts = BTreeSet::new();
            for link in links {
                prop_assert!(link.first < first.len() && link.second >= first.len());
                prop_assert!(seconds.insert(link.second));
                prop_assert!(firsts.insert(link.first) || partners == Partners::Several);
            }
        }
    }
}

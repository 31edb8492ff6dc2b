//! Rows that somebody made to break or stop a matching.

use captely_matching::{
    Limits, MatchError, Model, Partners, Schema, Table, TableBuilder, Why, dedupe, link,
};

fn builder(limits: Limits) -> TableBuilder {
    TableBuilder::new(&Schema::person(), limits).unwrap()
}

fn model() -> Model {
    Model::of(&Schema::person()).unwrap()
}

fn row<'t>(first: &'t str, last: &'t str, email: &'t str, profile: &'t str) -> [&'t str; 10] {
    [first, last, email, "", profile, "Example", "", "", "", ""]
}

fn table_of(rows: &[[&str; 10]]) -> Table {
    let mut builder = builder(Limits::default());
    for row in rows {
        builder.push(row).unwrap();
    }
    builder.finish()
}

#[test]
fn no_rows_one_row_and_empty_rows() {
    for rows in [0, 1, 1_000] {
        let found = dedupe(&table_of(&vec![[""; 10]; rows]), &model()).unwrap();
        assert!(found.clusters.is_empty() && found.questions.is_empty(), "{rows}");
    }
}

#[test]
fn a_hundred_thousand_equal_rows_are_one_cluster_without_a_pair_compared() {
    let mut table = builder(Limits::default());
    for _ in 0..100_000 {
        table.push(&row("Ada", "Lovelace", "ada@example.com", "in/ada")).unwrap();
    }
    let found = dedupe(&table.finish(), &model()).unwrap();
    assert_eq!(found.clusters.iter().map(Vec::len).collect::<Vec<_>>(), [100_000]);
    assert_eq!(found.effort.pairs_scored, 0);
}

#[test]
fn equal_rows_with_nothing_but_a_name_that_all_have_are_not_called_the_same() {
    let mut rows = vec![["John", "Smith", "", "", "", "", "", "", "", ""]; 5_000];
    rows.push(row("Ada", "Lovelace", "", ""));
    assert!(dedupe(&table_of(&rows), &model()).unwrap().clusters.is_empty());
}

#[test]
fn a_hundred_thousand_different_rows_in_one_block_are_left_out_and_told() {
    let mut table = builder(Limits { all_pairs_max: 0, ..Limits::default() });
    for number in 0..100_000 {
        table
            .push(&row("Ada", "Lovelace", &format!("a{number}x@mail{number}.example"), ""))
            .unwrap();
    }
    let found = dedupe(&table.finish(), &model()).unwrap();
    let most = found.effort.left_out.iter().map(|left| left.largest_rows).max();
    assert_eq!(most, Some(100_000));
    assert_eq!(found.effort.pairs_scored, 0);
}

#[test]
fn huge_and_odd_values_are_cut_and_counted() {
    let huge = "Ünïcödé ".repeat(500_000);
    let odd = "\u{202e}\u{0}\u{fffd}🦀̈̈̈̈".repeat(1_000);
    let mut table = builder(Limits::default());
    for _ in 0..3 {
        table.push(&[huge.as_str(); 10]).unwrap();
        table.push(&[odd.as_str(); 10]).unwrap();
    }
    let table = table.finish();
    assert_eq!(table.values_cut(), 60);
    assert!(dedupe(&table, &model()).unwrap().clusters.len() <= 2);
}

#[test]
fn pairs_beyond_the_limit_are_left_out_and_told() {
    let limits =
        Limits { all_pairs_max: 0, pairs_max: 100, kept_pairs_max: 5, ..Limits::default() };
    let mut table = builder(limits);
    for number in 0..400 {
        let (name, copy) =
            (format!("Ada{}", number / 4), format!("a{number}@mail{number}.example"));
        table.push(&row(&name, "Lovelace", &copy, "")).unwrap();
    }
    let found = dedupe(&table.finish(), &model()).unwrap();
    assert!(found.effort.pairs_scored <= 100, "{:?}", found.effort);
    assert!(!found.effort.left_out.is_empty());
    assert!(found.clusters.len() + found.questions.len() <= 5);
}

#[test]
fn rows_of_the_wrong_width_and_too_many_are_refused() {
    let mut table = builder(Limits { rows_max: 1, ..Limits::default() });
    assert_eq!(table.push(&["Ada"]), Err(MatchError::Width { row: 0, values: 1, fields: 10 }));
    table.push(&[""; 10]).unwrap();
    assert_eq!(table.push(&[""; 10]), Err(MatchError::Rows(1)));
    assert!(matches!(link(&table.finish(), &model(), Partners::One), Err(MatchError::Sides(_))));
}

#[test]
fn two_profiles_are_never_one_cluster() {
    let rows = [
        row("Ada", "Lovelace", "ada@example.com", "https://linkedin.com/in/ada"),
        row("Ada", "Lovelace", "ada@example.com", ""),
        row("Ada", "Lovelace", "ada@example.com", "linkedin.com/in/ada-l"),
        row("Ada", "Lovelace", "ada@example.com", "https://www.linkedin.com/sales/lead/ACw1"),
    ];
    let found = dedupe(&table_of(&rows), &model()).unwrap();
    let together = |a, b| found.clusters.iter().any(|rows| rows.contains(&a) && rows.contains(&b));
    assert!(!together(0, 2), "{found:?}");
    assert!(found.questions.iter().any(|question| question.why == Why::Conflict), "{found:?}");
}

/// A public profile and an id of a sales tool may be one person's; two public profiles are not, whatever stands
/// between them.
#[test]
fn an_id_of_another_sort_does_not_bring_two_profiles_together() {
    let letters = |number: u32| char::from_u32(u32::from(b'a') + number).unwrap().to_string();
    let mut rows = Vec::new();
    for number in 0..20 {
        let last = format!("Lovelace{}", letters(number).repeat(4));
        let email = format!("{last}@example.com");
        for profile in ["sales/lead/x", "in/ada", "in/ada-2"] {
            let profile = format!("linkedin.com/{profile}{number}");
            rows.push((last.clone(), email.clone(), profile));
        }
    }
    let rows: Vec<_> =
        rows.iter().map(|(last, email, profile)| row("Ada", last, email, profile)).collect();
    let found = dedupe(&table_of(&rows), &model()).unwrap();
    assert_eq!(found.clusters.len(), 20);
    for cluster in &found.clusters {
        let profiles = cluster.iter().filter(|row| *row % 3 != 0).count();
        assert!(cluster.len() == 2 && profiles < 2, "{cluster:?}");
    }
    let of_one = found.questions.iter().filter(|question| question.a / 3 == question.b / 3);
    assert_eq!(of_one.filter(|question| question.why == Why::Conflict).count(), 20);
}

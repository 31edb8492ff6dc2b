//! Tables and truths of published sets, from the data beside the repository.

use std::collections::HashSet;
use std::path::PathBuf;

use captely_matching::{Limits, Schema, TableBuilder};

/// Rows as texts.
pub(crate) type Rows = Vec<Vec<String>>;
/// Pairs of rows, the lower first.
pub(crate) type Pairs = HashSet<(usize, usize)>;

/// A CSV file of the data beside the repository without its header, cells trimmed; `None` where the data
/// is not there.
pub(crate) fn rows(path: &str) -> Option<Rows> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data").join(path);
    if !file.exists() {
        eprintln!("skipped: {path} is not beside the repository in ../shared/data");
        return None;
    }
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(file).unwrap();
    let cells = |row: csv::StringRecord| row.iter().map(str::to_owned).collect();
    Some(reader.records().map(|row| cells(row.unwrap())).collect())
}

pub(crate) fn schema(text: &str) -> Schema {
    serde_json::from_str(text).unwrap()
}

/// A builder with these columns of the rows.
pub(crate) fn push(builder: &mut TableBuilder, rows: &Rows, columns: std::ops::Range<usize>) {
    for row in rows {
        builder.push(&row[columns.clone()]).unwrap();
    }
}

pub(crate) fn builder(schema: &Schema) -> TableBuilder {
    TableBuilder::new(schema, Limits::default()).unwrap()
}

/// All pairs within clusters.
pub(crate) fn pairs_of(clusters: &[Vec<usize>]) -> Pairs {
    let mut pairs = Pairs::new();
    for cluster in clusters {
        for (at, a) in cluster.iter().enumerate() {
            pairs.extend(cluster[at + 1..].iter().map(|b| (*a, *b)));
        }
    }
    pairs
}

/// The harmonic mean of precision and recall of pairs.
pub(crate) fn f1(found: &Pairs, truth: &Pairs) -> f64 {
    let real = |n: usize| f64::from(u32::try_from(n).unwrap());
    let right = real(found.intersection(truth).count());
    let (precision, recall) = (right / real(found.len()), right / real(truth.len()));
    eprintln!("precision {precision:.4}, recall {recall:.4}");
    2.0 * precision * recall / (precision + recall)
}

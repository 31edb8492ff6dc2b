//! Comparing contacts: no database.

use std::cmp::Reverse;

use captely_matching::{
    Explainer, FitOptions, Limits, MatchError, Model, Question, Table, TableBuilder, Why, dedupe,
    fit,
};
use captely_platform::ids::ContactId;

use super::super::{Compared, DuplicateError, NewPair, PairWhy, compare, form_of, told};
use super::PAIRS_MAX;

/// Contacts to compare. Their values stand in the engine's table alone, each different one once.
pub(super) struct Rows {
    ids: Vec<ContactId>,
    builder: TableBuilder,
    start: Model,
    /// How many contacts the workspace has.
    among: u32,
}

/// Two rows, the one to keep first.
type RowPair = (usize, usize, PairWhy);

impl Rows {
    pub(super) fn of(among: u32) -> Result<Self, MatchError> {
        let (builder, start) = compare::start(Limits::default(), among)?;
        Ok(Self { ids: Vec::new(), builder, start, among })
    }

    pub(super) fn push(&mut self, contact: &Compared) -> Result<(), MatchError> {
        self.builder.push(&contact.values)?;
        self.ids.push(contact.id);
        Ok(())
    }

    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }

    pub(super) fn ids(&self) -> &[ContactId] {
        &self.ids
    }

    /// Compares all that share a block, and gives the pairs in pages of `at_once`, those beyond doubt first, until
    /// `take` wants no more; how many pairs were left out.
    pub(super) fn compare(
        self,
        at_once: usize,
        mut take: impl FnMut(Vec<NewPair>) -> bool,
    ) -> Result<usize, DuplicateError> {
        let Self { ids, builder, start, among } = self;
        let table = builder.finish();
        let is_all = u32::try_from(ids.len()).is_ok_and(|read| read == among);
        let options = FitOptions::default();
        let model = if is_all { fit(&table, &start, &options)?.model } else { start };
        let found = dedupe(&table, &model)?;
        let told = Told { ids, table: &table, explainer: Explainer::new(&table, &model)? };
        let mut rows: Vec<RowPair> =
            found.clusters.iter().flat_map(|cluster| told.of_cluster(cluster)).collect();
        rows.extend(found.questions.iter().map(|question| told.of_question(question)));
        let left_out = rows.len().saturating_sub(PAIRS_MAX);
        rows.truncate(PAIRS_MAX);
        for page in rows.chunks(at_once) {
            if !take(page.iter().filter_map(|row| told.new_pair(*row)).collect()) {
                break;
            }
        }
        Ok(left_out)
    }
}

/// What was compared.
struct Told<'t> {
    ids: Vec<ContactId>,
    table: &'t Table,
    explainer: Explainer<'t>,
}

impl Told<'_> {
    fn contact(&self, row: usize) -> Option<Compared> {
        let values = std::array::from_fn(|field| self.table.value(row, field).to_owned());
        Some(Compared { id: *self.ids.get(row)?, values })
    }

    /// The less, the rather it is kept: of whom most is known, the oldest of several.
    fn merit(&self, row: usize) -> Option<(Reverse<usize>, ContactId)> {
        let contact = self.contact(row)?;
        let known = contact.values.iter().filter(|value| !value.is_empty()).count();
        Some((Reverse(known), contact.id))
    }

    /// The one to keep with each of the others.
    fn of_cluster(&self, cluster: &[usize]) -> Vec<RowPair> {
        let Some(keep) = cluster.iter().copied().min_by_key(|row| self.merit(*row)) else {
            return Vec::new();
        };
        let others = cluster.iter().filter(|row| **row != keep);
        others.map(|row| (keep, *row, PairWhy::Same)).collect()
    }

    fn of_question(&self, question: &Question) -> RowPair {
        let Question { a, b, why, .. } = *question;
        let (keep, other) = if self.merit(b) < self.merit(a) { (b, a) } else { (a, b) };
        (keep, other, why_of(why))
    }

    fn new_pair(&self, (keep, other, why): RowPair) -> Option<NewPair> {
        let (kept, second) = (self.contact(keep)?, self.contact(other)?);
        let keep_id = kept.id;
        let (x, y, a, b) = if kept.id <= second.id {
            (keep, other, kept, second)
        } else {
            (other, keep, second, kept)
        };
        let explanation = self.explainer.explain(x, y)?;
        Some(NewPair {
            a: a.id,
            b: b.id,
            keep: keep_id,
            millionths: told::millionths(explanation.probability),
            why,
            parts: told::parts(explanation),
            form: form_of(&a, &b),
        })
    }
}

fn why_of(why: Why) -> PairWhy {
    match why {
        Why::Unsure => PairWhy::Unsure,
        Why::Conflict => PairWhy::Conflict,
        Why::Chain => PairWhy::Chain,
    }
}

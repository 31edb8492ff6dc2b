//! Who of a list may come in.

use captely_platform::db::{DbError, Tx};

use super::Desk;
use super::companies::Companies;
use super::people::marks_of;
use crate::{NewContact, SkipReason, barred};

/// The companies of rows, and who of the rows is barred.
pub(crate) struct Admitted<'r> {
    pub(crate) companies: Companies<'r>,
    reasons: Option<Vec<Option<SkipReason>>>,
}

/// Why row `n` may not come in.
fn why_not(reasons: Option<&Vec<Option<SkipReason>>>, n: usize) -> Option<SkipReason> {
    reasons?.get(n).copied().flatten()
}

impl<'r> Admitted<'r> {
    /// Finds out who may come in, and the companies of those who may.
    pub(crate) async fn of(
        tx: &mut Tx,
        desk: &Desk<'_>,
        rows: &'r [NewContact],
    ) -> Result<Self, DbError> {
        let mut reasons = barred::of_rows(tx, desk.workspace, rows).await?;
        let mut companies =
            Companies::of(tx, desk, rows, &|n| why_not(reasons.as_ref(), n)).await?;
        if let Some(all) = &mut reasons
            && barred::of_marks(tx, desk.workspace, all, &marks_of(rows, &companies)).await?
        {
            // Without what the rows just found say of their companies.
            companies = Companies::of(tx, desk, rows, &|n| why_not(reasons.as_ref(), n)).await?;
        }
        Ok(Self { companies, reasons })
    }

    /// Why row `n` may not come in; none where it may.
    pub(crate) fn why_not(&self, n: usize) -> Option<SkipReason> {
        why_not(self.reasons.as_ref(), n)
    }
}

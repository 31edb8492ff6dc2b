//! Runs of pages joined into larger ones, so that a mark is looked for at few places.

use captely_platform::db::{DbError, Tx};
use captely_platform::ids::{Ids, WorkspaceId};
use uuid::Uuid;

use super::{added, pages};

/// Runs of about one size that are joined into one.
const RUNS_JOINED: usize = 8;
/// A run is of size 0 up to eight times as many marks, of size 1 up to eight times that, and so on.
const SIZE_MARKS: usize = 4_096;
/// Larger runs are joined only when a list is in: eight of them would hold up its transactions for seconds.
const SIZE_MAX: u32 = 1;
/// The largest run that is made when a list is in; it takes 64 MB of memory then.
const RUN_MARKS_MAX: usize = 2_000_000;
/// A run is joined with smaller ones that have at least this part of its marks together.
const SHARE_MAX: usize = 8;

/// Joins runs of one size where there are enough of them. Every mark is written once for each size that it passes.
pub(super) async fn join(tx: &mut Tx, ids: &Ids, workspace: WorkspaceId) -> Result<(), DbError> {
    for size in 0..=SIZE_MAX {
        let runs = pages::runs(tx, workspace).await?;
        let alike: Vec<Uuid> =
            runs.iter().filter(|(_, n)| size_of(*n) == size).map(|(run, _)| *run).collect();
        if alike.len() >= RUNS_JOINED {
            join_runs(tx, ids, workspace, &alike).await?;
        }
    }
    Ok(())
}

/// Joins runs when a list is in, as [`together`] says.
pub(crate) async fn join_all(
    tx: &mut Tx,
    ids: &Ids,
    workspace: WorkspaceId,
) -> Result<(), DbError> {
    let joined = together(pages::runs(tx, workspace).await?);
    if joined.is_empty() {
        return Ok(());
    }
    for runs in joined {
        join_runs(tx, ids, workspace, &runs).await?;
    }
    // Whoever was reading them one after the other may have missed some. A call that joins runs adds marks as well.
    added::add(tx, workspace, &[]).await.map(drop)
}

/// Which runs become one: the smaller first, up to the largest that are made. One that is much larger than those
/// before it together waits until they have grown: else a small list would write a large one again.
fn together(mut runs: Vec<(Uuid, usize)>) -> Vec<Vec<Uuid>> {
    runs.sort_unstable_by_key(|(_, marks)| *marks);
    let (mut out, mut alike, mut sum) = (Vec::new(), Vec::new(), 0_usize);
    for (run, marks) in runs {
        if sum.saturating_add(marks) > RUN_MARKS_MAX || marks > sum.saturating_mul(SHARE_MAX) {
            out.push(std::mem::take(&mut alike));
            sum = 0;
        }
        sum = sum.saturating_add(marks);
        alike.push(run);
    }
    out.push(alike);
    out.retain(|alike| alike.len() > 1);
    out
}

fn size_of(marks: usize) -> u32 {
    (marks / SIZE_MARKS).checked_ilog(8).unwrap_or(0)
}

async fn join_runs(
    tx: &mut Tx,
    ids: &Ids,
    workspace: WorkspaceId,
    runs: &[Uuid],
) -> Result<(), DbError> {
    let mut all = Vec::new();
    for run in runs {
        let mut after = Vec::new();
        while let (marks, Some(last)) = pages::of_run(tx, workspace, *run, &after).await? {
            all.extend(marks);
            after = last;
        }
        pages::remove_run(tx, workspace, *run).await?;
    }
    pages::insert(tx, ids, workspace, all).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(runs: &[usize], expected: &[&[usize]]) {
        let id = |marks: &usize| (Uuid::from_u128(u128::try_from(*marks).unwrap()), *marks);
        let ids = |runs: &&[usize]| runs.iter().map(|marks| id(marks).0).collect::<Vec<_>>();
        let expected: Vec<_> = expected.iter().map(ids).collect();
        assert_eq!(together(runs.iter().map(id).collect()), expected, "{runs:?}");
    }

    #[test]
    fn which_runs_become_one() {
        check(&[], &[]);
        check(&[7], &[]);
        check(&[80, 10, 720], &[&[10, 80, 720]]);
        check(&[9, 10, 19 * 8 + 1], &[&[9, 10]]);
        check(&[4_000, 1_900_000], &[]);
        check(&[240_000, 1_700_000], &[&[240_000, 1_700_000]]);
        check(&[1_900_000, 1_950_000], &[]);
        check(&[900_000, 1_000_000, 1_100_000, 1_200_000], &[&[900_000, 1_000_000]]);
        check(&[300_000, 1_000_000, 1_000_001, 999_000, 2_000_001], &[&[300_000, 999_000]]);
    }

    #[test]
    fn the_size_of_a_run() {
        for (marks, size) in
            [(0, 0), (2_048, 0), (32_767, 0), (32_768, 1), (262_143, 1), (262_144, 2)]
        {
            assert_eq!(size_of(marks), size, "{marks} marks");
        }
    }
}

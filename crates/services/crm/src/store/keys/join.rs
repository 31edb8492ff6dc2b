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

/// Joins all runs that are smaller than the largest that are made, as many at a time as make one of those.
pub(crate) async fn join_all(
    tx: &mut Tx,
    ids: &Ids,
    workspace: WorkspaceId,
) -> Result<(), DbError> {
    let before = pages::runs(tx, workspace).await?;
    let mut runs = before.clone();
    runs.retain(|(_, marks)| *marks < RUN_MARKS_MAX);
    runs.sort_unstable_by_key(|(_, marks)| *marks);
    let (mut alike, mut sum) = (Vec::new(), 0_usize);
    for (run, marks) in runs {
        if sum.saturating_add(marks) > RUN_MARKS_MAX && alike.len() > 1 {
            join_runs(tx, ids, workspace, &std::mem::take(&mut alike)).await?;
            sum = 0;
        }
        sum = sum.saturating_add(marks);
        alike.push(run);
    }
    if alike.len() > 1 {
        join_runs(tx, ids, workspace, &alike).await?;
    }
    if pages::runs(tx, workspace).await? == before {
        return Ok(());
    }
    // Whoever was reading them one after the other may have missed some. A call that joins runs adds marks as well.
    added::add(tx, workspace, &[]).await.map(drop)
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

    #[test]
    fn the_size_of_a_run() {
        for (marks, size) in
            [(0, 0), (2_048, 0), (32_767, 0), (32_768, 1), (262_143, 1), (262_144, 2)]
        {
            assert_eq!(size_of(marks), size, "{marks} marks");
        }
    }
}

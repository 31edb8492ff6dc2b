//! Captures a second, in turns with the raw charge.

use std::sync::Arc;

use captely_credits::HoldId;
use captely_platform::ids::WorkspaceId;
use serde_json::{Value, json};

use crate::clients::{median, per_s};
use crate::desk::Desk;
use crate::{ROUNDS, raw};

/// Captures in one transaction, as a run makes them.
const BATCH: usize = 500;

/// By `clients` at a time over so many accounts: raw charges, captures of holds that are there, and holds with
/// their captures (two transactions), each a second; the middle of the rounds, and the middle of what share of
/// the raw transactions of the same round ours were. `n` transactions of each kind in all rounds together.
pub(crate) async fn rates(desk: &Desk, accounts: usize, clients: usize, n: usize) -> Value {
    let all = desk.workspaces(accounts).await;
    raw::make(&desk.db, &all).await;
    let n = n / ROUNDS;
    let (mut raws, mut captures, mut pairs) = (Vec::new(), Vec::new(), Vec::new());
    let (mut of_raw, mut pairs_of_raw) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        // The next ones of them.
        let mut all = all.to_vec();
        all.rotate_left(round * n % accounts);
        let all = Arc::new(all);
        let raw = raw_rate(desk, &all, clients, n).await;
        let capture = capture_rate(desk, &all, clients, n).await;
        let pair = pair_rate(desk, &all, clients, n / 2).await;
        of_raw.push(capture / raw);
        pairs_of_raw.push(2.0 * pair / raw);
        raws.push(raw);
        captures.push(capture);
        pairs.push(pair);
    }
    json!({
        "raw": median(raws), "captures": median(captures), "pairs": median(pairs),
        "captures_of_raw": median(of_raw), "pairs_of_raw": median(pairs_of_raw),
    })
}

fn at(all: &[WorkspaceId], n: usize) -> WorkspaceId {
    all.get(n % all.len()).copied().unwrap()
}

async fn raw_rate(desk: &Desk, all: &Arc<Vec<WorkspaceId>>, clients: usize, n: usize) -> f64 {
    let (desk, all) = (desk.clone(), Arc::clone(all));
    per_s(n, clients, move |n| {
        let (desk, workspace) = (desk.clone(), at(&all, n));
        async move { raw::charge(&desk.db, &desk.ids, workspace).await }
    })
    .await
}

async fn capture_rate(desk: &Desk, all: &Arc<Vec<WorkspaceId>>, clients: usize, n: usize) -> f64 {
    // In turns, so that neighbours in time are of different accounts.
    let mut holds: Vec<(WorkspaceId, HoldId)> = Vec::with_capacity(n);
    for workspace in all.iter().take(n) {
        let each = n.div_ceil(all.len());
        holds.extend(desk.hold(*workspace, each).await.into_iter().map(|hold| (*workspace, hold)));
    }
    let (holds, desk) = (Arc::new(holds), desk.clone());
    per_s(n, clients, move |n| {
        let (desk, (workspace, hold)) = (desk.clone(), holds.get(n).copied().unwrap());
        async move { desk.capture(workspace, &[hold]).await }
    })
    .await
}

async fn pair_rate(desk: &Desk, all: &Arc<Vec<WorkspaceId>>, clients: usize, n: usize) -> f64 {
    let (desk, all) = (desk.clone(), Arc::clone(all));
    per_s(n, clients, move |n| {
        let (desk, workspace) = (desk.clone(), at(&all, n));
        async move {
            let held = desk.hold(workspace, 1).await;
            desk.capture(workspace, &held).await;
        }
    })
    .await
}

/// Captures a second of one client that captures 500 at a time; the middle of the rounds.
pub(crate) async fn in_batches(desk: &Desk, n: usize) -> f64 {
    let all = desk.workspaces(1).await;
    let workspace = at(&all, 0);
    let mut rates = Vec::new();
    for _ in 0..ROUNDS {
        let mut batches = Vec::new();
        for _ in 0..(n / BATCH / ROUNDS).max(1) {
            batches.push(desk.hold(workspace, BATCH).await);
        }
        let (count, batches, desk) = (batches.len(), Arc::new(batches), desk.clone());
        let batch = per_s(count, 1, move |n| {
            let (desk, batches) = (desk.clone(), Arc::clone(&batches));
            async move { desk.capture(workspace, batches.get(n).unwrap()).await }
        });
        rates.push(batch.await * f64::from(u32::try_from(BATCH).unwrap()));
    }
    median(rates)
}

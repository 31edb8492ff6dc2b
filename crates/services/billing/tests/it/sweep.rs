//! Time passes for all workspaces.

use captely_platform::db::Stmt;
use captely_testkit::both_dbs;

use crate::app::{TestApp, migrations};

/// More than one round of a sweep looks at.
const STUCK: u8 = 255;

both_dbs! {
    migrations = &migrations();

    async fn those_that_stay_due_keep_nobody_waiting(db) {
        let app = TestApp::manual(db).await;
        app.is("free", "active").await;
        // Copies for workspaces that are not there: each stays due, and is overdue for longer.
        for (n, m) in (0..STUCK).flat_map(|n| [(n, 1_u8), (n, 2), (n, 3)]) {
            let mut bytes = [9; 16];
            (bytes[0], bytes[1]) = (n, m);
            let id = uuid::Uuid::from_bytes(bytes);
            let copy = Stmt::text(
                "INSERT INTO billing_subscription (workspace_id, id, plan_id, terms, status, anchor, period_start,
                    period_end, months_granted, paid_through, cancel_at_period_end, asked, created_at, next_at)
                SELECT $1, $1, plan_id, terms, status, anchor, period_start, period_end, months_granted, paid_through,
                    cancel_at_period_end, asked, created_at, 1
                FROM billing_subscription WHERE workspace_id = $2",
                [id.into(), app.workspace.into()],
            );
            let mut tx = app.db.writer().await.unwrap();
            tx.run(copy).await.unwrap();
            tx.commit().await.unwrap();
        }
        app.spend(100).await;
        app.clock.advance(std::time::Duration::from_hours(24 * 31));
        app.billing.sweep().await.unwrap();
        assert_eq!(app.credits().await, 100);
    }
}

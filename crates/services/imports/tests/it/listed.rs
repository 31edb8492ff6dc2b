//! Imports as they are listed.

use std::sync::atomic::{AtomicBool, Ordering};

use captely_imports::import_jobs;
use captely_platform::db::{Db, Stmt};
use captely_platform::ids::WorkspaceId;
use captely_testkit::both_dbs;
use uuid::Uuid;

use crate::works::migrations;

const IMPORTS: u32 = 300;

/// An import that says its number in its name and among its figures.
async fn insert(db: &Db, n: u32) {
    let sql = "INSERT INTO import_job (workspace_id, id, file_name, content_hash, header, roles, state, \
        n_read, n_rows, n_faults, n_surplus, started_at, created_at, n_problems) \
        VALUES ($1, $2, $3, $4, '[]', '[]', 'done', $5, $5, 0, 0, $5, $5, $5)";
    let id = Uuid::from_u128(u128::from(n));
    let values =
        [WorkspaceId::LOCAL.into(), id.into(), n.to_string().into(), vec![7].into(), n.into()];
    let mut tx = db.writer().await.unwrap();
    tx.run(Stmt::text(sql, values)).await.unwrap();
    tx.commit().await.unwrap();
}

both_dbs! {
    migrations = &migrations();

    async fn each_has_its_own_figures_while_others_begin(db) {
        let other = db.another_process().await;
        let (over, mut pages) = (AtomicBool::new(false), 0);
        let begin = async {
            for n in 1..=IMPORTS {
                insert(&other, n).await;
            }
            over.store(true, Ordering::Relaxed);
        };
        let list = async {
            while !over.load(Ordering::Relaxed) {
                for job in import_jobs(&db, WorkspaceId::LOCAL, 3).await.unwrap() {
                    let figures = [job.n_read, job.counts.rows, job.counts.problems].map(|n| n.to_string());
                    assert_eq!(figures, [(); 3].map(|()| job.file_name.clone()));
                    assert_eq!((job.n_expected, job.finished_at), (None, None));
                    assert_eq!(job.started_at, Some(job.created_at));
                    pages += 1;
                }
            }
        };
        tokio::join!(begin, list);
        assert!(pages > 0, "nothing was listed meanwhile");
    }
}

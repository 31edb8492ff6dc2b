//! A dry run says what the run then does, and changes nothing.

use captely_crm::{OnMatch, Policy};
use captely_imports::Start;
use captely_testkit::both_dbs;

use crate::desk::people;
use crate::works::{Works, migrations};

/// The dry run's counts and rows, without the ids of contacts.
async fn tried(
    works: &Works,
    id: captely_platform::ids::ImportId,
) -> (captely_imports::Counts, Vec<String>) {
    let report = works.imports.tried(works.workspace, id).await.unwrap().expect("a report");
    assert_eq!(report.trouble, None);
    let name = format!("imports/{}/{id}/dry-run.csv", works.workspace);
    let mut bytes = Vec::new();
    let mut pieces = works.imports.files.get_stream(&name).await.unwrap();
    while let Some(piece) = futures::StreamExt::next(&mut pieces).await {
        bytes.extend_from_slice(&piece.unwrap());
    }
    let text = String::from_utf8(bytes).unwrap();
    (report.counts, text.lines().map(str::to_owned).collect())
}

both_dbs! {
    migrations = &migrations();

    async fn it_says_what_happens(db) {
        let works = Works::new(&db);
        let all = people(2_500);
        let some = all.lines().step_by(3).collect::<Vec<_>>().join("\n");
        let head = "first_name,last_name,company,domain,note\n";
        let start = Start {
            policy: Policy { usual: OnMatch::Overwrite, ..Policy::default() },
            tags: vec!["fair".to_owned()],
            ..Start::default()
        };
        works.import(&format!("{head}{}", some.trim_start_matches(head)), &start).await;
        let before = works.people().await;
        let list = people(2_500).replace(",Rao,", ",Rao-Noor,");
        let list = format!("{}{}", people(2_500), list.trim_start_matches(head));
        let id = works.ready("list.csv", &list).await;
        works.ask(async |imports, tx| imports.dry_run(tx, works.workspace, id, &start).await).await.unwrap();
        works.work().await;
        assert_eq!(works.people().await, before, "nothing has changed");
        let (counts, rows) = tried(&works, id).await;
        assert_eq!(rows.len(), 5_001);
        works.start(id, &start).await.unwrap();
        works.work().await;
        let job = works.job(id).await;
        assert_eq!(job.counts, counts);
        assert!(counts.created > 0 && counts.merged > 0 && counts.unchanged > 0, "{counts:?}");
        let outcomes: Vec<(String,)> = works
            .all("SELECT outcome FROM import_row WHERE workspace_id = $1 ORDER BY import_id DESC, number LIMIT 5000")
            .await;
        for ((outcome,), row) in outcomes.iter().zip(&rows[1..]) {
            assert_eq!(row.split(',').nth(2), Some(outcome.as_str()), "{row}");
        }
    }

    async fn a_file_that_breaks_off_says_so(db) {
        let works = Works::new(&db);
        let id = works.ready("list.csv", "Name,Email\nAsha Rao,a@mills.example\n").await;
        let job = works.job(id).await;
        works.imports.files.delete(job.file_key.as_deref().unwrap()).await.unwrap();
        works.start(id, &Start::default()).await.unwrap();
        works.work().await;
        let job = works.job(id).await;
        assert_eq!(job.state, captely_imports::ImportState::Failed);
        assert!(job.trouble.unwrap().contains("is gone"));
    }
}

//! Tags for everybody of an import that is done.

use captely_crm::{OnMatch, Policy};
use captely_imports::{ImportState, ImportsError, Start, TAGS_MAX};
use captely_testkit::both_dbs;

use crate::works::{Works, migrations};

const FIRST: &str = "Name,Email\nAsha Rao,asha@mills.example\n";
const SECOND: &str = "\
Name,Email
Asha Rao,asha@mills.example
Ravi Iyer,ravi@looms.example
Asha Rao,ASHA@mills.example
";

fn tags(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn start(words: &[&str]) -> Start {
    let policy = Policy { usual: OnMatch::FillBlanks, ..Policy::default() };
    Start { policy, tags: tags(words), ..Start::default() }
}

/// Address and tag, in order.
async fn tagged(works: &Works) -> Vec<String> {
    let sql = "SELECT c.original_email, t.tag FROM contact_tag AS t JOIN contact AS c \
        ON c.workspace_id = t.workspace_id AND c.id = t.contact_id \
        WHERE t.workspace_id = $1 ORDER BY c.original_email, t.tag";
    let rows: Vec<(String, String)> = works.all(sql).await;
    rows.iter().map(|(who, tag)| format!("{who} {tag}")).collect()
}

both_dbs! {
    migrations = &migrations();

    async fn everybody_of_an_import_gets_them_and_loses_them_with_it(db) {
        let works = Works::new(&db);
        works.import(FIRST, &start(&["old"])).await;
        let job = works.import(SECOND, &start(&["fair"])).await;
        for _ in 0..2 {
            let more = tags(&["imported", "to_contact", "fair"]);
            works.ask(async |imports, tx| imports.tag(tx, works.workspace, job.id, &more).await).await.unwrap();
            works.work().await;
            assert_eq!(tagged(&works).await, [
                "asha@mills.example fair", "asha@mills.example imported", "asha@mills.example old",
                "asha@mills.example to_contact", "ravi@looms.example fair",
                "ravi@looms.example imported", "ravi@looms.example to_contact",
            ]);
        }
        assert_eq!(works.job(job.id).await.tags, ["fair", "imported", "to_contact"]);
        assert_eq!(works.told(job.id).await.iter().filter(|kind| *kind == "import.tagged").count(), 2);
        works.ask(async |imports, tx| imports.undo(tx, works.workspace, job.id).await).await.unwrap();
        works.work().await;
        assert_eq!(tagged(&works).await, ["asha@mills.example old"]);
    }

    async fn what_is_not_done_gets_none(db) {
        let works = Works::new(&db);
        let id = works.ready("list.csv", SECOND).await;
        let ask = async |words: Vec<String>| {
            works.ask(async |imports, tx| imports.tag(tx, works.workspace, id, &words).await).await
        };
        let why = ask(tags(&["a"])).await.unwrap_err();
        assert!(matches!(why, ImportsError::State { state: ImportState::Ready, .. }), "{why}");
        works.start(id, &start(&[])).await.unwrap();
        works.work().await;
        let many: Vec<String> = (0..=TAGS_MAX).map(|n| format!("tag {n}")).collect();
        for wrong in [many, tags(&[""]), tags(&[" a"])] {
            let why = ask(wrong.clone()).await.unwrap_err();
            assert!(matches!(why, ImportsError::Invalid { field: "default_tags", .. }), "{wrong:?}: {why}");
        }
        works.work().await;
        assert_eq!(tagged(&works).await, Vec::<String>::new());
        let full = works.import(SECOND, &start(&["old"])).await;
        let many: Vec<String> = (0..TAGS_MAX).map(|n| format!("tag {n}")).collect();
        let asked = works.ask(async |imports, tx| imports.tag(tx, works.workspace, full.id, &many).await).await;
        assert_eq!(asked.unwrap_err().to_string(), "an import may have 20 tags; it has 1 already, and with these 21");
        works.ask(async |imports, tx| imports.undo(tx, works.workspace, full.id).await).await.unwrap();
        works.work().await;
        // Taken back before the worker came to it.
        ask(tags(&["a"])).await.unwrap();
        works.ask(async |imports, tx| imports.undo(tx, works.workspace, id).await).await.unwrap();
        works.work().await;
        assert_eq!(tagged(&works).await, Vec::<String>::new());
        assert_eq!(works.state(id).await, ImportState::Undone);
    }
}

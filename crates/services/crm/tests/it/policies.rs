//! Who wins, field by field.

use captely_crm::{MIGRATIONS, OnMatch, Outcome, Policy};
use captely_testkit::{TestDb, both_dbs, ids};

use crate::world::{WS, all, by, row, upsert};

/// What is stored of `word` after a contact made at 100 with `stored` met a row with `new`, which is of
/// `as_of`.
async fn check(
    db: &TestDb,
    policy: &Policy,
    word: &str,
    stored: &str,
    new: &str,
    as_of: i64,
    expected: &str,
) {
    let workspace = ids_of(word, db).await;
    let email = "email=ada@acme.example";
    let field = |value: &str| format!("{word}={value}");
    let before = if stored.is_empty() { row(&[email]) } else { row(&[email, &field(stored)]) };
    let mut after = if new.is_empty() { row(&[email]) } else { row(&[email, &field(new)]) };
    after.as_of = Some(captely_contact::Timestamp::micros(as_of));
    let ids = ids();
    upsert(db, &ids, workspace, &[before], &by(1, Policy::default()), 100).await;
    let applied = upsert(db, &ids, workspace, &[after], &by(2, policy.clone()), 300).await;
    let what = format!("{policy:?} {word}: {stored:?} meets {new:?}");
    let changed = stored != expected;
    let outcome = if changed { Outcome::Updated } else { Outcome::Unchanged };
    assert_eq!(applied[0].outcome, outcome, "{what}");
    assert_eq!(applied[0].changed, if changed { vec![word.to_owned()] } else { vec![] }, "{what}");
    let rows: Vec<(String, String, String, i64, i64)> = all(
        db,
        "SELECT title, original_email, details, version, updated_at FROM contact WHERE workspace_id IS NOT NULL",
    )
    .await;
    let (title, _, details, version, updated_at) = rows[0].clone();
    let got = if word == "title" {
        title
    } else {
        let details: std::collections::BTreeMap<String, String> =
            serde_json::from_str(&details).unwrap();
        details.get(word).cloned().unwrap_or_default()
    };
    assert_eq!(got, expected, "{what}");
    assert_eq!(version, if changed { 2 } else { 1 }, "{what}");
    assert_eq!(updated_at, if changed { as_of.clamp(100, 300) } else { 100 }, "{what}");
}

/// An empty workspace: the one there is, emptied.
async fn ids_of(_word: &str, db: &TestDb) -> captely_platform::ids::WorkspaceId {
    let mut tx = db.writer().await.unwrap();
    for table in [
        "DELETE FROM contact WHERE workspace_id IS NOT NULL",
        "DELETE FROM contact_key WHERE workspace_id IS NOT NULL",
        "DELETE FROM record_change WHERE workspace_id IS NOT NULL",
    ] {
        tx.run(captely_platform::db::Stmt::text(table, [])).await.unwrap();
    }
    tx.commit().await.unwrap();
    WS
}

both_dbs! {
    migrations = MIGRATIONS;

    async fn who_wins(db) {
        use OnMatch::{FillBlanks, NewestWins, Overwrite, Skip};
        let db = &db;
        for word in ["title", "seniority", "custom.Colour"] {
            for (usual, stored, new, as_of, expected) in [
                (Skip, "", "b", 200, ""),
                (Skip, "a", "b", 200, "a"),
                (FillBlanks, "", "b", 200, "b"),
                (FillBlanks, "a", "b", 200, "a"),
                (Overwrite, "", "b", 200, "b"),
                (Overwrite, "a", "b", 50, "b"),
                (Overwrite, "a", "", 200, "a"),
                (Overwrite, "a", "a", 200, "a"),
                (NewestWins, "a", "b", 200, "b"),
                (NewestWins, "a", "b", 900, "b"),
                (NewestWins, "a", "b", 50, "a"),
                (NewestWins, "", "b", 50, "b"),
            ] {
                let policy = Policy { usual, ..Policy::default() };
                check(db, &policy, word, stored, new, as_of, expected).await;
                // The same for this field alone, against another rule for all else.
                let other = if usual == Overwrite { Skip } else { Overwrite };
                let fields = [(word.to_owned(), usual)].into();
                let policy = Policy { usual: other, fields, ..Policy::default() };
                check(db, &policy, word, stored, new, as_of, expected).await;
            }
        }
    }
}

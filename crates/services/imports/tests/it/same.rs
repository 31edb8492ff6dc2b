//! Which readings of a file are the same: an interrupted one goes on only where it was read in the same way.

use std::path::Path;

use captely_imports::Ask;
use captely_tabular::ReadOptions;
use captely_testkit::both_dbs;

use crate::desk::{Desk, people};
use crate::works::migrations;

type How = (ReadOptions, Ask);

/// Imports until 1,000 rows are in, and no further.
async fn cut(desk: &Desk, path: &Path, (options, ask): How) {
    let (reached, stop) = tokio::sync::oneshot::channel();
    let mut reached = Some(reached);
    let import = desk.importer.import_with(path, options, ask, |rows| {
        if rows >= 1_000
            && let Some(tell) = reached.take()
        {
            let _ = tell.send(());
        }
    });
    tokio::select! {
        biased;
        _ = stop => {}
        _ = import => panic!("it ended before it was dropped"),
    }
}

fn encoded(name: &str) -> How {
    (ReadOptions { encoding: Some(name.to_owned()), ..ReadOptions::default() }, Ask::default())
}

fn from(country: &str) -> How {
    (ReadOptions::default(), Ask { country: Some(country.to_owned()), ..Ask::default() })
}

both_dbs! {
    migrations = &migrations();

    async fn another_reading_begins_at_the_first_row(db) {
        let desk = Desk::new(&db);
        let list = people(3_000);
        for (n, (first, second)) in [
            (encoded("utf-8"), encoded("windows-1252")),
            (from("DE"), from("FR")),
            ((ReadOptions { delimiter: Some(','), ..ReadOptions::default() }, Ask::default()), from("DE")),
        ].into_iter().enumerate() {
            let path = desk.file(&format!("{n}.csv"), format!("{list}Eve,Rao,Mills,,{n}\n"));
            cut(&desk, &path, first.clone()).await;
            let (options, ask) = second;
            let other = desk.importer.import_with(&path, options, ask, |_| ()).await.unwrap();
            assert_eq!((other.known_rows, other.rows), (0, 3_001), "{n}");
            let (options, ask) = first;
            let same = desk.importer.import_with(&path, options, ask, |_| ()).await.unwrap();
            assert!(same.known_rows >= 1_000, "{n}: it does not go on, {} were known", same.known_rows);
            assert_ne!(same.id, other.id, "{n}");
        }
    }

    async fn companies_of_an_import_are_somebody_to_be_found(db) {
        let desk = Desk::new(&db);
        let path = desk.file("list.csv", "First Name,Last Name,Company\nAsha,Rao,Mills\nRavi,Iyer,Mills\nEve,Noor,Mills\n,,Looms\n");
        let options = ReadOptions::default;
        let plain = desk.importer.import_with(&path, options(), Ask::default(), |_| ()).await.unwrap();
        assert_eq!(desk.rows(&plain).await[3].contact, None);
        let looked_up = desk.importer.import(&path, options(), |_| ()).await.unwrap();
        assert_ne!(looked_up.id, plain.id);
        assert!(desk.rows(&looked_up).await[3].contact.is_some());
    }
}

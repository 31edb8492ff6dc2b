//! What a list becomes.

use captely_crm::{OnMatch, Policy};
use captely_imports::Ask;
use captely_tabular::ReadOptions;
use captely_testkit::{assert_prepares, both_dbs};

use crate::desk::{Desk, migrations, people};

const LIST: &str = "\
Vorname,Nachname,Unternehmen,Website,Score,E-Mail,Telefon,\"Notes, private\"
Asha,Rao,Mills,https://www.mills.example/about,7,asha@mills.example,+49 30 901820,\"likes \"\"tea\"\"\"
Ravi,Iyer,Looms,looms.example,,,,\"two
lines\"
,,,,5,,,
,,,,,,,

ASHA,Rao,Mills Ltd,mills.example,9,,,again
";

both_dbs! {
    migrations = &migrations();

    async fn statements(db) {
        assert_prepares(&db, &captely_imports::statements()).await;
    }

    async fn a_csv_becomes_rows_and_contacts(db) {
        let desk = Desk::new(&db);
        let mut seen = Vec::new();
        let path = desk.file("list.csv", LIST);
        let import =
            desk.import_file(&path, |rows| seen.push(rows)).await.unwrap();
        assert_eq!(seen, [0, 4]);
        assert_eq!((import.rows, import.faults, import.surplus, import.known_rows), (4, 0, 0, 0));
        let header = [
            "Vorname", "Nachname", "Unternehmen", "Website", "Score", "E-Mail", "Telefon",
            "Notes, private",
        ];
        assert_eq!(import.header, header, "every column, unknown ones too, in order");
        let rows = desk.rows(&import).await;
        let places: Vec<(u64, u64)> = rows.iter().map(|row| (row.number, row.line)).collect();
        assert_eq!(places, [(1, 2), (2, 3), (3, 5), (4, 8)]);
        assert_eq!(rows[0].cells[4..], ["7", "asha@mills.example", "+49 30 901820", "likes \"tea\""]);
        assert_eq!(rows[1].cells[7], "two\nlines");
        assert_eq!(rows[3].cells[..5], ["ASHA", "Rao", "Mills Ltd", "mills.example", "9"]);
        assert_eq!(rows[2].contact, None, "it names nobody, but stays");
        assert_eq!(import.notes, ["2 row(s) without any value are left out"]);
        assert_eq!(rows[0].contact, rows[3].contact, "one person stands once");
        assert_ne!(rows[0].contact, rows[1].contact);
        assert_eq!(desk.contacts().await, 2);
        let asha = desk.contact(rows[0].contact.unwrap()).await;
        assert_eq!((asha.person.first_name.as_str(), asha.person.company.as_str()), ("Asha", "Mills"));
        assert_eq!(asha.person.domain.unwrap().as_str(), "mills.example");
        assert_eq!(asha.original_email.unwrap().as_str(), "asha@mills.example");
        assert_eq!(asha.original_phone.unwrap(), "+4930901820");
    }

    async fn what_is_asked_is_looked_at_first(db) {
        let desk = Desk::new(&db);
        let path = desk.file("list.csv", LIST);
        let tagged = Ask { tags: vec![String::new()], ..Ask::default() };
        let fields = [("titel".to_owned(), OnMatch::Overwrite)].into();
        let field = Ask { policy: Policy { fields, ..Policy::default() }, ..Ask::default() };
        for (ask, said) in [(tagged, "there may be 20 tags"), (field, "did you mean title?")] {
            let (one, options) = (&desk.importer, ReadOptions::default);
            let errors = [
                one.preview(&path, options(), &ask).await.unwrap_err(),
                one.dry_run(&path, options(), ask.clone(), |_| ()).await.unwrap_err(),
                one.import_with(&path, options(), ask, |_| ()).await.unwrap_err(),
            ];
            for error in errors {
                assert!(error.to_string().contains(said), "{error}");
            }
        }
        assert_eq!(desk.count("SELECT count(*) FROM import_job WHERE workspace_id = $1").await, 0);
    }

    async fn duplicates_stand_once_and_every_row_stays(db) {
        let desk = Desk::new(&db);
        let import = desk.import(people(2_345)).await;
        let rows = desk.rows(&import).await;
        assert_eq!(rows.len(), 2_345);
        for (i, row) in rows.iter().enumerate() {
            assert_eq!(row.number, u64::try_from(i).unwrap() + 1);
            assert_eq!(row.cells[4], format!("row {i}"));
            if i % 10 == 9 {
                assert_eq!(row.contact, rows[i - 1].contact, "row {i}");
            }
        }
        assert_eq!(desk.contacts().await, 2_345 - 234);
    }

    async fn the_same_file_again_is_not_read_again(db) {
        let desk = Desk::new(&db);
        let first = desk.import(people(1_500)).await;
        let again = desk.import(people(1_500)).await;
        assert_eq!(again.id, first.id);
        assert_eq!((again.rows, again.known_rows), (1_500, 1_500));
        assert_eq!(again.header, first.header);
        assert_eq!(desk.rows(&again).await.len(), 1_500);
        // one row more is another file; its people are known
        let more = desk.import(people(1_501)).await;
        assert_ne!(more.id, first.id);
        assert_eq!((more.rows, more.known_rows), (1_501, 0));
        assert_eq!(desk.contacts().await, 1_351);
        assert_eq!(
            desk.count("SELECT count(*) FROM import_row WHERE workspace_id = $1").await,
            3_001
        );
    }

    async fn a_list_without_people_is_refused(db) {
        let desk = Desk::new(&db);
        let error = desk.try_import("colour,size\nred,7\n").await.unwrap_err();
        assert!(error.to_string().contains("colour"), "{error}");
        let gone = desk.file("list.csv", "").with_file_name("gone.csv");
        let error = desk.import_file(&gone, |_| ()).await.unwrap_err();
        assert!(error.to_string().contains("gone.csv"), "{error}");
        assert_eq!(desk.count("SELECT count(*) FROM import_job WHERE workspace_id = $1").await, 0);
    }
}

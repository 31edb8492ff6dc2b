//! Rows that are not as they should be.

use captely_testkit::both_dbs;

use crate::desk::{Desk, migrations};

/// `n` good rows, `bad` after the first `at` of them.
fn with_bad(n: usize, at: usize, bad: &[u8]) -> Vec<u8> {
    let mut list = b"first_name,last_name,domain\n".to_vec();
    for i in 0..n {
        if i == at {
            list.extend_from_slice(bad);
            list.push(b'\n');
        }
        list.extend_from_slice(format!("Ada{i},Rao,mills{i}.example\n").as_bytes());
    }
    list
}

both_dbs! {
    migrations = &migrations();

    async fn broken_quoting_is_listed_and_the_rest_kept(db) {
        let desk = Desk::new(&db);
        let import = desk.import(with_bad(1_200, 1_100, b"\"Eve\"x,Rao")).await;
        let faults = desk.faults(&import).await;
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert_eq!((faults[0].number, faults[0].line), (1_101, 1_102), "{faults:?}");
        assert!(faults[0].reason.contains("quoting"), "{faults:?}");
        assert_eq!((import.faults, import.rows), (1, 1_200));
        let rows = desk.rows(&import).await;
        assert_eq!(rows.len(), 1_200);
        assert!(rows.iter().all(|row| row.number != 1_101), "its number is the fault's");
        assert_eq!(rows.last().unwrap().number, 1_201);
        let again = desk.import(with_bad(1_200, 1_100, b"\"Eve\"x,Rao")).await;
        assert_eq!((again.id, again.rows, again.faults), (import.id, 1_200, 1));
        assert_eq!(desk.faults(&again).await, faults);
    }

    async fn surplus_cells_are_kept(db) {
        let desk = Desk::new(&db);
        let import = desk.import(with_bad(3, 1, b"Eve,Rao,eve.example,more,yet more")).await;
        assert_eq!((import.rows, import.faults, import.surplus), (4, 0, 2));
        let rows = desk.rows(&import).await;
        assert_eq!(rows[1].cells, ["Eve", "Rao", "eve.example", "more", "yet more"]);
        assert_eq!(rows[2].cells.len(), 3);
        assert!(import.notes.iter().any(|note| note.contains("line 3")), "{:?}", import.notes);
        let again = desk.import(with_bad(3, 1, b"Eve,Rao,eve.example,more,yet more")).await;
        assert_eq!(again.surplus, 2, "the result needs the columns when the file is known too");
    }

    async fn bytes_that_are_no_text_are_repaired(db) {
        let desk = Desk::new(&db);
        let mut bad = "Zoë,Ra\0o,zoe.example\n".as_bytes().to_vec();
        bad.extend_from_slice(b"J\xf6rg,Rao,joerg.example");
        let import = desk.import(with_bad(3, 1, &bad)).await;
        assert_eq!((import.rows, import.faults), (5, 0));
        let rows = desk.rows(&import).await;
        assert_eq!(rows[1].cells[..2], ["Zoë", "Rao"]);
        assert_eq!(rows[2].cells[0], "Jörg");
        assert_eq!(desk.contact(rows[2].contact.unwrap()).await.person.first_name, "Jörg");
        assert_eq!(import.notes.len(), 2, "{:?}", import.notes);
    }

    async fn a_file_of_faults_alone_ends(db) {
        let desk = Desk::new(&db);
        let huge = "x".repeat(2_000_000);
        let import = desk.import(format!("first_name,last_name,domain\n{huge},y,z\n")).await;
        assert_eq!((import.rows, import.faults), (0, 1));
        assert_eq!(desk.faults(&import).await[0].number, 1);
    }
}

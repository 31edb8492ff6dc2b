use std::collections::BTreeMap;
use std::io::Cursor;

use captely_tabular::{ReadOptions, open_stream};

use super::*;

fn list(name: &str, content: impl Into<Vec<u8>>, kept: Option<&[String]>) -> List {
    let source = Box::new(Cursor::new(content.into()));
    let reader = open_stream(name, source, &ReadOptions::default()).unwrap();
    List::understand(reader, kept, &BTreeMap::new()).unwrap()
}

fn rules() -> ReadingRules {
    ReadingRules { now: "2026-01-01T00:00:00Z".parse().unwrap(), ..ReadingRules::default() }
}

const LEADS: &str = "Report of 5 January\r\n\r\nFull Name;E-Mail;Phone;Company;Note\r\n\
    Asha Rao;asha@mills.example;+44 20 7946 0958;Mills GmbH;a\r\n\
    Ravi Iyer;ravi@;;Looms;\r\n\
    ASHA RAO;Asha@Mills.example ;;Mills;b\r\n\
    ;;;;c\r\n\
    ;nobody;;;\r\n\
    ;;;;\r\n\
    ;;;Looms Ltd;d\r\n";

#[test]
fn a_preview_says_how_a_list_is_written_and_what_it_becomes() {
    let mut list = list("leads.csv", LEADS, None);
    let (preview, people) = Preview::of(&mut list, &rules());
    let counts = &preview.counts;
    assert_eq!((counts.valid, counts.empty, counts.invalid, counts.with_problems), (4, 2, 0, 2));
    assert_eq!(people.len(), 4);
    let form = &preview.form;
    assert_eq!((form.format.as_str(), form.header_line, form.header_rows), ("csv", 3, 1));
    assert_eq!(form.delimiter.as_deref(), Some(";"));
    assert_eq!((form.line_end.as_deref(), form.encoding.as_deref()), (Some("crlf"), Some("UTF-8")));
    assert_eq!(form.preamble, ["Report of 5 January"]);
    let roles: Vec<&str> = preview.columns.iter().map(|column| column.role.as_str()).collect();
    assert_eq!(roles, ["full_name", "email", "phone", "company_name", "notes"]);
    let email = &preview.columns[1];
    assert_eq!((email.number, email.filled, email.problems), (2, 67, 50));
    assert_eq!(email.samples, ["asha@mills.example", "ravi@", "Asha@Mills.example", "nobody"]);
    assert!(email.confidence >= 90 && !email.reason.is_empty());
    assert_eq!(preview.problem, None);
    assert_eq!((preview.looked_at, preview.rows.len()), (6, 6));
    let first = &preview.rows[0];
    assert_eq!((first.number, first.line), (1, 4));
    assert_eq!(first.values["first_name"], "Asha");
    assert_eq!(first.values["company.legal_form"], "GmbH");
    let second = &preview.rows[1].problems[0];
    assert_eq!(
        (second.column, second.name.as_str(), second.value.as_str()),
        (2, "E-Mail", "ravi@")
    );
    assert!(preview.rows[3].skipped.as_ref().unwrap().starts_with("the row names nobody"));
    let json = serde_json::to_string(&preview).unwrap();
    assert_eq!(serde_json::from_str::<Preview>(&json).unwrap(), preview);
    let (again, _) = Preview::of(&mut list, &rules());
    assert_eq!(again, preview, "the rows come again");
}

#[test]
fn a_kept_mapping_wins_and_says_so() {
    let words = ["custom.Who", "email", "ignore", "company_name", "notes"].map(str::to_owned);
    let mut list = list("leads.csv", LEADS, Some(&words));
    assert_eq!(list.map.words(), words);
    let (preview, _) = Preview::of(&mut list, &rules());
    assert!(preview.columns[0].reason.contains("the last time"));
    assert_eq!(preview.rows[0].values["custom.Who"], "Asha Rao");
}

#[test]
fn what_is_missing_is_told_with_a_column_that_comes_close() {
    let mut list = list("x.csv", "Colour,Compnay Nmae,Emal adress\nred,x,y\nblue,z,w\n", None);
    let problem = Preview::of(&mut list, &rules()).0.problem;
    let problem = problem.expect("nobody is named");
    assert!(problem.reason.starts_with("no column says whom a row is about"), "{}", problem.reason);
}

#[test]
fn rows_that_cannot_be_read_were_looked_at_too() {
    let broken =
        "{\"email\": \"asha@mills.example\"}\n{\"email\":}\n{\"email\": \"ravi@looms.example\"}\n";
    let (preview, _) = Preview::of(&mut list("x.jsonl", broken, None), &rules());
    let counts = &preview.counts;
    assert_eq!((counts.valid, counts.empty, counts.invalid), (2, 0, 1), "{:?}", preview.faults);
    assert_eq!(preview.looked_at, 3);
}

//! What `captely enrich` writes: its summary, its formats, its columns.

use std::path::Path;

use captely_tabular::{ReadOptions, RowFault};
use serde_json::Value;

use crate::program::{Ran, Room};

/// What docs/cli.md promises of the summary.
const SUMMARY: [&str; 13] = [
    "rows",
    "email_found",
    "email_verified",
    "phone_found",
    "provider_calls",
    "cached",
    "in_doubt",
    "limited",
    "cost_usd",
    "credits",
    "seconds",
    "resumed",
    "output",
];

/// A list with columns that mean nothing to us, in an odd order, and cells that are easily harmed.
const LIST: &str = "\
\"Deal, size\";Surname;Ref;First name;Company;Web site;Notes\r\n\
007;Rao;=1+1;Asha;Mills;https://mills.example/about;\"two\r\nlines\"\r\n\
1,50;Lindqvist;-;Kay;Ropes;ropes.example;\"says \"\"hi\"\"\"\r\n\
; Bo ;@x;Ann;Acme;acme.example;ø 東京\r\n\
;;;;;;nobody\r\n";

/// The list's own cells, as they must come out again.
const OWN: [[&str; 7]; 5] = [
    ["Deal, size", "Surname", "Ref", "First name", "Company", "Web site", "Notes"],
    ["007", "Rao", "=1+1", "Asha", "Mills", "https://mills.example/about", "two\r\nlines"],
    ["1,50", "Lindqvist", "-", "Kay", "Ropes", "ropes.example", "says \"hi\""],
    ["", " Bo ", "@x", "Ann", "Acme", "acme.example", "ø 東京"],
    ["", "", "", "", "", "", "nobody"],
];

fn enrich(room: &Room, more: &[&str]) -> Ran {
    let job = ["enrich", "leads.csv", "--sandbox", "1", "--data-dir", "data", "--no-verify"];
    room.run(&[&job[..], more].concat())
}

/// All rows of a result with its header, as the product itself reads them.
fn table(path: &Path) -> Vec<Vec<String>> {
    let mut reader = captely_tabular::open(path, &ReadOptions::default()).expect("a list");
    let mut rows = vec![reader.header().to_vec()];
    while let Some(row) = reader.next_row() {
        rows.push(row.unwrap_or_else(|fault: RowFault| panic!("{fault}")).cells);
    }
    rows
}

#[test]
fn json_prints_one_object_with_the_whole_summary() {
    let room = Room::with(&[("leads.csv", LIST)]);
    let ran = enrich(&room, &["-o", "out.csv", "--json", "--fields", "email,phone"]);
    ran.expect(0);
    assert_eq!(ran.out.lines().count(), 1, "{}", ran.out);
    let json = ran.json();
    for name in SUMMARY {
        assert!(!json[name].is_null(), "{name} is missing in {json}");
    }
    let number = |name: &str| json[name].as_u64().unwrap_or_else(|| panic!("{name}: {json}"));
    assert_eq!((number("rows"), number("in_doubt"), number("cached")), (4, 0, 0));
    assert!((1..=3).contains(&number("email_found")), "{json}");
    assert!(number("email_verified") <= number("email_found"), "{json}");
    assert!(number("provider_calls") >= 3, "{json}");
    assert!(json["cost_usd"].as_f64() > Some(0.0) && json["seconds"].as_f64() > Some(0.0));
    assert_eq!((&json["resumed"], &json["output"]), (&false.into(), &"out.csv".into()));
    // What the summary says is what stands in the file.
    let rows = table(&room.path().join("out.csv"));
    let filled = |name: &str| {
        let at = rows[0].iter().position(|h| h == name).expect("the column");
        let cells: Vec<_> = rows[1..].iter().map(|row| row[at].clone()).collect();
        cells.into_iter().filter(|cell| !cell.is_empty()).collect::<Vec<_>>()
    };
    assert_eq!(u64::try_from(filled("email").len()).expect("small"), number("email_found"));
    assert_eq!(u64::try_from(filled("phone").len()).expect("small"), number("phone_found"));
    let valid = filled("email_status").into_iter().filter(|status| status == "valid").count();
    assert_eq!(u64::try_from(valid).expect("small"), number("email_verified"));
    let spent: f64 = filled("cost_usd").iter().map(|c| c.parse::<f64>().expect("a number")).sum();
    assert!((spent - json["cost_usd"].as_f64().unwrap_or(-1.0)).abs() < 1e-6, "{spent}: {json}");
    // For people it is a table, of the same numbers.
    let ran = enrich(&room, &["-o", "again.csv"]);
    ran.expect(0);
    assert!(ran.out.contains("known before, not paid") && ran.out.contains("result: again.csv"));
}

#[test]
fn every_format_keeps_the_lists_columns_untouched_and_in_order() {
    let room = Room::with(&[("leads.csv", LIST)]);
    let mut results: Vec<Vec<Vec<String>>> = Vec::new();
    for (name, format) in
        [("out.csv", None), ("out.xlsx", None), ("out.json", None), ("out.txt", Some("jsonl"))]
    {
        let format = format.map_or(Vec::new(), |format| vec!["--format", format]);
        enrich(&room, &[&["-o", name][..], &format].concat()).expect(0);
        let path = room.path().join(name);
        let lines = room.path().join("out.jsonl");
        let path = if name == "out.txt" {
            std::fs::rename(&path, &lines).expect("renamed");
            lines
        } else {
            path
        };
        let rows = table(&path);
        assert_eq!(rows.len(), OWN.len(), "{name}");
        for (row, own) in rows.iter().zip(OWN) {
            assert_eq!(row[..own.len()], own, "{name}");
        }
        assert_eq!(rows[0][OWN[0].len()..], documented()[..], "{name}");
        results.push(rows);
    }
    // The same values in each, but for when they were found.
    let at = results[0][0].iter().position(|h| h == "email").expect("the column");
    let emails = |rows: &[Vec<String>]| rows.iter().map(|r| r[at].clone()).collect::<Vec<_>>();
    assert!(emails(&results[0])[1..].iter().any(|email| email.contains('@')));
    for other in &results[1..] {
        assert_eq!(emails(other), emails(&results[0]));
    }
    // In JSON numbers are numbers, and what is not there is null or empty.
    let rows: Value = serde_json::from_str(&room.read("out.json")).expect("a list of objects");
    assert!(rows[0]["cost_usd"].is_number(), "{}", rows[0]);
    assert!(rows[0]["Deal, size"] == "007", "{}", rows[0]);
    assert!(rows[3]["email"] == "" || rows[3]["email"].is_null(), "{}", rows[3]);
    enrich(&room, &["-o", "out.csv", "--format", "pdf"]).expect(2).says("'pdf'");
    // Without -o the result stands beside the list.
    enrich(&room, &[]).expect(0);
    assert_eq!(table(&room.path().join("leads-enriched.csv"))[1][..7], OWN[1]);
}

/// The added columns that docs/cli.md describes, in its order.
fn documented() -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/cli.md");
    let text = std::fs::read_to_string(path).expect("docs/cli.md");
    let (_, section) = text.split_once("\n## captely enrich\n").expect("its section");
    let section = section.split("\n## ").next().unwrap_or(section);
    let (_, table) = section.split_once("\n| Column | Meaning |\n").expect("its table");
    let rows = table.lines().skip(1).take_while(|line| line.starts_with("| `"));
    rows.filter_map(|row| row.split('`').nth(1)).map(str::to_owned).collect()
}

#[test]
fn the_summary_is_documented() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/cli.md");
    let text = std::fs::read_to_string(path).expect("docs/cli.md");
    let room = Room::with(&[("leads.csv", LIST)]);
    let json = enrich(&room, &["-o", "out.csv", "--json"]).json();
    for name in json.as_object().expect("an object").keys() {
        assert!(text.contains(&format!("| `{name}` |")), "docs/cli.md does not explain {name}");
    }
}

#[test]
fn credits_of_a_run_are_counted_and_limited() {
    let room = Room::new();
    let row = |i| format!("Ann{i},Bo{i},c{i}.example");
    let list: Vec<String> = (0..40).map(row).collect();
    room.write("leads.csv", format!("First name,Last name,Domain\n{}\n", list.join("\n")));
    let ran = enrich(&room, &["-o", "few.csv", "--json", "--max-credits", "3"]);
    ran.expect(6);
    let (few, text) =
        (ran.json(), |json: &serde_json::Value| json["credits"].as_str().map(str::to_owned));
    let found = few["email_found"].as_u64().expect("a number");
    assert!((1..=3).contains(&found), "{few}");
    assert_eq!(text(&few), Some(found.to_string()), "{few}");
    // What was paid for is not paid for again: the second run pays for the others alone.
    let all = enrich(&room, &["-o", "all.csv", "--json"]).json();
    let more = all["email_found"].as_u64().expect("a number");
    assert!(more > found, "{all}");
    assert_eq!(text(&all), Some((more - found).to_string()), "{all}");
}

#[test]
fn a_budget_that_ends_is_an_exit_code_of_its_own_and_never_exceeded() {
    let room = Room::new();
    let row = |i| format!("Ann{i},Bo{i},c{i}.example");
    let list: Vec<String> = (0..60).map(row).collect();
    room.write("leads.csv", format!("First name,Last name,Domain\n{}\n", list.join("\n")));
    let ran = enrich(&room, &["-o", "out.csv", "--json", "--max-cost-usd", "0.10"]);
    ran.expect(6);
    let json = ran.json();
    assert!(json["cost_usd"].as_f64() <= Some(0.10), "{json}");
    assert!(json["rows_short_of_budget"].as_u64() > Some(0), "{json}");
    let rows = table(&room.path().join("out.csv"));
    assert_eq!(rows.len(), 61, "the result is written all the same");
    let at = rows[0].iter().position(|h| h == "result").expect("the column");
    assert!(rows.iter().any(|row| row[at] == "run_budget"), "{rows:?}");
    let ran = enrich(&room, &["-o", "row.csv", "--json", "--max-cost-per-row-usd", "0.02"]);
    ran.expect(6);
    let rows = table(&room.path().join("row.csv"));
    let at = rows[0].iter().position(|h| h == "cost_usd").expect("the column");
    for row in &rows[1..] {
        assert!(row[at].parse::<f64>().is_ok_and(|cost| cost <= 0.02), "{row:?}");
    }
}

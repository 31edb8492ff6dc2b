//! How fast rows become records: `cargo bench -p captely-imports --bench records` prints a line of JSON for each
//! kind of row. The time is what this thread spent on a processor, so that other work on the machine does not count.
#![expect(
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement prints and may stop"
)]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::io::Cursor;

use captely_imports::{ColumnFacts, ColumnMap, List, Preview, ReadingRules, RecordReader};
use captely_tabular::{ReadOptions, open_stream, recognise};
use serde_json::json;

const ROWS: usize = 200_000;
const HEADER: &str = "First Name,Last Name,Title,Company,Website,Email,Work Phone,LinkedIn URL,City,Country,\
    # Employees,Industry";
const TITLES: [&str; 8] = [
    "VP Sales",
    "Software Engineer",
    "Head of Marketing",
    "CFO",
    "Account Executive",
    "Geschäftsführer",
    "Data Analyst",
    "Office Manager",
];

fn main() {
    for (what, phones, varied) in [
        ("12 columns without phones", false, false),
        ("12 columns, a phone in each row", true, false),
        ("12 columns, every title and company different", false, true),
    ] {
        let rows: Vec<Vec<String>> = (0..ROWS).map(|n| row(n, phones, varied)).collect();
        let header: Vec<String> = HEADER.split(',').map(str::to_owned).collect();
        let map = ColumnMap::recognised(&header, recognise(&header, &rows[..1_000]));
        let facts = ColumnFacts::find(&header, &rows[..1_000]);
        let mut reader = RecordReader::new(&map, &facts, &ReadingRules::default());
        reader.read(&rows[0]);
        let begun = on_processor_s();
        let mut problems = 0;
        for row in &rows {
            problems += black_box(reader.read(row)).problems.len();
        }
        let took = on_processor_s() - begun;
        let each_us = took * 1e6 / f64::from(u32::try_from(ROWS).unwrap());
        assert_eq!(problems, 0);
        println!("{}", json!({ "kind": what, "us": each_us }));
    }
    let mut text = format!("{HEADER}\n");
    for n in 0..5_000 {
        text.push_str(&row(n, true, true).join(","));
        text.push('\n');
    }
    let begun = on_processor_s();
    let reader =
        open_stream("leads.csv", Box::new(Cursor::new(text.into_bytes())), &ReadOptions::default());
    let mut list = List::understand(reader.unwrap(), None, &BTreeMap::new()).unwrap();
    black_box(Preview::of(&mut list, &ReadingRules::default()));
    println!("{}", json!({ "kind": "a whole preview", "us": (on_processor_s() - begun) * 1e6 }));
}

fn row(n: usize, phones: bool, varied: bool) -> Vec<String> {
    let title = TITLES[n % TITLES.len()];
    let (company, title) = if varied {
        (format!("Mills {n} GmbH"), format!("{title} {n}"))
    } else {
        (format!("Mills {} GmbH", n % 5_000), title.to_owned())
    };
    let phone = if phones { format!("+49 30 {:07}", 1_000_000 + n * 7) } else { String::new() };
    [
        format!("Ada{}", n % 900),
        format!("Rao{}", n % 7_000),
        title,
        company,
        format!("https://www.mills{n}.example/"),
        format!("ada.rao{n}@mills{n}.example"),
        phone,
        format!("https://www.linkedin.com/in/ada-rao-{n}"),
        "Berlin".to_owned(),
        "Germany".to_owned(),
        "51-200".to_owned(),
        "Textiles".to_owned(),
    ]
    .into()
}

/// Time that this thread spent on a processor, as Linux counts it.
fn on_processor_s() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    let nanoseconds: f64 = text.split_whitespace().next().unwrap().parse().unwrap();
    nanoseconds / 1e9
}

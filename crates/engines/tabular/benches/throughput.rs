//! Rows a second, reading and writing, beside the bare `csv` crate in the same run, and the peak of
//! memory. `cargo bench -p captely-tabular` runs all; `-- read ROWS` and the like run one.
//!
//! Each measure runs in a process of its own, so that its memory peak is its own.

#![expect(clippy::print_stdout, reason = "a measuring program prints its figures")]

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use captely_tabular::{Cell, Format, ReadOptions, Row, create, open, recognise};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const HEADER: [&str; 12] = [
    "First Name",
    "Last Name",
    "Title",
    "Company",
    "Email",
    "Phone",
    "Website",
    "LinkedIn",
    "City",
    "State",
    "Country",
    "Notes",
];
const ROWS: u64 = 1_000_000;
const SHEET_ROWS: u64 = 100_000;
const PREVIEW_ROWS: u64 = 1_000;

fn main() -> Outcome<()> {
    let args: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    match args.as_slice() {
        [what, path, rows] => one(what, Path::new(path), rows.parse()?),
        _ => all(args.first().map_or(Ok(ROWS), |n| n.parse())?),
    }
}

fn all(rows: u64) -> Outcome<()> {
    let folder = std::env::temp_dir().join(format!("captely-tabular-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let result = measure(&folder, rows);
    std::fs::remove_dir_all(&folder)?;
    result
}

fn measure(folder: &Path, rows: u64) -> Outcome<()> {
    let list = folder.join("list.csv");
    make(&list, rows)?;
    println!(
        "{rows} rows x {} columns, {} MiB",
        HEADER.len(),
        std::fs::metadata(&list)?.len() >> 20
    );
    println!("{:<24} {:>12} {:>9} {:>8}", "measure", "rows/s", "to csv", "peak MiB");
    let rate = |what: &str, path: &Path, base: Option<f64>, rows: u64| -> Outcome<f64> {
        let mut best = (0.0_f64, 0_u64);
        for _ in 0..3 {
            let (rate, peak) = child(what, path, rows)?;
            best = (best.0.max(rate), best.1.max(peak));
        }
        let ratio = base.map_or_else(String::new, |base| format!("{:.2}", best.0 / base));
        println!("{what:<24} {:>12.0} {ratio:>9} {:>8}", best.0, best.1 >> 10);
        Ok(best.0)
    };
    let read = rate("csv-read", &list, None, rows)?;
    rate("read-into-one-row", &list, Some(read), rows)?;
    rate("read-new-rows", &list, Some(read), rows)?;
    let out = folder.join("out.csv");
    let write = rate("csv-write", &out, None, rows)?;
    rate("write", &out, Some(write), rows)?;
    let both = rate("csv-read-write", &list, None, rows)?;
    rate("read-write", &list, Some(both), rows)?;
    let lines = folder.join("out.jsonl");
    rate("write-jsonl", &lines, Some(write), rows)?;
    rate("read-jsonl", &lines, Some(read), rows)?;
    let book = folder.join("out.xlsx");
    rate("write-xlsx", &book, None, SHEET_ROWS.min(rows))?;
    rate("read-xlsx", &book, None, SHEET_ROWS.min(rows))?;
    let begun = Instant::now();
    rate("preview", &list, None, PREVIEW_ROWS.min(rows))?;
    println!("three previews in processes of their own: {} ms", begun.elapsed().as_millis());
    Ok(())
}

/// Runs one measure in a process of its own: rows a second, and peak memory in KiB.
fn child(what: &str, path: &Path, rows: u64) -> Outcome<(f64, u64)> {
    let me = std::env::current_exe()?;
    let output = Command::new(me).arg(what).arg(path).arg(rows.to_string()).output()?;
    let text = String::from_utf8(output.stdout)?;
    let mut words = text.split_whitespace();
    let mut next = || words.next().ok_or_else(|| format!("{what} failed: {text}"));
    Ok((next()?.parse()?, next()?.parse()?))
}

fn one(what: &str, path: &Path, rows: u64) -> Outcome<()> {
    let begun = Instant::now();
    let seen = match what {
        "csv-read" => csv_read(path)?,
        "read-into-one-row" | "read-jsonl" | "read-xlsx" => read_into(path)?,
        "read-new-rows" => read_new(path)?,
        "preview" => preview(path)?,
        "csv-write" => make(path, rows)?,
        "write" => write(path, Format::Csv, rows)?,
        "write-jsonl" => write(path, Format::JsonLines, rows)?,
        "write-xlsx" => write(path, Format::Xlsx, rows)?,
        "csv-read-write" => csv_read_write(path)?,
        "read-write" => read_write(path)?,
        other => return Err(format!("there is no measure {other}").into()),
    };
    if seen != rows {
        return Err(format!("{seen} rows instead of {rows}").into());
    }
    let count = f64::from(u32::try_from(rows)?);
    println!("{} {}", count / begun.elapsed().as_secs_f64(), peak_kib());
    Ok(())
}

/// The highest resident size of this process so far, by the kernel; 0 where it does not tell.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmHWM:"));
    line.and_then(|l| l.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0)
}

fn cells(n: u64) -> [String; 12] {
    [
        format!("First{}", n % 997),
        format!("Last{}", n % 7_919),
        "Head of Operations".to_owned(),
        format!("Company {}, Inc", n % 5_003),
        format!("first{n}@company{}.example", n % 5_003),
        format!("+1 555 {:07}", n % 10_000_000),
        format!("https://www.company{}.example", n % 5_003),
        format!("https://www.linkedin.com/in/person-{n}"),
        "Springfield".to_owned(),
        "Île-de-France".to_owned(),
        "United States".to_owned(),
        if n.is_multiple_of(10) { "said \"call me\"\nlater".to_owned() } else { String::new() },
    ]
}

fn make(path: &Path, rows: u64) -> Outcome<u64> {
    let mut out = csv::Writer::from_writer(BufWriter::new(File::create(path)?));
    out.write_record(HEADER)?;
    for n in 0..rows {
        out.write_record(cells(n))?;
    }
    out.flush()?;
    Ok(rows)
}

fn header() -> Vec<String> {
    HEADER.map(str::to_owned).to_vec()
}

fn write(path: &Path, format: Format, rows: u64) -> Outcome<u64> {
    let mut writer = create(path, format, &header())?;
    for n in 0..rows {
        let cells = cells(n);
        writer.row(&cells.each_ref().map(|c| Cell::Input(c)))?;
    }
    Ok(writer.finish()?.rows)
}

/// What a person sees first: the dialect, what the columns hold, the first rows. However long the file.
fn preview(path: &Path) -> Outcome<u64> {
    let mut reader = open(path, &ReadOptions::default())?;
    let rows = reader.peek_rows(usize::try_from(PREVIEW_ROWS)?);
    let samples: Vec<Vec<String>> = rows.iter().take(200).map(|r| r.cells.clone()).collect();
    let mapping = recognise(reader.header(), &samples);
    if mapping.problem().is_some() {
        return Err("the columns of the list are not recognised".into());
    }
    Ok(u64::try_from(rows.len())?)
}

fn csv_read(path: &Path) -> Outcome<u64> {
    let mut reader = csv::Reader::from_path(path)?;
    let mut record = csv::StringRecord::new();
    let mut rows = 0;
    while reader.read_record(&mut record)? {
        rows += 1;
    }
    Ok(rows)
}

fn read_into(path: &Path) -> Outcome<u64> {
    let mut reader = open(path, &ReadOptions::default())?;
    let mut row = Row::default();
    while let Some(next) = reader.read_row(&mut row) {
        next?;
    }
    Ok(row.number)
}

fn read_new(path: &Path) -> Outcome<u64> {
    let mut rows = 0;
    for row in open(path, &ReadOptions::default())? {
        rows = row?.number;
    }
    Ok(rows)
}

fn beside(path: &Path) -> PathBuf {
    path.with_extension("copy.csv")
}

fn csv_read_write(path: &Path) -> Outcome<u64> {
    let mut reader = csv::Reader::from_path(path)?;
    let mut out = csv::Writer::from_writer(BufWriter::new(File::create(beside(path))?));
    out.write_record(reader.headers()?)?;
    let mut record = csv::StringRecord::new();
    let mut rows = 0;
    while reader.read_record(&mut record)? {
        out.write_record(&record)?;
        rows += 1;
    }
    out.into_inner()?.into_inner()?.flush()?;
    Ok(rows)
}

fn read_write(path: &Path) -> Outcome<u64> {
    let mut reader = open(path, &ReadOptions::default())?;
    let mut writer = create(&beside(path), Format::Csv, reader.header())?;
    let mut row = Row::default();
    while let Some(next) = reader.read_row(&mut row) {
        next?;
        let cells: Vec<Cell<'_>> = row.cells.iter().map(|c| Cell::Input(c)).collect();
        writer.row(&cells)?;
    }
    Ok(writer.finish()?.rows)
}

//! Lists as people have them, through the preview: how each is read, and what is said of what is wrong.

use std::collections::BTreeMap;
use std::io::Cursor;

use captely_imports::{List, Preview, ReadingRules};
use captely_tabular::{ReadOptions, open_stream};

fn look(name: &str, content: &[u8], chosen: &[(&str, &str)]) -> Result<Preview, String> {
    let source = Box::new(Cursor::new(content.to_vec()));
    let reader =
        open_stream(name, source, &ReadOptions::default()).map_err(|error| error.to_string())?;
    let chosen: BTreeMap<String, String> =
        chosen.iter().map(|(c, w)| ((*c).to_owned(), (*w).to_owned())).collect();
    let mut list = List::understand(reader, None, &chosen).map_err(|error| error.to_string())?;
    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    Ok(Preview::of(&mut list, &ReadingRules { now, ..ReadingRules::default() }).0)
}

/// A list, the words of its columns, and for each row the fields that it gives.
#[track_caller]
fn check(content: impl AsRef<[u8]>, roles: &[&str], rows: &[&[(&str, &str)]]) -> Preview {
    let content = content.as_ref();
    let shown = String::from_utf8_lossy(content);
    let preview = look("leads.csv", content, &[]).unwrap();
    let found: Vec<&str> = preview.columns.iter().map(|column| column.role.as_str()).collect();
    assert_eq!(found, roles, "{shown}");
    assert_eq!(preview.rows.len(), rows.len(), "{shown}");
    for (row, expected) in preview.rows.iter().zip(rows) {
        let expected: BTreeMap<String, String> =
            expected.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        assert_eq!(row.values, expected, "{shown}");
    }
    preview
}

#[track_caller]
fn check_note(preview: &Preview, note: &str) {
    assert!(preview.notes.iter().any(|n| n.contains(note)), "{note:?} in {:?}", preview.notes);
}

const ADA: &[(&str, &str)] = &[("email", "ada@gmail.com")];
const BO: &[(&str, &str)] = &[("email", "bo@gmail.com")];

#[test]
fn lists_of_all_forms_are_read() {
    check("Email\nada@gmail.com\nbo@gmail.com\n", &["email"], &[ADA, BO]);
    check("Email,Tags\nada@gmail.com,\n,\n  , \nbo@gmail.com,\n", &["email", "tags"], &[ADA, BO]);
    for mark in [';', '\t', '|'] {
        let text = format!("Email{mark}Tags\nada@gmail.com{mark}\nbo@gmail.com{mark}\n");
        let preview = check(&text, &["email", "tags"], &[ADA, BO]);
        assert_eq!(preview.form.delimiter.as_deref(), Some(mark.to_string().as_str()));
        check(format!("\u{feff}{text}"), &["email", "tags"], &[ADA, BO]);
    }
    let mark = std::iter::once(0xfeff_u16);
    let text = "Email;Tags\r\nada@gmail.com;\r\nbo@gmail.com;\r\n".encode_utf16();
    let utf16: Vec<u8> = mark.chain(text).flat_map(u16::to_le_bytes).collect();
    let preview = check(utf16, &["email", "tags"], &[ADA, BO]);
    assert_eq!(preview.form.encoding.as_deref(), Some("UTF-16LE"));
    let preview =
        check("Email,Tags\rada@gmail.com,\rbo@gmail.com,\r", &["email", "tags"], &[ADA, BO]);
    assert_eq!(preview.form.line_end.as_deref(), Some("cr"));
    let preview = check(
        b"Vorname;E-Mail-Adresse\r\nJ\xFCrgen;ada@gmail.com\r\nZo\xEB;bo@gmail.com\r\n",
        &["first_name", "email"],
        &[
            &[("first_name", "Jürgen"), ("email", "ada@gmail.com")],
            &[("first_name", "Zoë"), ("email", "bo@gmail.com")],
        ],
    );
    check_note(&preview, "read as windows-1252");
}

#[test]
fn odd_headers_are_understood() {
    let preview = check(
        "Notes:\n\"When exporting, some data is missing.\"\n\nFirst Name,Last Name,URL,Email Address,Company,Position,\
         Connected On\nAda,Rao,https://www.linkedin.com/in/ada,,Mills,Founder,05 Jan 2024\n",
        &[
            "first_name",
            "last_name",
            "linkedin_url",
            "email",
            "company_name",
            "title",
            "created_at",
        ],
        &[&[
            ("first_name", "Ada"),
            ("last_name", "Rao"),
            ("linkedin_url", "https://www.linkedin.com/in/ada"),
            ("company_name", "Mills"),
            ("title", "Founder"),
            ("seniority", "owner"),
            ("department", "executive"),
            ("source_created_at", "2024-01-05"),
        ]],
    );
    assert_eq!((preview.form.header_line, preview.form.preamble.len()), (4, 2));
    assert!(preview.preset.is_some_and(|preset| preset.contains("LinkedIn")));
    let preview = check(
        "\tEmail ,Tags,Tags,,Email\nada@gmail.com,a,b,c,bo@gmail.com\n",
        &["email", "tags", "unknown", "unknown", "other_email"],
        &[&[("email", "ada@gmail.com"), ("other_email", "bo@gmail.com")]],
    );
    check_note(&preview, "columns 2, 3 are all called \"Tags\"");
    let text = "ada@gmail.com,Ada\nbo@gmail.com,Bo\n";
    let preview = check(text, &["email", "unknown"], &[ADA, BO]);
    check_note(&preview, "no row names the columns");
}

#[test]
fn content_wins_over_names() {
    let preview = check(
        "Email,Kontakt\nAda Rao,ada@gmail.com\nBo Li,bo@gmail.com\nCy Fox,cy@gmail.com\n",
        &["unknown", "email"],
        &[ADA, BO, &[("email", "cy@gmail.com")]],
    );
    assert!(preview.columns.iter().all(|column| !column.reason.is_empty()));
    check("Email,Assignee Email\nada@gmail.com,me@mills.example\n", &["email", "ignore"], &[ADA]);
}

#[test]
fn places_are_physical_lines() {
    let preview =
        look("x.csv", b"Email,Notes\nada@gmail.com,\"two\nlines\"\nbad@,x\n", &[]).unwrap();
    assert_eq!((preview.rows[1].number, preview.rows[1].line), (2, 4));
    let problem = &preview.rows[1].problems[0];
    assert_eq!((problem.column, problem.value.as_str()), (1, "bad@"));
    let nul =
        check("Email,Tags\nada@gm\0ail.com,\nada@gmail.com,\n", &["email", "tags"], &[ADA, ADA]);
    check_note(&nul, "held NUL characters");
}

#[test]
fn each_bad_list_is_refused_in_one_sentence() {
    let wide = vec!["x"; 20_000].join(",");
    let line = "x".repeat(5 << 20);
    for (name, content, chosen, said) in [
        (
            "list.csv",
            &b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff"[..],
            &[][..],
            "list.csv: this looks like",
        ),
        ("list.xlsx", b"PK\x03\x04 cut", &[], "list.xlsx: "),
        ("list.csv", b"", &[], "list.csv: the file is empty"),
        (
            "list.csv",
            b"Name,Email\n",
            &[],
            "list.csv: line 1 is a header (2 columns) and no row follows",
        ),
        ("list.csv", wide.as_bytes(), &[], "list.csv"),
        ("list.csv", line.as_bytes(), &[], "list.csv"),
        (
            "list.csv",
            b"Name,Mail,E-Mail\nAda,a@b.example,c@d.example\n",
            &[("Mail", "email"), ("E-Mail", "email")],
            "columns 2 (\"Mail\") and 3 (\"E-Mail\") cannot both be email",
        ),
        ("list.csv", b"Name\nAda\n", &[("Nmae", "full_name")], "there is no column \"Nmae\""),
    ] {
        let error = look(name, content, chosen).unwrap_err();
        assert!(error.starts_with(said), "{error}");
        assert!(!error.contains('\n') && error.len() < 300, "{error}");
    }
}

#[test]
fn a_row_that_cannot_be_read_is_told_and_the_others_are_shown() {
    let long = "x".repeat((1 << 20) + 1);
    let text = format!("Email,Notes\nada@gmail.com,\n{long},\nbo@gmail.com,\n");
    let preview = check(text, &["email", "notes"], &[ADA, BO]);
    assert_eq!(preview.faults.len(), 1);
    assert!(preview.faults[0].contains("line 3, column 1 (Email)"), "{}", preview.faults[0]);
}

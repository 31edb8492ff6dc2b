use captely_tabular::{FileForm, Role, RowNote, recognise};

use crate::shared::{All, read_bytes};

fn cards(text: &str) -> All {
    read_bytes(".vcf", text.as_bytes()).unwrap()
}

#[track_caller]
fn check(got: &All, row: usize, column: &str, value: &str) {
    let at = got.header.iter().position(|h| h == column);
    let found = at.map(|at| got.rows[row].cells[at].as_str());
    assert_eq!(found, Some(value), "{column} of {:?}", got.header);
}

#[test]
fn cards_of_all_versions_become_rows() {
    let text = "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=\r\n=B6rg;;Dr.;\r\nTEL;WORK;VOICE:+49 30 1\r\nTEL;CELL:+49 170 2\r\nEND:VCARD\r\n\
        BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada Example\r\nN:Example;Ada;;;\r\nORG:Engines\\, Ltd;Research\r\nTITLE:Analyst\r\nitem1.EMAIL;type=INTERNET;type=WORK:ada@engines.example\r\nitem1.X-ABLabel:_$!<Work>!$_\r\nEMAIL;type=HOME:ada@home.example\r\nPHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ\r\n SkZJRgAB\r\nNOTE:Long text that is\r\n  folded\\nover lines\r\nURL:https://www.linkedin.com/in/ada\r\nEND:VCARD\r\n\
        BEGIN:VCARD\nVERSION:4.0\nFN:Bo Example\nTEL;VALUE=uri;TYPE=\"voice,work\";PREF=1:tel:+44-20-7946-0958\nADR;TYPE=work:;;1 Mill Lane;Bath;Somerset;BA1 1AA;United Kingdom\nCATEGORIES:customer,loom\nEND:VCARD\n";
    let got = cards(text);
    assert_eq!(got.facts.form, FileForm::VCard);
    assert_eq!((got.rows.len(), got.faults.len()), (3, 0), "{:?}", got.faults);
    assert_eq!(got.rows.iter().map(|r| r.line).collect::<Vec<_>>(), [1, 8, 23]);
    for (row, column, value) in [
        (0, "First Name", "Jörg"),
        (0, "Last Name", "Müller"),
        (0, "Name Prefix", "Dr."),
        (0, "Work Phone", "+49 30 1"),
        (0, "Mobile Phone", "+49 170 2"),
        (1, "Company", "Engines, Ltd"),
        (1, "Department", "Research"),
        (1, "Email", "ada@engines.example"),
        (1, "Personal Email", "ada@home.example"),
        (1, "Notes", "Long text that is folded\nover lines"),
        (1, "LinkedIn URL", "https://www.linkedin.com/in/ada"),
        (2, "Work Phone", "+44-20-7946-0958"),
        (2, "City", "Bath"),
        (2, "Country", "United Kingdom"),
        (2, "Tags", "customer, loom"),
    ] {
        check(&got, row, column, value);
    }
    assert!(!got.header.iter().any(|h| h.contains("PHOTO")), "{:?}", got.header);
    let samples: Vec<Vec<String>> = got.rows.iter().map(|r| r.cells.clone()).collect();
    let mapping = recognise(&got.header, &samples);
    for (column, role) in [
        ("First Name", Role::FirstName),
        ("Company", Role::Company),
        ("Email", Role::Email),
        ("Personal Email", Role::PersonalEmail),
        ("Mobile Phone", Role::MobilePhone),
        ("Work Phone", Role::WorkPhone),
        ("LinkedIn URL", Role::LinkedinUrl),
        ("Postal Code", Role::PostalCode),
        ("Job Title", Role::Title),
    ] {
        let at = got.header.iter().position(|h| h == column).unwrap();
        assert_eq!(mapping.columns[at].role, role, "{column}");
    }
}

#[test]
fn what_is_no_card_is_told_with_its_line() {
    let got = cards(
        "BEGIN:VCARD\nFN:Ada\nEND:VCARD\nBEGIN:VCARD\nFN:Bo\nBEGIN:VCARD\nFN:Cy\nEND:VCARD\nBEGIN:VCARD\nFN:Di\n",
    );
    assert_eq!(got.cells(), [["Ada"], ["Cy"]]);
    let faults: Vec<String> = got.faults.iter().map(ToString::to_string).collect();
    assert!(faults[0].contains("line 4: this card has no END:VCARD"), "{faults:?}");
    assert!(faults[1].contains("line 9: the file ends in the middle of this card"), "{faults:?}");
    let long = format!(
        "BEGIN:VCARD\nFN:Ada\nNOTE:{}\nEND:VCARD\nBEGIN:VCARD\nFN:Bo\nEND:VCARD\n",
        "x".repeat(2 << 20)
    );
    let got = cards(&long);
    assert_eq!(got.cells(), [["Bo"]]);
    assert!(got.faults[0].to_string().contains("line 3, column NOTE: the cell is larger"));
    let why = read_bytes(".vcf", b"BEGIN:VCARD\nVERSION:3.0\nEND:VCARD\n").err().unwrap();
    assert!(why.to_string().contains("no row follows"), "{why}");
}

#[test]
fn a_card_in_windows_1252_is_read() {
    let got =
        read_bytes(".vcf", b"BEGIN:VCARD\nFN:Ada\nEND:VCARD\nBEGIN:VCARD\nFN:Ren\xE9\nEND:VCARD\n")
            .unwrap();
    assert_eq!(got.cells(), [["Ada"], ["René"]]);
    let mixed = "BEGIN:VCARD\nFN:Zoë Ås\nEND:VCARD\nBEGIN:VCARD\nFN:".as_bytes();
    let got = read_bytes(".vcf", &[mixed, b"Ren\xE9\nEND:VCARD\n"].concat()).unwrap();
    assert_eq!(got.rows[1].notes, [RowNote::ReadAsWindows1252]);
}

use captely_tabular::{HeaderRow, ReadOptions, Role, open, recognise};

use crate::shared::{All, all, file, read_bytes};

fn csv(text: &str) -> All {
    read_bytes(".csv", text.as_bytes()).unwrap()
}

#[test]
fn a_file_without_a_header_loses_no_row() {
    let got = csv("Ada,Example,ada@example.com\nBo,Example,bo@example.com\n");
    assert_eq!(got.header, ["Column 1", "Column 2", "Column 3"]);
    assert_eq!((got.rows.len(), got.facts.header_line, got.facts.header_rows), (2, 0, 0));
    assert_eq!((got.rows[0].line, got.rows[0].number), (1, 1));
    assert!(got.facts.sentences()[0].contains("no row names the columns"));
    let samples: Vec<Vec<String>> = got.rows.iter().map(|r| r.cells.clone()).collect();
    assert_eq!(recognise(&got.header, &samples).columns[2].role, Role::Email);
    let got = csv("ada@example.com\nbo@example.com\n");
    assert_eq!(got.cells(), [["ada@example.com"], ["bo@example.com"]]);
    let got = csv("1,2,3\n");
    assert_eq!(got.cells(), [["1", "2", "3"]]);
}

#[test]
fn a_caller_may_say_where_the_header_is() {
    let list = file(".csv", b"x,y\nName,City\nAda,Bath\n");
    let with =
        |header| all(open(list.path(), &ReadOptions { header, ..ReadOptions::default() }).unwrap());
    assert_eq!(with(HeaderRow::Row(2)).header, ["Name", "City"]);
    assert_eq!(with(HeaderRow::Row(2)).cells(), [["Ada", "Bath"]]);
    assert_eq!(with(HeaderRow::Absent).cells(), [["x", "y"], ["Name", "City"], ["Ada", "Bath"]]);
    assert_eq!(with(HeaderRow::Find).header, ["x", "y"]);
}

#[test]
fn a_header_of_two_rows_is_joined() {
    let got = csv(
        "Person,,,Company,\nFirst Name,Last Name,Email,Name,Phone\nAda,Example,a@example.com,Acme,1\n",
    );
    assert_eq!(got.header[3], "Company / Name");
    assert_eq!((got.facts.header_rows, got.facts.header_line, got.rows[0].line), (2, 1, 3));
    let mapping = recognise(&got.header, &[]);
    let roles: Vec<Role> = mapping.columns.iter().map(|c| c.role).collect();
    assert_eq!(
        roles,
        [Role::FirstName, Role::LastName, Role::Email, Role::Company, Role::CompanyPhone]
    );
}

#[test]
fn merged_header_cells_of_a_workbook_are_joined() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let format = rust_xlsxwriter::Format::new();
    sheet.merge_range(0, 0, 0, 3, "Leads of May", &format).unwrap();
    sheet.merge_range(1, 0, 1, 1, "Ansprechpartner", &format).unwrap();
    sheet.merge_range(1, 2, 1, 3, "Firma", &format).unwrap();
    for (column, name) in [(0, "Vorname"), (1, "Nachname"), (2, "Name"), (3, "Telefon")] {
        sheet.write_string(2, column, name).unwrap();
        sheet.write_string(3, column, "x").unwrap();
    }
    let got = read_bytes(".xlsx", &book.save_to_buffer().unwrap()).unwrap();
    assert_eq!(got.facts.preamble, ["Leads of May"]);
    assert_eq!((got.facts.header_line, got.rows[0].line), (2, 4));
    let mapping = recognise(&got.header, &[]);
    let roles: Vec<Role> = mapping.columns.iter().map(|c| c.role).collect();
    assert_eq!(roles, [Role::FirstName, Role::LastName, Role::Company, Role::CompanyPhone]);
}

#[test]
fn comments_are_left_out_and_counted() {
    let got = csv(
        "# exported by a script\n# at noon\nname,email\nAda,a@example.com\n# half way\n#end\n#1 Pizza,p@example.com\n",
    );
    assert_eq!(got.facts.preamble, ["# exported by a script", "# at noon"]);
    assert_eq!(got.cells(), [["Ada", "a@example.com"], ["#1 Pizza", "p@example.com"]]);
    assert_eq!(got.facts.lines_comment, 2);
    assert_eq!(csv("#,Name\n1,Ada\n2,Bo\n").header, ["#", "Name"]);
}

#[test]
fn apostrophes_may_be_quotes() {
    let got = csv("'name','city'\n'Example, Ada','Bath'\n'Bo','Ely'\n");
    assert_eq!(got.header, ["name", "city"]);
    assert_eq!(got.cells()[0], ["Example, Ada", "Bath"]);
    let got = csv("name,phone\nAda,'+15551234567\nBo,'+15551234568\nCy,'+15551234569\n");
    assert_eq!(got.cells()[0], ["Ada", "'+15551234567"]);
}

#[test]
fn a_workbook_keeps_values_of_formulas_and_no_macro_runs() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "Name").unwrap().write_string(0, 1, "Sum").unwrap();
    let formula = rust_xlsxwriter::Formula::new("=1+2").set_result("3");
    sheet.write_string(1, 0, "Ada").unwrap().write_formula(1, 1, formula).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    for ending in [".xlsx", ".xlsm"] {
        assert_eq!(read_bytes(ending, &bytes).unwrap().cells(), [["Ada", "3"]]);
    }
}

use captely_tabular::{FileForm, RowFault};

use crate::shared::read_bytes;

#[test]
fn lists_of_objects_in_all_layouts() {
    let array = br#" [ {"name":"Ada","n":1}, {"n":2.50,"city":"Bath","deep":{"a":[1]}} ] "#;
    let wrapped = br#"{"count":2,"tags":["x","y"],"meta":{"k":[]},"leads":[{"name":"Ada","n":1},
        {"n":2.50,"city":"Bath","deep":{"a":[1]}}],"next":null}"#;
    let lines =
        b"{\"name\":\"Ada\",\"n\":1}\n\n{\"n\":2.50,\"city\":\"Bath\",\"deep\":{\"a\":[1]}}\n";
    for (ending, bytes, form) in [
        (".json", array.as_slice(), FileForm::Json),
        (".json", wrapped.as_slice(), FileForm::Json),
        (".jsonl", lines.as_slice(), FileForm::JsonLines),
        (".json", lines.as_slice(), FileForm::JsonLines),
    ] {
        let got = read_bytes(ending, bytes).unwrap();
        assert_eq!(got.facts.form, form);
        assert_eq!(got.header, ["name", "n", "city", "deep"]);
        assert_eq!(
            got.cells(),
            [["Ada", "1", "", ""], ["", "2.50", "Bath", "{\"a\":[1]}"]],
            "{form:?}"
        );
    }
}

#[test]
fn one_bad_object_does_not_stop_the_rest() {
    let got = read_bytes(".jsonl", b"{\"a\":1}\n{\"a\":}\n[1]\n{\"a\":2}\n").unwrap();
    assert_eq!(got.cells(), [["1"], ["2"]]);
    assert!(matches!(got.faults[0], RowFault::BadJson { line: 2, .. }), "{:?}", got.faults);
    assert!(matches!(got.faults[1], RowFault::NotAnObject { line: 3, found: "a list", .. }));
    let got = read_bytes(".json", b"[\n{\"a\":1},\n{\"a\":nope},\n7,\n{\"a\":2}\n]").unwrap();
    assert_eq!(got.cells(), [["1"], ["2"]]);
    assert!(matches!(got.faults[0], RowFault::BadJson { line: 3, .. }), "{:?}", got.faults);
    assert!(matches!(got.faults[1], RowFault::NotAnObject { line: 4, .. }));
}

#[test]
fn keys_that_come_late_are_kept_beside() {
    let mut text = "{\"a\":1}\n".repeat(1_500);
    text += "{\"a\":2,\"late\":\"x\"}\n";
    let got = read_bytes(".jsonl", text.as_bytes()).unwrap();
    assert_eq!((got.header.len(), got.rows.len()), (1, 1_501));
    assert_eq!(got.rows[1_500].extra, ["late=x"]);
}

#[test]
fn a_list_larger_than_a_chunk() {
    let object = format!("{{\"a\":\"{}\"}}", "é\\n".repeat(10_000));
    let text = format!("[{}]", vec![object; 40].join(",\n"));
    let got = read_bytes(".json", text.as_bytes()).unwrap();
    assert_eq!((got.rows.len(), got.faults.len()), (40, 0));
    assert_eq!(got.rows[39].cells[0], "é\n".repeat(10_000));
    assert_eq!(got.rows[39].line, 40);
}

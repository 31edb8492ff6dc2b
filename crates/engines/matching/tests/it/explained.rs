//! Why rows are the same, in the words of the schema and with the values as they came.

use captely_matching::{Explainer, Limits, Model, Schema, TableBuilder, Test};

#[test]
fn each_comparison_says_what_it_found() {
    let mut builder = TableBuilder::new(&Schema::person(), Limits::default()).unwrap();
    for row in [
        ["Bill", "O’Néill", "bill@example.com", "", "", "Example Ltd", "", "VP Sales", "", "US"],
        ["William", "ONEILL", "", "+1 504 621 8927", "", "EXAMPLE", "", "CFO", "Paris", "US"],
        ["Bill", "O'Neill", "bill@example.com", "", "", "Example", "", "", "", ""],
    ] {
        builder.push(&row).unwrap();
    }
    let table = builder.finish();
    let explainer = Explainer::new(&table, &Model::of(&Schema::person()).unwrap()).unwrap();
    let explanation = explainer.explain(0, 1).unwrap();
    let part = |name: &str| explanation.parts.iter().find(|part| part.name == name);

    let first = part("first name").unwrap();
    assert_eq!(
        (first.level, first.a.as_str(), first.b.as_str()),
        (Some(Test::Nickname), "Bill", "William")
    );
    assert!(first.bits > 0.0);
    assert_eq!(part("last name").unwrap().level, Some(Test::Exact));
    assert_eq!(
        (part("company").unwrap().level, part("company").unwrap().bits > 5.0),
        (Some(Test::Exact), true)
    );
    let title = part("title").unwrap();
    assert_eq!((title.level, title.bits < 0.0), (None, true));
    let place = part("place").unwrap();
    assert_eq!((place.field.as_str(), place.b.as_str()), ("country", "US"));
    assert!(part("e-mail").is_none() && part("phone").is_none(), "what is missing says nothing");

    let bits: f64 = explanation.parts.iter().map(|part| part.bits).sum();
    let prior = (explanation.prior / (1.0 - explanation.prior)).log2();
    let odds = (explanation.probability / (1.0 - explanation.probability)).log2();
    assert!((prior + bits - odds).abs() < 1e-6, "the parts add up");
    assert!(explainer.explain(0, 2).unwrap().probability > 0.999);
    assert_eq!(explainer.explain(0, 3), None);
}

//! Whatever stands in a cell, `phone` gives a verdict that holds together.

use captely_verify::phone;
use proptest::prelude::{ProptestConfig, prop_assert, proptest};
use proptest::test_runner::TestCaseError;

#[test]
fn texts_that_are_no_numbers_get_a_verdict() {
    for text in [
        String::new(),
        "\0".to_owned(),
        "+".to_owned(),
        "+\u{0}441".to_owned(),
        "=\"\"".to_owned(),
        "'".to_owned(),
        "9E999999999999999999999".to_owned(),
        ";ext=".to_owned(),
        "tel:;phone-context=+".to_owned(),
        "9".repeat(10_000_000),
        "\u{660}".repeat(120),
        "+1".repeat(100),
        "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((".to_owned(),
    ] {
        let got = phone(&text, Some("DE"));
        let start: String = text.chars().take(20).collect();
        assert!(!got.valid && got.score == 0 && got.e164.is_none(), "{start:?}: {got:?}");
    }
}

#[test]
fn digits_of_every_script() {
    // Decimal digits stand in Unicode in rows of ten (UAX #44, Numeric_Type=Decimal).
    let mut rows = 0;
    for zero in ('\0'..=char::MAX).filter(|c| c.is_numeric()) {
        let row: Option<Vec<char>> = (0..10).map(|n| char::from_u32(u32::from(zero) + n)).collect();
        let row = row.unwrap();
        let text: String = "2079460958".bytes().map(|b| row[usize::from(b - b'0')]).collect();
        let got = phone(&format!("+44 {text}"), None);
        if got.e164.as_ref().is_some_and(|e164| e164.as_str() == "+442079460958") {
            assert!(got.valid);
            rows += 1;
        }
    }
    // ASCII, Arabic, Persian, Devanagari, Bengali, Thai, full-width and so on.
    assert!(rows >= 60, "{rows}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gets_a_verdict(text in ".{0,260}", country in "[A-Z]{2}|.{0,6}") {
        check_verdict(&text, &country)?;
    }

    #[test]
    fn texts_like_numbers_get_a_verdict(
        text in "[=\"']?[+0-9٠-٩０-９ ().,;/|#xeE~*-]{0,30}(ext|DW|x|;ext=|\\(mobile\\)| or | \\+)?[0-9+ ]{0,14}",
        country in "US|GB|DE|FR|IN|IT|BR|AR|MX|CN|",
    ) {
        check_verdict(&text, &country)?;
    }
}

/// What holds for every verdict: a valid number, read again from its international form, is the same.
fn check_verdict(text: &str, country: &str) -> Result<(), TestCaseError> {
    let got = phone(text, Some(country));
    prop_assert!(got.score <= 100 && !got.reason.is_empty(), "{got:?}");
    prop_assert!(got.valid == (got.code == "valid") && (got.possible || !got.valid), "{got:?}");
    if let (true, Some(e164)) = (got.valid, &got.e164) {
        let again = phone(e164.as_str(), None);
        prop_assert!(
            again.valid && again.kind == got.kind && again.e164 == got.e164,
            "{got:?} {again:?}"
        );
        prop_assert!(again.origin() == got.origin(), "{got:?}");
    }
    Ok(())
}

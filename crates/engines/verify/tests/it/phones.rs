//! Phone numbers of a public list.

use captely_contact::PhoneType;
use captely_verify::phone;

use crate::corpora::shared;

#[test]
fn phones_of_the_us_leads() {
    let Some(text) = shared("leads-us500/us-500.csv") else { return };
    let mut all = 0;
    let mut whole = 0;
    let mut valid = 0;
    for line in text.lines().skip(1) {
        let numbers = line.split(',').filter(|cell| {
            let cell = cell.trim_matches('"');
            cell.len() == 12 && cell.bytes().filter(|b| *b == b'-').count() == 2
        });
        for number in numbers {
            all += 1;
            let got = phone(number.trim_matches('"'), Some("US"));
            whole += usize::from(got.e164.is_some());
            valid += usize::from(got.valid);
            if got.valid {
                assert_eq!(got.country.as_deref(), Some("US"), "{number}");
                assert!(
                    matches!(got.kind, PhoneType::FixedOrMobile | PhoneType::TollFree),
                    "{number}"
                );
            } else {
                println!("{number}: {}", got.reason);
            }
        }
    }
    println!("us-500: {all} numbers, {whole} whole, {valid} valid");
    assert!(all >= 990 && whole * 100 >= all * 99 && valid * 100 >= all * 95);
}

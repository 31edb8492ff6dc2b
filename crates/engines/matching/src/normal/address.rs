use super::words::{fold_words, words};

/// Words of street addresses and their one short form.
const SHORT: &[(&str, &str)] = &[
    ("apartment", "apt"),
    ("avenida", "av"),
    ("avenue", "av"),
    ("ave", "av"),
    ("blv", "blvd"),
    ("boulevard", "blvd"),
    ("building", "bldg"),
    ("circuit", "cct"),
    ("close", "cl"),
    ("court", "ct"),
    ("crescent", "cres"),
    ("drive", "dr"),
    ("east", "e"),
    ("eighth", "8th"),
    ("eleventh", "11th"),
    ("fifth", "5th"),
    ("first", "1st"),
    ("floor", "fl"),
    ("fourth", "4th"),
    ("freeway", "fwy"),
    ("highway", "hwy"),
    ("lane", "ln"),
    ("ninth", "9th"),
    ("north", "n"),
    ("northeast", "ne"),
    ("northwest", "nw"),
    ("parkway", "pkwy"),
    ("place", "pl"),
    ("plaza", "plz"),
    ("road", "rd"),
    ("saint", "st"),
    ("second", "2nd"),
    ("seventh", "7th"),
    ("sixth", "6th"),
    ("south", "s"),
    ("southeast", "se"),
    ("southwest", "sw"),
    ("square", "sq"),
    ("strasse", "str"),
    ("street", "st"),
    ("suite", "ste"),
    ("tenth", "10th"),
    ("terrace", "tce"),
    ("third", "3rd"),
    ("twelfth", "12th"),
    ("west", "w"),
];

/// A street address with its usual words in their short form.
pub(super) fn address(value: &str) -> String {
    let folded = fold_words(value);
    let short =
        |word| SHORT.iter().find(|(long, _)| *long == word).map_or(word, |(_, short)| *short);
    words(&folded).map(short).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_words_are_short() {
        assert_eq!(address("12 East Third Street, Suite 4"), "12 e 3rd st ste 4");
        assert_eq!(address("12 E. 3rd St. Ste. 4"), "12 e 3rd st ste 4");
    }
}

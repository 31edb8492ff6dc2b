//! How many slips of the keyboard lie between two texts.

/// The most edits that are asked for.
pub(crate) const EDITS_MAX: u8 = 3;

/// Whether at most `most` letters were left out, added, changed or swapped with their neighbour
/// (optimal string alignment distance). Takes time by the length, not by its square.
pub(crate) fn within_edits(a: &str, b: &str, most: u8) -> bool {
    a.len().abs_diff(b.len()) <= usize::from(most) && near(a.as_bytes(), b.as_bytes(), most)
}

/// Goes over what is equal, and where something differs tries each edit on the rest: 4^3 ways at most,
/// of which nearly all end at the next letter.
fn near(mut a: &[u8], mut b: &[u8], most: u8) -> bool {
    loop {
        match (a, b) {
            ([x, rest_a @ ..], [y, rest_b @ ..]) if x == y => (a, b) = (rest_a, rest_b),
            (rest, []) | ([], rest) => return rest.len() <= usize::from(most),
            _ => break,
        }
    }
    let Some(most) = most.checked_sub(1) else { return false };
    let ([x, rest_a @ ..], [y, rest_b @ ..]) = (a, b) else { return false };
    if near(rest_a, rest_b, most) || near(rest_a, b, most) || near(a, rest_b, most) {
        return true;
    }
    match (rest_a, rest_b) {
        ([next_a, rest_a @ ..], [next_b, rest_b @ ..]) if x == next_b && y == next_a => {
            near(rest_a, rest_b, most)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn as_the_crate_says(a in "[a-c]{0,12}", b in "[a-c]{0,12}", most in 0..=EDITS_MAX) {
            let expected = strsim::osa_distance(&a, &b) <= usize::from(most);
            prop_assert_eq!(within_edits(&a, &b, most), expected);
            prop_assert_eq!(within_edits(&b, &a, most), expected);
        }

        #[test]
        fn a_swap_is_one_edit(a in "[0-9]{8}", at in 0..7_usize) {
            let mut swapped = a.clone().into_bytes();
            swapped.swap(at, at + 1);
            prop_assert!(within_edits(&a, &String::from_utf8(swapped).unwrap(), 1));
        }
    }
}

//! Whether a word is another one with a single slip of the fingers.

/// The rows of letters of a keyboard; a key touches those beside it and two of the row below.
const ROWS: [&[u8]; 3] = [b"qwertyuiop", b"asdfghjkl", b"zxcvbnm"];

/// Whether `written` is `meant` with one slip: a key beside the right one or the one before it again, two letters
/// in the wrong order, a letter left out, or one typed twice or together with a key beside it. The first letter
/// is believed: `mail` is not `gmail`, nor `cloud` `icloud`.
pub(super) fn is_slip(written: &str, meant: &str) -> bool {
    let (written, meant) = (written.as_bytes(), meant.as_bytes());
    let same = written.iter().zip(meant).take_while(|(a, b)| a == b).count();
    let (rest, wanted) = (from(written, same), from(meant, same));
    match (rest, wanted) {
        ([a, b, tail @ ..], [c, d, end @ ..]) if (a, b) == (d, c) && tail == end => true,
        ([a, tail @ ..], [b, end @ ..]) if same > 0 && tail == end => {
            touch(*a, *b) || written.get(same.wrapping_sub(1)) == Some(a)
        }
        (rest, [_, end @ ..]) if same > 0 && rest == end => true,
        ([extra, tail @ ..], wanted) if same > 0 && tail == wanted => {
            let before = written.get(same.wrapping_sub(1));
            [before, tail.first()].into_iter().flatten().any(|b| b == extra || touch(*b, *extra))
        }
        _ => false,
    }
}

fn from(text: &[u8], start: usize) -> &[u8] {
    text.get(start..).unwrap_or_default()
}

/// Whether two keys touch, or two signs look alike.
fn touch(a: u8, b: u8) -> bool {
    if matches!((a, b), (b'0', b'o') | (b'o', b'0') | (b'1', b'l' | b'i') | (b'l' | b'i', b'1')) {
        return true;
    }
    let place = |key: u8| {
        ROWS.iter()
            .enumerate()
            .find_map(|(row, keys)| keys.iter().position(|k| *k == key).map(|column| (row, column)))
    };
    let (Some((row_a, column_a)), Some((row_b, column_b))) = (place(a), place(b)) else {
        return false;
    };
    match row_b.cmp(&row_a) {
        std::cmp::Ordering::Equal => column_a.abs_diff(column_b) == 1,
        // Each row stands half a key to the right of the one above.
        std::cmp::Ordering::Greater if row_b.abs_diff(row_a) == 1 => {
            column_a == column_b || column_a == column_b.saturating_add(1)
        }
        std::cmp::Ordering::Less if row_b.abs_diff(row_a) == 1 => {
            column_a == column_b || column_b == column_a.saturating_add(1)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_fingers() {
        for written in [
            "gmial", "gamil", "gmali", "gmal", "gmil", "gmai", "gnail", "gmaul", "gmaill",
            "gmqail", "mgail", "gmai1",
        ] {
            assert!(is_slip(written, "gmail"), "{written}");
        }
        for written in ["yajoo", "yaho", "yahho", "yahooo", "yhaoo", "yaho0"] {
            assert!(is_slip(written, "yahoo"), "{written}");
        }
        assert!(is_slip("verison", "verizon") && is_slip("outlok", "outlook"));
    }

    #[test]
    fn other_words() {
        for (written, meant) in [
            ("gmail", "gmail"),
            ("mail", "gmail"),
            ("email", "gmail"),
            ("hmail", "gmail"),
            ("grail", "gmail"),
            ("cloud", "icloud"),
            ("wahoo", "yahoo"),
            ("vandex", "yandex"),
            ("horizon", "verizon"),
            ("", "gmail"),
            ("g", "gmail"),
        ] {
            assert!(!is_slip(written, meant), "{written}");
        }
    }
}

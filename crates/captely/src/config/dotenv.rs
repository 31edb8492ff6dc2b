//! Reading `.env` files: `NAME=value` lines as shells and containers write them.

/// A variable of a `.env` file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) number: usize,
    pub(crate) name: String,
    pub(crate) value: String,
}

/// The variables, and the numbers of lines that are none with what is wrong with them.
///
/// Understood: blank lines, `# remarks`, `export ` before the name, values in single quotes (taken
/// as they stand) or double quotes (`\n`, `\"`, `\\` and `\$` stand for themselves), and a remark
/// after white space behind an unquoted value. Variables inside values are not replaced.
pub(crate) fn parse(text: &str) -> (Vec<Line>, Vec<(usize, &'static str)>) {
    let (mut lines, mut bad) = (Vec::new(), Vec::new());
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line);
        let Some((name, value)) = line.split_once('=') else {
            bad.push((number, "is not NAME=value"));
            continue;
        };
        let name = name.trim();
        let is_name = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
        if name.is_empty() || !name.chars().all(is_name) {
            bad.push((number, "has a name that a variable cannot have"));
            continue;
        }
        match unquote(value.trim()) {
            Some(value) => lines.push(Line { number, name: name.to_owned(), value }),
            None => bad.push((number, "opens a quote that is not closed on the same line")),
        }
    }
    (lines, bad)
}

fn unquote(value: &str) -> Option<String> {
    if let Some(rest) = value.strip_prefix('\'') {
        return rest.split_once('\'').map(|(inside, _)| inside.to_owned());
    }
    let Some(rest) = value.strip_prefix('"') else {
        let end = value.find(" #").or_else(|| value.find("\t#")).unwrap_or(value.len());
        let bare = value.get(..end).unwrap_or(value).trim_end();
        return Some(if bare.starts_with('#') { String::new() } else { bare.to_owned() });
    };
    let mut inside = String::new();
    let mut chars = rest.chars();
    loop {
        match chars.next()? {
            '"' => return Some(inside),
            '\\' => match chars.next()? {
                'n' => inside.push('\n'),
                c @ ('"' | '\\' | '$') => inside.push(c),
                c => inside.extend(['\\', c]),
            },
            c => inside.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(usize, &str, &str)]) {
        let (lines, bad) = parse(text);
        let got: Vec<_> =
            lines.iter().map(|l| (l.number, l.name.as_str(), l.value.as_str())).collect();
        assert_eq!((got.as_slice(), bad.as_slice()), (expected, [].as_slice()), "{text:?}");
    }

    #[test]
    fn as_people_write_them() {
        check("A=1\n\n# no\nexport B = two ", &[(1, "A", "1"), (4, "B", "two")]);
        check(
            "A=x # remark\nB=x#y\nC= # all remark",
            &[(1, "A", "x"), (2, "B", "x#y"), (3, "C", "")],
        );
        check(r#"A="a \"b\" \n $c # d" # r"#, &[(1, "A", "a \"b\" \n $c # d")]);
        check(r"A='a\n # b'", &[(1, "A", r"a\n # b")]);
        check("A=\r\nB=1\r\n", &[(1, "A", ""), (2, "B", "1")]);
    }

    #[test]
    fn broken_lines_are_named() {
        let (lines, bad) = parse("A\nB C=1\nD=\"open\nE=1");
        assert_eq!(bad.iter().map(|(n, _)| *n).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(lines.len(), 1);
    }
}

/// Finds the end of one JSON value fed in pieces, without understanding it.
///
/// Brackets are counted, strings are stepped over; whether the value is valid is the parser's to say.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Skim {
    depth: usize,
    in_string: bool,
    escaped: bool,
    begun: bool,
}

impl Skim {
    /// Feeds the next bytes. The first byte of the first piece begins the value. Tells how many bytes
    /// of this piece still belong to the value if it ends here.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Option<usize> {
        for (at, byte) in bytes.iter().enumerate() {
            if self.in_string {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => {
                        self.in_string = false;
                        if self.depth == 0 {
                            return Some(at + 1);
                        }
                    }
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' if self.begun && self.depth == 0 => return Some(at),
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' | b',' | b':' if self.depth == 0 => return Some(at),
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return Some(at + 1);
                    }
                }
                b if self.depth == 0 && b.is_ascii_whitespace() => return Some(at),
                _ => {}
            }
            self.begun = true;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, value: &str) {
        let mut whole = Skim::default();
        assert_eq!(whole.feed(text.as_bytes()), Some(value.len()), "{text}");
        let mut skim = Skim::default();
        let end = text.bytes().position(|b| skim.feed(&[b]).is_some());
        let end = end.unwrap();
        assert!(end == value.len() || end + 1 == value.len(), "{text} ends at {end} in pieces");
    }

    #[test]
    fn values_end() {
        check(r#"{"a":[1,{"b":"}\"]"}]} ,"#, r#"{"a":[1,{"b":"}\"]"}]}"#);
        check(r#""a\\","#, r#""a\\""#);
        check("12.5,", "12.5");
        check("null]", "null");
        check("[] ", "[]");
    }
}

/// Lines kept of one verification.
const EVIDENCE_LINES_MAX: usize = 32;
/// Bytes kept of one line.
const EVIDENCE_LINE_BYTES_MAX: usize = 240;

/// What was asked and answered, line by line: `MX 10 mx1.acme.com`, `C: RCPT TO:<…>`, `S: 250 …`.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    lines: Vec<String>,
}

impl Evidence {
    /// Keeps a line if there is room; it is not even worked out otherwise.
    pub(crate) fn push(&mut self, line: impl FnOnce() -> String) {
        if self.lines.len() >= EVIDENCE_LINES_MAX {
            return;
        }
        let mut line = line();
        if line.len() > EVIDENCE_LINE_BYTES_MAX {
            let cut = line.floor_char_boundary(EVIDENCE_LINE_BYTES_MAX);
            line.truncate(cut);
        }
        self.lines.push(line);
    }

    pub(crate) fn extend(&mut self, lines: &[String]) {
        for line in lines {
            self.push(|| line.clone());
        }
    }

    pub(crate) fn into_lines(self) -> Vec<String> {
        self.lines
    }
}

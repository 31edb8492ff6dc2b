use std::io::Read;
use std::sync::Arc;

use super::object;
use super::skim::Skim;
use crate::decode::{self, TextCoding};
use crate::keyed::{Keyed, KeyedSource};
use crate::limits::Limits;
use crate::window::Window;
use crate::{ReadError, RowFault};

/// How objects are laid out in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// `[{…}, {…}]`
    Array,
    /// `{"leads": [{…}, {…}]}`; the first list of objects counts.
    Wrapped,
    /// One object a line.
    Lines,
}

impl Layout {
    /// By the first bytes of a text; `lines` says that the file's name promises JSON Lines. `None` if
    /// it begins neither a list nor an object.
    pub(crate) fn sniff(sample: &[u8], lines: bool) -> Option<Self> {
        let text = sample.trim_ascii_start();
        match text.first()? {
            b'[' => Some(Self::Array),
            b'{' if lines => Some(Self::Lines),
            b'{' => {
                let first = memchr::memchr2(b'\n', b'\r', text).unwrap_or(text.len());
                let (head, rest) = text.split_at_checked(first)?;
                let whole = Skim::default().feed(head).is_some();
                let more = rest.trim_ascii_start().first() == Some(&b'{');
                Some(if whole && more { Self::Lines } else { Self::Wrapped })
            }
            _ => None,
        }
    }
}

/// The objects of a JSON text, one after the other, in constant memory.
pub(crate) struct Objects {
    window: Window,
    file: Arc<str>,
    limits: Limits,
    layout: Layout,
    line: u64,
    scratch: String,
    ended: bool,
}

impl Objects {
    /// Reads as far as the list begins.
    pub(crate) fn open(
        source: Box<dyn Read + Send>,
        layout: Layout,
        file: Arc<str>,
        limits: Limits,
    ) -> Result<Self, ReadError> {
        let window = Window::new(source);
        let (scratch, ended) = (String::new(), false);
        let mut objects = Self { window, file, limits, layout, line: 1, scratch, ended };
        objects.begin()?;
        Ok(objects)
    }

    /// The next line with something on it.
    fn whole_line(&mut self) -> Result<Option<(u64, Vec<u8>)>, RowFault> {
        loop {
            let bytes = self.window.bytes();
            let (end, next) = match memchr::memchr(b'\n', bytes) {
                Some(at) => (at, at + 1),
                None if self.window.at_end() && bytes.is_empty() => return Ok(None),
                None if self.window.at_end() => (bytes.len(), bytes.len()),
                None if bytes.len() > self.limits.row_bytes_max => return self.skip_line(),
                None => {
                    self.fill()?;
                    continue;
                }
            };
            let line = self.line;
            let text = bytes.get(..end).unwrap_or_default().trim_ascii().to_vec();
            self.window.consume(next);
            self.line += 1;
            if text.len() > self.limits.row_bytes_max {
                return Err(self.too_long(line));
            }
            if !text.is_empty() {
                return Ok(Some((line, text)));
            }
        }
    }

    fn skip_line(&mut self) -> Result<Option<(u64, Vec<u8>)>, RowFault> {
        let line = self.line;
        loop {
            let bytes = self.window.bytes();
            let end = memchr::memchr(b'\n', bytes);
            let held = bytes.len();
            self.window.consume(end.map_or(held, |at| at + 1));
            if end.is_some() || self.window.at_end() {
                self.line += 1;
                return Err(self.too_long(line));
            }
            self.fill()?;
        }
    }

    /// The next element of the list.
    fn element(&mut self) -> Result<Option<(u64, Vec<u8>)>, RowFault> {
        match self.peek(b",")? {
            Some(b']') => {
                self.ended = true;
                return Ok(None);
            }
            Some(b'}' | b':') => {
                return Err(self.bad("a bracket is out of place; repair it").into());
            }
            Some(_) => {}
            None => return Err(self.cut_off().into()),
        }
        let line = self.line;
        let element = self.value()?;
        element.map(|bytes| Some((line, bytes))).ok_or_else(|| self.too_long(line))
    }

    /// Takes one value; `None` if it was over the row limit and left out.
    fn value(&mut self) -> Result<Option<Vec<u8>>, RowFault> {
        let mut skim = Skim::default();
        let mut value = Vec::new();
        let mut fits = true;
        loop {
            let bytes = self.window.bytes();
            let end = skim.feed(bytes);
            let part = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
            fits &= value.len() + part.len() <= self.limits.row_bytes_max;
            if fits {
                value.extend_from_slice(part);
            }
            self.line += u64::try_from(memchr::memchr_iter(b'\n', part).count()).unwrap_or(0);
            let used = part.len();
            self.window.consume(used);
            if end.is_some() {
                return Ok(fits.then_some(value));
            }
            if self.window.at_end() {
                return Err(self.cut_off().into());
            }
            self.fill()?;
        }
    }

    /// The next byte that is neither white space nor one of `skip`; it is not consumed.
    fn peek(&mut self, skip: &[u8]) -> Result<Option<u8>, RowFault> {
        loop {
            let bytes = self.window.bytes();
            let passed = |b: &u8| b.is_ascii_whitespace() || skip.contains(b);
            let found = bytes.iter().position(|b| !passed(b));
            let before = bytes.get(..found.unwrap_or(bytes.len())).unwrap_or_default();
            self.line += u64::try_from(memchr::memchr_iter(b'\n', before).count()).unwrap_or(0);
            let byte = found.and_then(|at| bytes.get(at).copied());
            let used = before.len();
            self.window.consume(used);
            if byte.is_some() || self.window.at_end() {
                return Ok(byte);
            }
            self.fill()?;
        }
    }

    /// Steps to the first element of the list.
    fn begin(&mut self) -> Result<(), ReadError> {
        let outcome = match self.layout {
            Layout::Lines => Ok(()),
            Layout::Array => self.peek(b"").map(|_bracket| self.window.consume(1)),
            Layout::Wrapped => self.find_list(),
        };
        outcome.map_err(|fault| match fault {
            RowFault::Fatal(why) => why,
            other => self.bad(&other.to_string()),
        })
    }

    /// Steps behind the `[` of the object's first member that is a list of objects.
    fn find_list(&mut self) -> Result<(), RowFault> {
        self.peek(b"")?;
        self.window.consume(1);
        loop {
            match self.peek(b",")? {
                Some(b'"') => {}
                Some(b'}') => {
                    let reason = "one object without a list of objects in it; give a list, [{…}, {…}], \
                                  or one object a line in a .jsonl file";
                    return Err(self.bad(reason).into());
                }
                Some(_) => {
                    return Err(self.bad("a key in quotes should stand here; repair it").into());
                }
                None => return Err(self.cut_off().into()),
            }
            self.value()?;
            match self.peek(b":")? {
                Some(b'[') => {
                    self.window.consume(1);
                    if self.peek(b"")? == Some(b'{') {
                        return Ok(());
                    }
                    // Not the list: its elements are stepped over one by one.
                    while !matches!(self.peek(b",:")?, Some(b']') | None) {
                        if matches!(self.peek(b"")?, Some(b'}')) {
                            self.window.consume(1);
                        } else {
                            self.value()?;
                        }
                    }
                    self.window.consume(1);
                }
                Some(b'}' | b']') => return Err(self.bad("a value is missing; repair it").into()),
                Some(_) => {
                    self.value()?;
                }
                None => return Err(self.cut_off().into()),
            }
        }
    }

    fn fill(&mut self) -> Result<(), RowFault> {
        let filled = self.window.fill();
        filled.map_err(|why| ReadError::of_io(&self.file, Some(self.line), why).into())
    }

    fn too_long(&self, line: u64) -> RowFault {
        let limit_bytes = self.limits.row_bytes_max;
        RowFault::RowTooLong { file: Arc::clone(&self.file), line, limit_bytes }
    }

    fn bad(&self, reason: &str) -> ReadError {
        let reason = reason.to_owned();
        ReadError::BadJson { file: Arc::clone(&self.file), line: self.line, reason }
    }

    fn cut_off(&self) -> ReadError {
        self.bad("the file ends in the middle of the list; export it again")
    }
}

impl KeyedSource for Objects {
    fn record(&mut self) -> Option<Result<Keyed, RowFault>> {
        if self.ended {
            return None;
        }
        let found = match self.layout {
            Layout::Lines => self.whole_line(),
            Layout::Array | Layout::Wrapped => self.element(),
        };
        let (line, bytes) = match found {
            Ok(found) => found?,
            Err(fault) => {
                self.ended = fault.is_fatal();
                return Some(Err(fault));
            }
        };
        Some(parse(&bytes, line, &self.file, &mut self.scratch))
    }
}

fn parse(
    bytes: &[u8],
    line: u64,
    file: &Arc<str>,
    scratch: &mut String,
) -> Result<Keyed, RowFault> {
    let found = match bytes.first() {
        Some(b'{') => None,
        Some(b'[') => Some("a list"),
        Some(b'"') => Some("a text"),
        Some(b't' | b'f') => Some("true or false"),
        Some(b'n') => Some("null"),
        _ => Some("a number or a bare word"),
    };
    let file = Arc::clone(file);
    if let Some(found) = found {
        return Err(RowFault::NotAnObject { file, line, found });
    }
    let (text, foreign) = match decode::text(bytes, TextCoding::Utf8, scratch) {
        Ok(decoded) => decoded,
        Err(at) => {
            let byte = bytes.get(at).copied().unwrap_or_default();
            return Err(RowFault::Encoding { file, line, column: "unknown".to_owned(), byte });
        }
    };
    match object::cells(text) {
        Ok(cells) => Ok(Keyed { line, foreign, cells }),
        Err(why) => Err(RowFault::BadJson { file, line, reason: why.to_string() }),
    }
}

use std::io::{self, Read};

use encoding_rs::{CoderResult, Decoder, Encoding};

/// Bytes read from the file at a time while transcoding.
const CHUNK_BYTES: usize = 32 << 10;

/// A stream in any encoding, read as UTF-8. What cannot be decoded becomes U+FFFD.
pub(crate) struct Transcoded<R> {
    source: R,
    decoder: Decoder,
    raw: Vec<u8>,
    raw_at: usize,
    raw_end: usize,
    source_ended: bool,
    done: bool,
}

impl<R: Read> Transcoded<R> {
    /// The byte order mark must have been removed.
    pub(crate) fn new(source: R, encoding: &'static Encoding) -> Self {
        Self {
            source,
            decoder: encoding.new_decoder_without_bom_handling(),
            raw: vec![0; CHUNK_BYTES],
            raw_at: 0,
            raw_end: 0,
            source_ended: false,
            done: false,
        }
    }
}

impl<R: Read> Read for Transcoded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        // A decoder may need room for one whole character.
        debug_assert!(out.len() >= 8, "the window asks for chunks");
        loop {
            if self.done {
                return Ok(0);
            }
            if self.raw_at == self.raw_end && !self.source_ended {
                self.raw_at = 0;
                self.raw_end = self.source.read(&mut self.raw)?;
                self.source_ended = self.raw_end == 0;
            }
            let raw = self.raw.get(self.raw_at..self.raw_end).unwrap_or_default();
            let (result, read, written, _replaced) =
                self.decoder.decode_to_utf8(raw, out, self.source_ended);
            self.raw_at += read;
            if self.source_ended && result == CoderResult::InputEmpty {
                self.done = true;
            }
            if written > 0 {
                return Ok(written);
            }
        }
    }
}

/// How the bytes of a text are to be read, cell by cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextCoding {
    /// UTF-8; a cell that is not is read as Windows-1252 with a note.
    Utf8,
    /// Windows-1252 throughout.
    Windows1252,
}

/// The five bytes that Windows-1252 leaves without a character.
const UNDEFINED: [u8; 5] = [0x81, 0x8D, 0x8F, 0x90, 0x9D];

/// Text of `bytes`, borrowed where it is UTF-8 already; else written to `scratch`. The flag says that
/// the bytes were not in the expected coding. `Err` tells where the first byte is that is text in neither.
pub(crate) fn text<'a>(
    bytes: &'a [u8],
    coding: TextCoding,
    scratch: &'a mut String,
) -> Result<(&'a str, bool), usize> {
    let expected = coding == TextCoding::Utf8 || bytes.is_ascii();
    if expected && let Ok(text) = std::str::from_utf8(bytes) {
        return Ok((text, false));
    }
    if let Some(at) = bytes.iter().position(|b| UNDEFINED.contains(b)) {
        return Err(at);
    }
    let (decoded, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes);
    scratch.clear();
    scratch.push_str(&decoded);
    Ok((scratch, coding == TextCoding::Utf8))
}

/// What the beginning of a text file tells of its encoding.
pub(crate) struct Sniffed {
    /// The encoding.
    pub(crate) encoding: &'static Encoding,
    /// Length of the byte order mark.
    pub(crate) bom_bytes: usize,
}

/// By byte order mark; by zero bytes at every second place (UTF-16 without mark); by whether
/// multi-byte sequences are sound (UTF-8) more often than broken (Windows-1252).
pub(crate) fn sniff(sample: &[u8]) -> Sniffed {
    if let Some((encoding, bom_bytes)) = Encoding::for_bom(sample) {
        return Sniffed { encoding, bom_bytes };
    }
    let zeros = |parity: usize| {
        sample.iter().enumerate().filter(|(i, b)| i % 2 == parity && **b == 0).count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    let half = sample.len() / 2;
    let encoding = if half >= 2 && odd * 10 >= half * 4 && even * 20 <= half {
        encoding_rs::UTF_16LE
    } else if half >= 2 && even * 10 >= half * 4 && odd * 20 <= half {
        encoding_rs::UTF_16BE
    } else if sound_sequences_prevail(sample) {
        encoding_rs::UTF_8
    } else {
        encoding_rs::WINDOWS_1252
    };
    Sniffed { encoding, bom_bytes: 0 }
}

fn sound_sequences_prevail(sample: &[u8]) -> bool {
    let (mut sound, mut broken, mut rest) = (0_usize, 0_usize, sample);
    loop {
        let (valid, bad) = match std::str::from_utf8(rest) {
            Ok(text) => (text.len(), None),
            Err(why) => (why.valid_up_to(), Some(why.error_len())),
        };
        let head = rest.get(..valid).unwrap_or_default();
        sound += head.iter().filter(|b| **b >= 0xC0).count();
        // A sequence cut by the end of the sample counts for nothing.
        let Some(Some(length)) = bad else { break };
        broken += 1;
        rest = rest.get(valid + length..).unwrap_or_default();
    }
    sound >= broken
}

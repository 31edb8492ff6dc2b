//! Answers by prefix of an international number, in tables that are searched where they lie.
//!
//! `scripts/refresh-phones` writes a table, all numbers little-endian:
//!
//! - `u32` count of blocks, `u32` length of the ranges;
//! - for each block of up to 64 ranges: `u32` first number, `u32` where its ranges begin;
//! - the ranges: a step from the range before (none for the first of a block), then an answer.
//!   A step is one byte `28 × k + m - 1` for `m × 10^k`, or 255 and a `u32`. An answer is where its
//!   text begins in the pool, as a variable-length number of 7 bits a byte, lowest first;
//! - the pool: for each text its length, of variable length, and its UTF-8. At 0 lies the empty text.
//!
//! A number stands for its first nine digits, with zeros behind where it has fewer. A range reaches to
//! the next; what the longest matching prefix says holds for the whole of it.

/// Digits of a number that are looked at.
const DIGITS: usize = 9;
/// Marks a step of four bytes.
const FAR: u8 = 255;
/// Multiples that a step of one byte can say, for each power of ten.
const MULTIPLES: u8 = 28;

/// A table written by `scripts/refresh-phones`.
pub(super) struct Prefixes {
    bytes: &'static [u8],
}

impl Prefixes {
    pub(super) const fn new(bytes: &'static [u8]) -> Self {
        Self { bytes }
    }

    /// What is said of numbers that begin with these digits, by the longest prefix.
    pub(super) fn find(&self, digits: &str) -> Option<&'static str> {
        let padding = std::iter::repeat(b'0');
        let number = digits.bytes().chain(padding).take(DIGITS);
        let number = number.fold(0_u32, |n, digit| n * 10 + u32::from(digit.saturating_sub(b'0')));
        let blocks = self.u32_at(0)?;
        let block = self.block_of(number, blocks)?;
        let ranges = usize::try_from(blocks).ok()? * 8 + 8;
        let pool = ranges + usize::try_from(self.u32_at(4)?).ok()?;
        let from = ranges + usize::try_from(self.u32_at(8 * block + 12)?).ok()?;
        // The next block begins where this one ends, the pool where the last one does.
        let to = match self.u32_at(8 * block + 20) {
            Some(next) if block + 1 < usize::try_from(blocks).ok()? => {
                ranges + usize::try_from(next).ok()?
            }
            _ => pool,
        };
        let answer = last_before(number, self.u32_at(8 * block + 8)?, self.bytes.get(from..to)?)?;
        self.text(pool + answer)
    }

    /// The block that holds the number: the last that does not begin behind it.
    fn block_of(&self, number: u32, blocks: u32) -> Option<usize> {
        let (mut low, mut high) = (0, usize::try_from(blocks).ok()?);
        while low < high {
            let middle = low.midpoint(high);
            if self.u32_at(8 * middle + 8)? <= number { low = middle + 1 } else { high = middle }
        }
        low.checked_sub(1)
    }

    fn text(&self, at: usize) -> Option<&'static str> {
        let mut bytes = self.bytes.get(at..)?;
        let length = variable(&mut bytes)?;
        std::str::from_utf8(bytes.get(..length)?).ok().filter(|text| !text.is_empty())
    }

    fn u32_at(&self, at: usize) -> Option<u32> {
        self.bytes.get(at..)?.first_chunk().copied().map(u32::from_le_bytes)
    }
}

/// The answer of the last range of a block that does not begin behind the number.
fn last_before(number: u32, first: u32, mut ranges: &[u8]) -> Option<usize> {
    let mut start = first;
    let mut answer = variable(&mut ranges)?;
    while !ranges.is_empty() {
        start = start.checked_add(step(&mut ranges)?)?;
        if start > number {
            break;
        }
        answer = variable(&mut ranges)?;
    }
    Some(answer)
}

fn step(bytes: &mut &[u8]) -> Option<u32> {
    let (first, rest) = bytes.split_first()?;
    *bytes = rest;
    if *first == FAR {
        let (number, rest) = rest.split_first_chunk()?;
        *bytes = rest;
        return Some(u32::from_le_bytes(*number));
    }
    let power = 10_u32.checked_pow(u32::from(first / MULTIPLES))?;
    u32::from(first % MULTIPLES + 1).checked_mul(power)
}

/// A number of 7 bits a byte, lowest first.
fn variable(bytes: &mut &[u8]) -> Option<usize> {
    let (mut value, mut shift) = (0_usize, 0_u32);
    loop {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= usize::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some(value);
        }
        shift += 7;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two blocks: from 0 nothing, from 491_000_000 `A`, from 491_700_000 `BB`, from 492_000_000
    /// nothing; then from 800_000_000 `A`.
    #[rustfmt::skip]
    const SMALL: &[u8] = &[
        2, 0, 0, 0, 12, 0, 0, 0, // blocks, length of the ranges
        0, 0, 0, 0, 0, 0, 0, 0, // block 0
        0x00, 0x08, 0xaf, 0x2f, 11, 0, 0, 0, // block 1
        0, // from 0: nothing
        255, 0xc0, 0x10, 0x44, 0x1d, 1, // + 491_000_000: A
        5 * 28 + 6, 3, // + 7 * 100_000: BB
        5 * 28 + 2, 0, // + 3 * 100_000: nothing
        1, // block 1: A
        0, 1, b'A', 2, b'B', b'B', // pool
    ];

    #[test]
    fn ranges_of_a_small_table() {
        let table = Prefixes::new(SMALL);
        for (digits, answer) in [
            ("", None),
            ("49", None),
            ("490", None),
            ("491", Some("A")),
            ("491699999999", Some("A")),
            ("4917", Some("BB")),
            ("491999999", Some("BB")),
            ("492", None),
            ("799999999", None),
            ("8", Some("A")),
            ("999999999", Some("A")),
        ] {
            assert_eq!(table.find(digits), answer, "{digits}");
        }
    }

    #[test]
    fn a_broken_table_says_nothing() {
        for length in 0..SMALL.len() {
            let table = Prefixes::new(SMALL.get(..length).unwrap());
            for digits in ["", "491", "4917", "8000"] {
                let answer = table.find(digits);
                assert!(matches!(answer, None | Some("A" | "BB")), "{length} {digits}: {answer:?}");
            }
        }
    }
}

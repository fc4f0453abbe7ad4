//! A pull parser for JSON (RFC 8259) over a whole text: the caller asks for what it expects, nothing is built in between.
//!
//! Kept to the strict grammar. The text is UTF-8 already, so a string without escapes is borrowed.

use std::borrow::Cow;

use super::Malformed;
use super::number::NumberText;
use super::strings;

/// What kind of value comes next.
///
/// ```
/// use avocet::read::{Kind, Reader};
///
/// assert_eq!(Reader::new(" [1]").peek().unwrap(), Kind::List);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A number.
    Number,
    /// A string.
    Text,
    /// `[…]`.
    List,
    /// `{…}`.
    Object,
}

#[derive(Debug)]
pub(super) struct Json<'a> {
    text: &'a str,
    position: usize,
    depth: usize,
    depth_limit: usize,
    reason: &'static str,
}

/// What is wrong with a text over the limit of depth.
pub(super) const TOO_DEEP: &str = "Nested too deeply";

/// Where a value begins, to come back to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    position: usize,
    depth: usize,
}

impl<'a> Json<'a> {
    pub(super) fn new(text: &'a str, depth_limit: usize) -> Self {
        Self {
            text,
            position: 0,
            depth: 0,
            depth_limit,
            reason: "",
        }
    }

    /// The byte where reading stands, and why it cannot go on (after [`Malformed`]).
    pub(super) fn fault(&self) -> (usize, &'static str) {
        (self.position, self.reason)
    }

    pub(super) fn mark(&self) -> Mark {
        Mark {
            position: self.position,
            depth: self.depth,
        }
    }

    pub(super) fn return_to(&mut self, mark: Mark) {
        self.position = mark.position;
        self.depth = mark.depth;
    }

    /// The text from `mark` to here.
    pub(super) fn since(&self, mark: Mark) -> &'a str {
        self.text
            .get(mark.position..self.position)
            .unwrap_or_default()
    }

    /// How many bytes were read since `mark`.
    pub(super) fn passed(&self, mark: Mark) -> usize {
        self.position.saturating_sub(mark.position)
    }

    /// How many lists and objects are open.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    pub(super) fn depth_limit(&self) -> usize {
        self.depth_limit
    }

    /// Ends the reading for a reason that is not the grammar's.
    pub(super) fn give_up(&mut self, reason: &'static str) -> Malformed {
        self.malformed(reason)
    }

    pub(super) fn peek(&mut self) -> Result<Kind, Malformed> {
        match self.next_byte() {
            Some(b'n') => Ok(Kind::Null),
            Some(b't' | b'f') => Ok(Kind::Boolean),
            Some(b'-' | b'0'..=b'9') => Ok(Kind::Number),
            Some(b'"') => Ok(Kind::Text),
            Some(b'[') => Ok(Kind::List),
            Some(b'{') => Ok(Kind::Object),
            _ => Err(self.malformed("Expecting value")),
        }
    }

    pub(super) fn null(&mut self) -> Result<(), Malformed> {
        self.word("null")
    }

    pub(super) fn boolean(&mut self) -> Result<bool, Malformed> {
        if self.next_byte() == Some(b't') {
            self.word("true").map(|()| true)
        } else {
            self.word("false").map(|()| false)
        }
    }

    #[inline]
    pub(super) fn number(&mut self) -> Result<NumberText<'a>, Malformed> {
        self.skip_space();
        let bytes = self.text.as_bytes();
        let start = self.position;
        let mut at = start;
        let negative = bytes.get(at) == Some(&b'-');
        at += usize::from(negative);

        let mut digits = Digits::default();
        let integer_start = at;
        at = digits.run(bytes, at);
        if at == integer_start {
            self.position = at;
            return Err(self.malformed("Expecting value"));
        }
        if bytes[integer_start] == b'0' && at > integer_start + 1 {
            self.position = integer_start + 1;
            return Err(self.malformed("Expecting no leading zero"));
        }
        let mut integer = true;
        let mut exponent = 0_i32;
        if bytes.get(at) == Some(&b'.') {
            integer = false;
            let fraction_start = at + 1;
            at = digits.run(bytes, fraction_start);
            if at == fraction_start {
                self.position = at;
                return Err(self.malformed("Expecting a digit after the point"));
            }
            exponent = i32::try_from(at - fraction_start).map_or(i32::MIN / 2, |places| -places);
        }
        if let Some(b'e' | b'E') = bytes.get(at) {
            integer = false;
            at += 1;
            let minus = bytes.get(at) == Some(&b'-');
            at += usize::from(matches!(bytes.get(at), Some(b'+' | b'-')));
            let exponent_start = at;
            let mut power = 0_i32;
            while let Some(digit @ b'0'..=b'9') = bytes.get(at) {
                power = power
                    .saturating_mul(10)
                    .saturating_add(i32::from(digit - b'0'));
                at += 1;
            }
            if at == exponent_start {
                self.position = at;
                return Err(self.malformed("Expecting a digit in the exponent"));
            }
            exponent = exponent.saturating_add(if minus { -power } else { power });
        }
        self.position = at;
        Ok(NumberText {
            text: &self.text[start..at],
            negative,
            integer,
            digits: digits.value,
            exact: digits.count <= 19,
            exponent,
        })
    }

    pub(super) fn text(&mut self) -> Result<Cow<'a, str>, Malformed> {
        self.expect(b'"', "Expecting value")?;
        self.rest_of_text()
    }

    pub(super) fn begin_list(&mut self) -> Result<(), Malformed> {
        self.expect(b'[', "Expecting value")?;
        self.deeper()
    }

    /// Moves to the next item; `false` at the end of the list.
    #[inline]
    pub(super) fn next_item(&mut self, first: bool) -> Result<bool, Malformed> {
        match self.next_byte() {
            Some(b']') => {
                self.position += 1;
                self.depth -= 1;
                Ok(false)
            }
            Some(b',') if !first => {
                self.position += 1;
                Ok(true)
            }
            Some(_) if first => Ok(true),
            _ => Err(self.malformed("Expecting ',' delimiter")),
        }
    }

    pub(super) fn begin_object(&mut self) -> Result<(), Malformed> {
        self.expect(b'{', "Expecting value")?;
        self.deeper()
    }

    /// Moves to the next member's value and gives its key; `None` at the end of the object.
    pub(super) fn next_key(&mut self, first: bool) -> Result<Option<Cow<'a, str>>, Malformed> {
        match self.next_byte() {
            Some(b'}') => {
                self.position += 1;
                self.depth -= 1;
                return Ok(None);
            }
            Some(b',') if !first => self.position += 1,
            Some(_) if first => {}
            _ => return Err(self.malformed("Expecting ',' delimiter")),
        }
        self.expect(b'"', "Expecting property name enclosed in double quotes")?;
        let key = self.rest_of_text()?;
        self.expect(b':', "Expecting ':' delimiter")?;
        Ok(Some(key))
    }

    /// Passes over one value, checking its grammar.
    pub(super) fn skip(&mut self) -> Result<(), Malformed> {
        match self.peek()? {
            Kind::Null => self.null(),
            Kind::Boolean => self.boolean().map(drop),
            Kind::Number => self.number().map(drop),
            Kind::Text => self.pass_text(),
            Kind::List => {
                self.begin_list()?;
                let mut first = true;
                while self.next_item(first)? {
                    self.skip()?;
                    first = false;
                }
                Ok(())
            }
            Kind::Object => {
                self.begin_object()?;
                let mut first = true;
                while self.next_key(first)?.is_some() {
                    self.skip()?;
                    first = false;
                }
                Ok(())
            }
        }
    }

    /// After the outermost value only space may follow.
    pub(super) fn end(&mut self) -> Result<(), Malformed> {
        match self.next_byte() {
            None => Ok(()),
            Some(_) => Err(self.malformed("Extra data")),
        }
    }

    fn rest_of_text(&mut self) -> Result<Cow<'a, str>, Malformed> {
        match strings::read(self.text, self.position) {
            Ok((text, end)) => {
                self.position = end;
                Ok(text)
            }
            Err((position, reason)) => {
                self.position = position;
                Err(self.malformed(reason))
            }
        }
    }

    fn pass_text(&mut self) -> Result<(), Malformed> {
        self.expect(b'"', "Expecting value")?;
        match strings::pass(self.text, self.position) {
            Ok(end) => {
                self.position = end;
                Ok(())
            }
            Err((position, reason)) => {
                self.position = position;
                Err(self.malformed(reason))
            }
        }
    }

    fn word(&mut self, word: &'static str) -> Result<(), Malformed> {
        self.skip_space();
        if self.text.as_bytes()[self.position..].starts_with(word.as_bytes()) {
            self.position += word.len();
            Ok(())
        } else {
            Err(self.malformed("Expecting value"))
        }
    }

    fn expect(&mut self, byte: u8, otherwise: &'static str) -> Result<(), Malformed> {
        if self.next_byte() == Some(byte) {
            self.position += 1;
            Ok(())
        } else {
            Err(self.malformed(otherwise))
        }
    }

    fn deeper(&mut self) -> Result<(), Malformed> {
        self.depth += 1;
        if self.depth > self.depth_limit {
            return Err(self.malformed(TOO_DEEP));
        }
        Ok(())
    }

    #[inline]
    fn next_byte(&mut self) -> Option<u8> {
        self.skip_space();
        self.text.as_bytes().get(self.position).copied()
    }

    #[inline]
    fn skip_space(&mut self) {
        let bytes = self.text.as_bytes();
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(self.position) {
            self.position += 1;
        }
    }

    #[cold]
    fn malformed(&mut self, reason: &'static str) -> Malformed {
        self.reason = reason;
        Malformed
    }
}

/// Decimal digits gathered into one integer; past nineteen of them the value no longer counts.
#[derive(Default)]
struct Digits {
    value: u64,
    count: usize,
}

impl Digits {
    #[inline]
    fn run(&mut self, bytes: &[u8], start: usize) -> usize {
        let mut value = self.value;
        let mut at = start;
        while let Some(eight) = bytes
            .get(at..)
            .and_then(<[u8]>::first_chunk)
            .copied()
            .and_then(eight_digits)
        {
            value = value.wrapping_mul(100_000_000).wrapping_add(eight);
            at += 8;
        }
        while let Some(digit @ b'0'..=b'9') = bytes.get(at) {
            value = value.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
            at += 1;
        }
        self.value = value;
        self.count += at - start;
        at
    }
}

/// The number that eight bytes spell, if all are digits: as one word, with the digits joined to pairs, fours and the
/// whole by a multiplication each (Lemire, "Quickly parsing eight digits", 2018).
#[inline]
fn eight_digits(bytes: [u8; 8]) -> Option<u64> {
    const EACH: u64 = u64::MAX / 255;
    let word = u64::from_le_bytes(bytes);
    let digits = word.wrapping_sub(EACH * u64::from(b'0'));
    // A byte below `0` borrows into its high bit, one above `9` carries into it.
    if (digits | word.wrapping_add(EACH * (0x80 - u64::from(b'9') - 1))) & (EACH * 0x80) != 0 {
        return None;
    }
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    let fours = (pairs & 0x00ff_00ff_00ff_00ff)
        .wrapping_mul(100)
        .wrapping_add((pairs >> 16) & 0x00ff_00ff_00ff_00ff);
    let (high, low) = (fours & 0xffff, (fours >> 32) & 0xffff);
    Some(high * 10_000 + low)
}

#[cfg(test)]
mod tests {
    use super::eight_digits;

    #[test]
    fn eight_digits_are_read_as_the_standard_library_reads_them() {
        for text in [
            "00000000", "12345678", "99999999", "10000000", "00000001", "90909090",
        ] {
            let bytes = text.as_bytes().try_into().expect("eight");
            assert_eq!(eight_digits(bytes), text.parse().ok(), "{text}");
        }
        for place in 0..8 {
            for other in (0..=255_u8).filter(|byte| !byte.is_ascii_digit()) {
                let mut bytes = *b"12345678";
                bytes[place] = other;
                assert_eq!(eight_digits(bytes), None, "{bytes:?}");
            }
        }
    }
}

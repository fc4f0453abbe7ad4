//! A pull parser for JSON (RFC 8259) over a complete text. The caller requests the value it expects; no intermediate
//! tree is built.
//!
//! It accepts only the strict grammar. The text is valid UTF-8, so a string without escapes is borrowed.
//!
//! Errors have the words and the positions of Python's `json` module, which `FastAPI` sends to clients.

mod members;
mod plain_numbers;
mod strings;

use super::Malformed;
use super::number_grammar::NumberFault;
use super::{number_grammar, skip_unchecked};
use crate::number::NumberText;

/// The kind of the next value.
///
/// ```
/// use avocet::read::{Kind, Reader};
///
/// assert_eq!(Reader::new(" [1]").peek().unwrap(), Kind::Array);
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
    String,
    /// `[…]`.
    Array,
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

/// The error for a text over the depth limit.
pub(super) const TOO_DEEP: &str = "Nested too deeply";

/// The position of a value, to return to it.
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

    /// The byte position, and why parsing cannot continue (after [`Malformed`]).
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

    /// The text from `mark` to the current position.
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

    /// Ends the reading for a reason other than the grammar.
    pub(super) fn give_up(&mut self, reason: &'static str) -> Malformed {
        self.malformed(reason)
    }

    pub(super) fn peek(&mut self) -> Result<Kind, Malformed> {
        match self.next_byte() {
            Some(b'n') => Ok(Kind::Null),
            Some(b't' | b'f') => Ok(Kind::Boolean),
            Some(b'-' | b'0'..=b'9') => Ok(Kind::Number),
            Some(b'"') => Ok(Kind::String),
            Some(b'[') => Ok(Kind::Array),
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
        match number_grammar::read(self.text, self.position) {
            Ok((number, end)) => {
                self.position = end;
                Ok(number)
            }
            Err(fault) => Err(self.fault_of_number(fault)),
        }
    }

    #[cold]
    fn fault_of_number(&mut self, fault: NumberFault) -> Malformed {
        let (position, reason) = match fault {
            NumberFault::NoNumber => (self.position, "Expecting value"),
            NumberFault::EndsAt(position) if self.depth == 0 => (position, "Extra data"),
            NumberFault::EndsAt(position) => (position, "Expecting ',' delimiter"),
        };
        self.position = position;
        self.malformed(reason)
    }

    pub(super) fn begin_array(&mut self) -> Result<(), Malformed> {
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
            _ if first => Err(self.malformed("Expecting value")),
            _ => Err(self.malformed("Expecting ',' delimiter")),
        }
    }

    /// Opens the object if one follows; otherwise consumes nothing.
    #[inline]
    pub(super) fn begin_object_if_any(&mut self) -> Result<bool, Malformed> {
        if !self.is_at(b'{') {
            return Ok(false);
        }
        self.position += 1;
        self.deeper()?;
        Ok(true)
    }

    pub(super) fn begin_object(&mut self) -> Result<(), Malformed> {
        self.expect(b'{', "Expecting value")?;
        self.deeper()
    }

    /// Skips one value, checking its grammar.
    pub(super) fn skip(&mut self) -> Result<(), Malformed> {
        match self.peek()? {
            Kind::Null => self.null(),
            Kind::Boolean => self.boolean().map(drop),
            Kind::Number => self.number().map(drop),
            Kind::String => {
                self.position += 1;
                self.pass_rest_of_text()
            }
            Kind::Array => {
                self.begin_array()?;
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
                while self.pass_key(first)? {
                    self.skip()?;
                    first = false;
                }
                Ok(())
            }
        }
    }

    /// Skips one value that is read later, without checking it, if it has an end.
    pub(super) fn skip_unchecked(&mut self) -> Result<(), Malformed> {
        self.skip_space();
        match skip_unchecked::past_value(self.text.as_bytes(), self.position) {
            Some(end) => {
                self.position = end;
                Ok(())
            }
            // It has no end, and the grammar shows where.
            None => self.skip(),
        }
    }

    /// Checks that only whitespace follows the outermost value.
    pub(super) fn end(&mut self) -> Result<(), Malformed> {
        match self.next_byte() {
            None => Ok(()),
            Some(_) => Err(self.malformed("Extra data")),
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

    #[inline]
    fn expect(&mut self, byte: u8, otherwise: &'static str) -> Result<(), Malformed> {
        if self.is_at(byte) {
            self.position += 1;
            Ok(())
        } else {
            Err(self.malformed(otherwise))
        }
    }

    /// Whether this byte comes next after whitespace, which is skipped.
    #[inline]
    pub(super) fn is_at(&mut self, byte: u8) -> bool {
        let here = |json: &Self| json.text.as_bytes().get(json.position) == Some(&byte);
        // Usually there is no whitespace.
        if here(self) {
            return true;
        }
        self.skip_space();
        here(self)
    }

    #[inline]
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

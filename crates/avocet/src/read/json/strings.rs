//! Parses JSON strings as values, and the part that keys share with them.

use std::borrow::Cow;

use super::Json;
use crate::read::{Malformed, strings};

impl<'a> Json<'a> {
    pub(in crate::read) fn text(&mut self) -> Result<Cow<'a, str>, Malformed> {
        match self.text_if_any()? {
            Some(text) => Ok(text),
            None => Err(self.malformed("Expecting value")),
        }
    }

    /// Returns the next value if it is a text; otherwise consumes nothing.
    #[expect(clippy::inline_always, reason = "see `plain_until`")]
    #[inline(always)]
    pub(in crate::read) fn text_if_any(&mut self) -> Result<Option<Cow<'a, str>>, Malformed> {
        if !self.is_at(b'"') {
            return Ok(None);
        }
        self.position += 1;
        self.rest_of_text().map(Some)
    }

    #[expect(clippy::inline_always, reason = "see `plain_until`")]
    #[inline(always)]
    pub(super) fn rest_of_text(&mut self) -> Result<Cow<'a, str>, Malformed> {
        let (text, end) =
            strings::read(self.text, self.position).map_err(|fault| self.fault_of_text(fault))?;
        self.position = end;
        Ok(text)
    }

    pub(super) fn pass_rest_of_text(&mut self) -> Result<(), Malformed> {
        self.position =
            strings::pass(self.text, self.position).map_err(|fault| self.fault_of_text(fault))?;
        Ok(())
    }

    #[cold]
    pub(super) fn fault_of_text(&mut self, (position, reason): (usize, &'static str)) -> Malformed {
        self.position = position;
        self.malformed(reason)
    }
}

//! Reads the members of an object one by one.

use std::borrow::Cow;

use super::Json;
use crate::read::{Malformed, strings};

const NO_NAME: &str = "Expecting property name enclosed in double quotes";

impl<'a> Json<'a> {
    /// Moves to the next member's value and returns its key; `None` at the end of the object.
    #[expect(clippy::inline_always, reason = "see `plain_until`")]
    #[inline(always)]
    pub(in crate::read) fn next_key(
        &mut self,
        first: bool,
    ) -> Result<Option<Cow<'a, str>>, Malformed> {
        if !self.next_member(first)? {
            return Ok(None);
        }
        let key = self.rest_of_text()?;
        self.expect(b':', "Expecting ':' delimiter")?;
        Ok(Some(key))
    }

    /// The same, but returns only whether the key is `name`.
    #[inline]
    pub(in crate::read) fn next_key_is(
        &mut self,
        first: bool,
        name: &str,
    ) -> Result<Option<bool>, Malformed> {
        if !self.next_member(first)? {
            return Ok(None);
        }
        let (is_name, end) = strings::is(self.text, self.position, name)
            .map_err(|fault| self.fault_of_text(fault))?;
        self.position = end;
        self.expect(b':', "Expecting ':' delimiter")?;
        Ok(Some(is_name))
    }

    /// The same, without reading the key; `false` at the end of the object.
    pub(super) fn pass_key(&mut self, first: bool) -> Result<bool, Malformed> {
        if !self.next_member(first)? {
            return Ok(false);
        }
        self.pass_rest_of_text()?;
        self.expect(b':', "Expecting ':' delimiter")?;
        Ok(true)
    }

    /// Moves into the next member's key; `false` at the end of the object.
    #[expect(clippy::inline_always, reason = "see `plain_until`")]
    #[inline(always)]
    fn next_member(&mut self, first: bool) -> Result<bool, Malformed> {
        // Usually there is no whitespace.
        match self.text.as_bytes().get(self.position) {
            Some(b',') if !first => self.position += 1,
            Some(b'"') if first => {}
            _ => match self.next_byte() {
                Some(b'}') => {
                    self.position += 1;
                    self.depth -= 1;
                    return Ok(false);
                }
                Some(b',') if !first => self.position += 1,
                Some(_) if first => {}
                None if first => return Err(self.malformed(NO_NAME)),
                _ => return Err(self.malformed("Expecting ',' delimiter")),
            },
        }
        self.expect(b'"', NO_NAME)?;
        Ok(true)
    }
}

//! Numbers that are read as most are written, alone and in a list.

use super::Json;
use crate::read::plain_numbers;

impl Json<'_> {
    /// A number as most floats are written, if it is a good one; else nothing is consumed.
    #[inline]
    pub(in crate::read) fn plain_float(
        &mut self,
        is_good: impl FnOnce(f64) -> bool,
    ) -> Option<f64> {
        self.skip_space();
        let bytes = self.text.as_bytes();
        let (number, rest) = plain_numbers::float(bytes.get(self.position..)?)?;
        if !is_good(number) {
            return None;
        }
        self.position = bytes.len() - rest.len();
        Some(number)
    }

    /// Items of a list, from the one that comes next on, as long as they are such numbers, `take` takes them, and they are
    /// no more than so many. Only what was taken is consumed, without what stands behind the last of them.
    #[inline]
    pub(in crate::read) fn plain_floats(&mut self, most: usize, mut take: impl FnMut(f64) -> bool) {
        let bytes = self.text.as_bytes();
        let mut rest = bytes.get(self.position..).unwrap_or_default();
        for _ in 0..most {
            rest = without_space(rest);
            if let Some((number, next)) = plain_numbers::float_before_comma(rest) {
                if !take(number) {
                    return;
                }
                self.position = bytes.len() - next.len() - 1;
                rest = next;
                continue;
            }
            let Some((number, behind)) = plain_numbers::float(rest) else {
                return;
            };
            if !take(number) {
                return;
            }
            self.position = bytes.len() - behind.len();
            let [b',', next @ ..] = without_space(behind) else {
                return;
            };
            rest = next;
        }
    }

    /// The same of integers with a comma behind each.
    #[inline]
    pub(in crate::read) fn plain_integers(
        &mut self,
        most: usize,
        mut take: impl FnMut(i64) -> bool,
    ) {
        let bytes = self.text.as_bytes();
        let mut rest = bytes.get(self.position..).unwrap_or_default();
        for _ in 0..most {
            rest = without_space(rest);
            let Some((integer, next)) = plain_numbers::integer_before_comma(rest) else {
                return;
            };
            if !take(integer) {
                return;
            }
            self.position = bytes.len() - next.len() - 1;
            rest = next;
        }
    }
}

#[inline]
fn without_space(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\n' | b'\r' | b'\t', rest @ ..] = bytes {
        bytes = rest;
    }
    bytes
}

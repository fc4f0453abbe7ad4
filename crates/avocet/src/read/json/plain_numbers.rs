//! Fast paths for numbers in their most common spelling, alone and in a list.

use super::Json;
use crate::read::plain_numbers;

impl Json<'_> {
    /// A number in the usual spelling of floats, if `is_good` accepts it; otherwise nothing is consumed.
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

    /// Reads at most `most` items of a list while they are numbers in that spelling and `take` accepts them. Only
    /// accepted items are consumed, without the separator after the last one.
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

    /// The same for integers, each followed by a comma.
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

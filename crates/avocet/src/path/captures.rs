//! The values of a template's variables in one path.

/// How many values are stored without allocating. Few routes have more variables.
const INLINE: usize = 4;

/// The positions of a template's variables in a path, in the order of the template's names.
///
/// Positions rather than text, so that they can be stored in the request that owns the path. To
/// read a value, pass the same path again, unchanged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Captures {
    /// The path that the positions refer to, if it is not the one that was looked up.
    decoded: Option<String>,
    length: usize,
    first: [Span; INLINE],
    more: Vec<Span>,
}

/// The start and the end in bytes.
type Span = (usize, usize);

impl Captures {
    /// Creates captures with this many empty values.
    pub(super) fn with_length(length: usize) -> Self {
        Self {
            length,
            more: vec![(0, 0); length.saturating_sub(INLINE)],
            ..Self::default()
        }
    }

    /// Creates captures of values that no path has been matched for.
    pub(crate) fn of_values<'v>(values: impl ExactSizeIterator<Item = &'v str>) -> Self {
        let mut captures = Self::with_length(values.len());
        let mut text = String::new();
        for (index, value) in values.enumerate() {
            let start = text.len();
            text.push_str(value);
            captures.set(index, start, text.len());
        }
        captures.set_decoded(text);
        captures
    }

    /// Sets the value with this index.
    pub(super) fn set(&mut self, index: usize, start: usize, end: usize) {
        let slot = match index.checked_sub(INLINE) {
            None => self.first.get_mut(index),
            Some(index) => self.more.get_mut(index),
        };
        if let Some(slot) = slot {
            *slot = (start, end);
        }
    }

    /// Stores the decoded path that the positions refer to.
    pub(super) fn set_decoded(&mut self, path: String) {
        self.decoded = Some(path);
    }

    /// Returns the number of values, which is the number of the template's names.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.length
    }

    /// Returns the value with this index, percent-decoded. `path` is the path that was looked up.
    pub(crate) fn get<'p>(&'p self, path: &'p str, index: usize) -> Option<&'p str> {
        if index >= self.length {
            return None;
        }
        let &(start, end) = match index.checked_sub(INLINE) {
            None => self.first.get(index)?,
            Some(index) => self.more.get(index)?,
        };
        self.decoded.as_deref().unwrap_or(path).get(start..end)
    }

    /// Returns all values, percent-decoded, in the order of the template's names. `path` is the path that was
    /// looked up.
    #[cfg(test)]
    pub(crate) fn iter<'p>(&'p self, path: &'p str) -> impl Iterator<Item = &'p str> {
        (0..self.length).filter_map(move |index| self.get(path, index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_beyond_the_inline_ones_are_kept() {
        let mut captures = Captures::with_length(6);
        for index in 0..6 {
            captures.set(index, index, index + 1);
        }
        assert_eq!(captures.iter("abcdef").collect::<String>(), "abcdef");
        assert_eq!((captures.len(), captures.get("abcdef", 6)), (6, None));
    }

    #[test]
    fn a_decoded_path_takes_the_location_of_the_original() {
        let mut captures = Captures::with_length(1);
        captures.set(0, 1, 4);
        captures.set_decoded("/a b".to_owned());
        assert_eq!(captures.get("/a%20b", 0), Some("a b"));
    }

    #[test]
    fn another_path_is_no_panic() {
        let mut captures = Captures::with_length(1);
        captures.set(0, 1, 4);
        assert_eq!(captures.get("/é", 0), None);
    }
}

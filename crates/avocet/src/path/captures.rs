//! The values of a template's variables in one path.

/// How many values are stored without allocating. Few routes have more variables.
const INLINE: usize = 4;

/// The positions of a template's variables in a path, in the order of the template's names.
///
/// Positions rather than text, so that they can be stored in the request that owns the path. To
/// read a value, pass the same path again, unchanged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Captures {
    length: u32,
    first: [Span; INLINE],
    /// Boxed, because captures are moved several times and most have none of it.
    rare: Option<Box<Rare>>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Rare {
    /// The path that the positions refer to, if it is not the one that was looked up.
    decoded: Option<String>,
    more: Vec<Span>,
}

/// The start and the end in bytes. Limits keep paths far below `u32::MAX`; a position beyond it is ignored.
type Span = (u32, u32);

impl Captures {
    /// Creates captures with this many empty values.
    pub(super) fn with_length(length: usize) -> Self {
        let more = length.saturating_sub(INLINE);
        let rare = Rare {
            more: vec![(0, 0); more],
            ..Rare::default()
        };
        Self {
            length: u32::try_from(length).unwrap_or(u32::MAX),
            rare: (more > 0).then(|| Box::new(rare)),
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
            Some(index) => self.rare.as_mut().and_then(|rare| rare.more.get_mut(index)),
        };
        if let (Some(slot), Ok(start), Ok(end)) = (slot, u32::try_from(start), u32::try_from(end)) {
            *slot = (start, end);
        }
    }

    /// Stores the decoded path that the positions refer to.
    pub(super) fn set_decoded(&mut self, path: String) {
        self.rare.get_or_insert_default().decoded = Some(path);
    }

    /// Returns the number of values, which is the number of the template's names.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.length as usize
    }

    /// Returns the value with this index, percent-decoded. `path` is the path that was looked up.
    pub(crate) fn get<'p>(&'p self, path: &'p str, index: usize) -> Option<&'p str> {
        if index >= self.length as usize {
            return None;
        }
        let rare = self.rare.as_deref();
        let &(start, end) = match index.checked_sub(INLINE) {
            None => self.first.get(index)?,
            Some(index) => rare?.more.get(index)?,
        };
        let decoded = rare.and_then(|rare| rare.decoded.as_deref());
        decoded.unwrap_or(path).get(start as usize..end as usize)
    }

    /// Returns all values, percent-decoded, in the order of the template's names. `path` is the path that was
    /// looked up.
    #[cfg(test)]
    pub(crate) fn iter<'p>(&'p self, path: &'p str) -> impl Iterator<Item = &'p str> {
        (0..self.len()).filter_map(move |index| self.get(path, index))
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

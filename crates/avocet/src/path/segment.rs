//! One segment of a template, and how it matches one segment of a path.
//!
//! Variables within a segment are greedy from left to right, as in the regular expression
//! `^([^/]+)-([^/]+)$`. Each variable takes as much as it can, earlier ones first, which is equivalent to placing every
//! literal between two variables at the *latest* position that leaves room for the rest. So a segment
//! is matched from its end, and the first position found for a literal is final: a position further left would
//! leave less room for the variables before it and shorten them. That needs one pass and no
//! backtracking, so its time is bounded for every text.

/// One segment of a template.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Segment {
    /// Text that matches itself.
    Literal(String),
    /// At least one variable, possibly with text around it.
    Pattern(Pattern),
}

/// Alternating text and variables, beginning and ending with (possibly empty) text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Pattern {
    pub(super) start: String,
    /// Never empty.
    pub(super) pieces: Vec<Piece>,
}

/// A variable and the text after it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Piece {
    /// Whether the variable is a `:path`, which may be empty (and longer than a segment, which
    /// [`Tail`](super::tail::Tail) handles).
    pub(super) is_rest: bool,
    pub(super) after: String,
}

impl Segment {
    /// Returns whether a segment of a path matches.
    pub(super) fn matches(&self, text: &str) -> bool {
        self.capture(text, &mut |_, _, _| {})
    }

    /// Reports for each variable, by its index in this segment, the start and the end of its value.
    /// If the result is `false`, the reported values are invalid.
    pub(super) fn capture(&self, text: &str, report: &mut impl FnMut(usize, usize, usize)) -> bool {
        match self {
            Self::Literal(literal) => literal.len() == text.len() && begins_with(text, literal),
            Self::Pattern(pattern) => pattern.capture(text, report),
        }
    }

    /// Returns the number of variables.
    pub(super) fn variables(&self) -> usize {
        match self {
            Self::Literal(_) => 0,
            Self::Pattern(pattern) => pattern.pieces.len(),
        }
    }
}

impl Pattern {
    /// Matches a text without slashes; see [`Segment::capture`].
    pub(super) fn capture(&self, text: &str, report: &mut impl FnMut(usize, usize, usize)) -> bool {
        match self.capture_end(text, report) {
            Some(end) => self.capture_start(text, end, report).is_some(),
            None => false,
        }
    }

    /// Matches the part after the pivot against the end of a text, and returns where the pivot ends.
    pub(super) fn capture_end(
        &self,
        text: &str,
        report: &mut impl FnMut(usize, usize, usize),
    ) -> Option<usize> {
        let mut before = strip_end(text, &self.pieces.last()?.after)?;
        for index in (self.pivot() + 1..self.pieces.len()).rev() {
            let end = before.len();
            let literal = self.pieces[index - 1].after.as_str();
            before = self.room(index, before)?.rsplit_once(literal)?.0;
            report(index, before.len() + literal.len(), end);
        }
        Some(before.len())
    }

    /// Matches the part before the pivot, which ends at `end`, against the beginning of a text, and
    /// returns where the pivot begins.
    pub(super) fn capture_start(
        &self,
        text: &str,
        end: usize,
        report: &mut impl FnMut(usize, usize, usize),
    ) -> Option<usize> {
        let pivot = self.pivot();
        let mut pivot_start = None;
        let mut before = text.get(..end)?;
        for index in (0..=pivot).rev() {
            let end = before.len();
            let room = self.room(index, before)?;
            let start = if index == 0 {
                begins_with(room, &self.start).then_some(self.start.len())?
            } else {
                let literal = self.pieces[index - 1].after.as_str();
                before = room.rsplit_once(literal)?.0;
                before.len() + literal.len()
            };
            report(index, start, end);
            pivot_start.get_or_insert(start);
        }
        pivot_start
    }

    /// Returns the index of the pivot, the variable up to which a pattern is matched at the beginning of its text: the `:path`,
    /// whose two sides may be in different segments, or else the last one.
    pub(super) fn pivot(&self) -> usize {
        let tail = self.pieces.iter().position(|piece| piece.is_rest);
        tail.unwrap_or(self.pieces.len() - 1)
    }

    /// Returns the text in which the literal before a variable can be: all of it, except the one character
    /// that an ordinary variable needs at least.
    fn room<'t>(&self, index: usize, text: &'t str) -> Option<&'t str> {
        if self.pieces[index].is_rest {
            return Some(text);
        }
        let mut characters = text.chars();
        characters.next_back()?;
        Some(characters.as_str())
    }
}

// Most variables have no text around them, and comparing with an empty `String` is slow: its dangling
// pointer costs a vectorised `memcmp` 100 ns on some processors.

fn begins_with(text: &str, literal: &str) -> bool {
    literal.is_empty() || text.starts_with(literal)
}

fn strip_end<'t>(text: &'t str, literal: &str) -> Option<&'t str> {
    if literal.is_empty() {
        return Some(text);
    }
    text.strip_suffix(literal)
}

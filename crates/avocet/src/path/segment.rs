//! One segment of a template, and how it matches one segment of a path.
//!
//! Variables within a segment are greedy from left to right, as in the regular expression
//! `^([^/]+)-([^/]+)$`. The earlier a variable, the more it takes, and that is the same as giving every
//! literal between two variables the *latest* place that leaves room for what follows it. So a segment
//! is read from its end, and the first place found for a literal is final: a literal further left would
//! leave less room for the variables before it and shorten them. That needs one pass and no
//! backtracking, so no text can make it slow.

/// One segment of a template.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Segment {
    /// Text that matches itself.
    Literal(String),
    /// At least one variable, perhaps with text around it.
    Pattern(Pattern),
}

/// Text and variables in turn, beginning and ending with (perhaps empty) text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Pattern {
    pub(super) start: String,
    /// Never empty.
    pub(super) pieces: Vec<Piece>,
}

/// A variable and the text after it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Piece {
    /// Whether the variable is a `:path`, which may be empty (and longer than a segment, which is the
    /// business of [`Tail`](super::tail::Tail)).
    pub(super) is_rest: bool,
    pub(super) after: String,
}

impl Segment {
    /// Whether a segment of a path matches.
    pub(super) fn matches(&self, text: &str) -> bool {
        self.capture(text, &mut |_, _, _| {})
    }

    /// Tells for each variable, by its number in this segment, from where to where its value reaches.
    /// When the answer is `false`, what was told means nothing.
    pub(super) fn capture(&self, text: &str, report: &mut impl FnMut(usize, usize, usize)) -> bool {
        match self {
            Self::Literal(literal) => literal.len() == text.len() && begins_with(text, literal),
            Self::Pattern(pattern) => pattern.capture(text, report),
        }
    }

    /// How many variables it has.
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

    /// Matches what follows the pivot against the end of a text, and returns where the pivot ends.
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

    /// Matches what precedes the pivot, which ends at `end`, against the beginning of a text, and
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

    /// The variable up to which a pattern belongs to the beginning of its text: the `:path`, on whose
    /// two sides there may be different segments, or else the last one.
    pub(super) fn pivot(&self) -> usize {
        let tail = self.pieces.iter().position(|piece| piece.is_rest);
        tail.unwrap_or(self.pieces.len() - 1)
    }

    /// The text in which the literal before a variable may lie: all of it, but for the one character
    /// that an ordinary variable takes at least.
    fn room<'t>(&self, index: usize, text: &'t str) -> Option<&'t str> {
        if self.pieces[index].is_rest {
            return Some(text);
        }
        let mut characters = text.chars();
        characters.next_back()?;
        Some(characters.as_str())
    }
}

// Most variables have no text around them, and to compare with an empty `String` is slow: its pointer
// leads nowhere, which costs a vectorised `memcmp` 100 ns on some processors.

fn begins_with(text: &str, literal: &str) -> bool {
    literal.is_empty() || text.starts_with(literal)
}

fn strip_end<'t>(text: &'t str, literal: &str) -> Option<&'t str> {
    if literal.is_empty() {
        return Some(text);
    }
    text.strip_suffix(literal)
}

//! The end of a template from its `:path` variable on, which matches any number of segments.

use super::segment::{Pattern, Segment};

/// A segment with a `:path` variable, and the segments after it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Tail {
    /// The segment with the `:path` variable. The part before it matches in the first
    /// segment, the part after it in the last.
    pub(super) pattern: Pattern,
    /// The segments after it, without a `:path` variable, so they match the same number of segments at the end of a path.
    pub(super) suffix: Vec<Segment>,
}

impl Tail {
    /// Returns whether the remainder of a path matches.
    pub(super) fn matches(&self, text: &str) -> bool {
        self.capture(text, &mut |_, _, _| {})
    }

    /// Reports for each variable, by its index in this part of the template, the start and the end of its
    /// value. If the result is `false`, the reported values are invalid.
    pub(super) fn capture(&self, text: &str, report: &mut impl FnMut(usize, usize, usize)) -> bool {
        let mut text = text;
        let mut variables = self.variables();
        for segment in self.suffix.iter().rev() {
            let Some((before, last)) = text.rsplit_once('/') else {
                return false;
            };
            let start = before.len() + 1;
            variables -= segment.variables();
            let matches = segment.capture(last, &mut |variable, from, to| {
                report(variables + variable, start + from, start + to);
            });
            if !matches {
                return false;
            }
            text = before;
        }
        self.capture_pattern(text, report)
    }

    fn variables(&self) -> usize {
        let suffix: usize = self.suffix.iter().map(Segment::variables).sum();
        self.pattern.pieces.len() + suffix
    }

    fn capture_pattern(&self, text: &str, report: &mut impl FnMut(usize, usize, usize)) -> bool {
        let (Some((first, _)), Some((before, last))) =
            (text.split_once('/'), text.rsplit_once('/'))
        else {
            return self.pattern.capture(text, report);
        };
        let last_start = before.len() + 1;
        let end = self.pattern.capture_end(last, &mut |variable, from, to| {
            report(variable, last_start + from, last_start + to);
        });
        let Some(end) = end else {
            return false;
        };
        let Some(start) = self.pattern.capture_start(first, first.len(), report) else {
            return false;
        };
        // Reported again: within the first segment alone, the value of `:path` ended with that segment.
        report(self.pattern.pivot(), start, last_start + end);
        true
    }
}

//! The tree of segments for path lookup.
//!
//! Each node is reached by exactly one sequence of segments, so a lookup visits it at most once, however
//! many templates match.

use std::cmp::Ordering;

use http::Method;

use super::segment::{Pattern, Segment};
use super::tail::Tail;
use super::template::{Template, first_segment};

/// The method of a route and its index in the order of declaration.
pub(super) type Endpoint = (Method, usize);

/// A node of the tree, reached by the segments above it.
#[derive(Debug)]
pub(super) struct Node {
    /// The smallest index of all routes in this subtree.
    earliest: usize,
    /// The routes that end here.
    endpoints: Vec<Endpoint>,
    /// Next segments without variables, in the order of [`order`].
    literals: Vec<(String, Node)>,
    /// Next segments with variables.
    patterns: Vec<(Pattern, Node)>,
    /// Tails with a `:path` variable that may follow here.
    rests: Vec<(Tail, Vec<Endpoint>)>,
}

impl Node {
    /// Creates a node that this route is the first to need.
    pub(super) fn new(earliest: usize) -> Self {
        Self {
            earliest,
            endpoints: Vec::new(),
            literals: Vec::new(),
            patterns: Vec::new(),
            rests: Vec::new(),
        }
    }

    pub(super) fn insert(&mut self, template: &Template, endpoint: Endpoint) {
        let mut node = self;
        for segment in &template.segments {
            node = node.child(segment, endpoint.1);
        }
        let Some(tail) = &template.tail else {
            node.endpoints.push(endpoint);
            return;
        };
        match node.rests.iter_mut().find(|(known, _)| known == tail) {
            Some((_, endpoints)) => endpoints.push(endpoint),
            None => node.rests.push((tail.clone(), vec![endpoint])),
        }
    }

    fn child(&mut self, segment: &Segment, index: usize) -> &mut Self {
        match segment {
            Segment::Literal(literal) => {
                let location = self
                    .literals
                    .binary_search_by(|(known, _)| order(known, literal));
                let location = location.unwrap_or_else(|location| {
                    self.literals
                        .insert(location, (literal.clone(), Self::new(index)));
                    location
                });
                &mut self.literals[location].1
            }
            Segment::Pattern(pattern) => {
                let location = self.patterns.iter().position(|(known, _)| known == pattern);
                let location = location.unwrap_or_else(|| {
                    self.patterns.push((pattern.clone(), Self::new(index)));
                    self.patterns.len() - 1
                });
                &mut self.patterns[location].1
            }
        }
    }

    /// Calls `visit` with the endpoints of each template that matches, in no particular order. Routes from
    /// `limit` on are skipped; `visit` may lower it. `remaining` is the path after the segments
    /// above, `None` at the end of the path.
    pub(super) fn walk<'n>(
        &'n self,
        remaining: Option<&str>,
        limit: &mut usize,
        visit: &mut impl FnMut(&'n [Endpoint], &mut usize),
    ) {
        if self.earliest >= *limit {
            return;
        }
        let Some(text) = remaining else {
            visit(&self.endpoints, limit);
            return;
        };
        let (segment, after) = first_segment(text);
        let literal = self
            .literals
            .binary_search_by(|(known, _)| order(known, segment));
        if let Ok(location) = literal {
            self.literals[location].1.walk(after, limit, visit);
        }
        for (pattern, node) in &self.patterns {
            if node.earliest < *limit && pattern.capture(segment, &mut |_, _, _| {}) {
                node.walk(after, limit, visit);
            }
        }
        for (tail, endpoints) in &self.rests {
            let earliest = endpoints.first().map_or(usize::MAX, |(_, index)| *index);
            if earliest < *limit && tail.matches(text) {
                visit(endpoints, limit);
            }
        }
    }
}

/// Compares by length first, which avoids most comparisons of text.
fn order(left: &str, right: &str) -> Ordering {
    match left.len().cmp(&right.len()) {
        // An empty `String` is slow to compare; see `segment.rs`.
        Ordering::Equal if !left.is_empty() => left.cmp(right),
        by_length => by_length,
    }
}

//! Unreachable routes, reported at start-up.

use super::segment::{Pattern, Piece, Segment};
use super::tail::Tail;
use super::template::Template;
use super::tree::Route;

/// A route whose requests are all matched by an earlier one with the same method. Routes are identified by
/// their index in the order of declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Conflict {
    /// The templates differ only in the names of variables.
    Duplicate {
        /// The reachable route.
        earlier: usize,
        /// The unreachable route.
        later: usize,
    },
    /// The earlier template matches all paths of the later one, and more.
    Shadowed {
        /// The reachable route.
        earlier: usize,
        /// The unreachable route.
        later: usize,
    },
}

/// Reports each unreachable route once, with the first route that is its duplicate, or
/// else the first that shadows it.
///
/// Every reported route is unreachable. All routes that one earlier route alone makes unreachable are
/// reported, except where the later template has a `:path` variable and the earlier one has more
/// segments before or after its `:path` variable. Several routes that only together cover another are not detected.
pub(crate) fn conflicts(routes: &[Route]) -> Vec<Conflict> {
    let of_later = |(later, route): (usize, &Route)| {
        let rivals = || {
            let earlier = routes[..later].iter().enumerate();
            earlier.filter(|(_, rival)| rival.method == route.method)
        };
        let duplicate = rivals().find(|(_, rival)| rival.template.same_shape(&route.template));
        if let Some((earlier, _)) = duplicate {
            return Some(Conflict::Duplicate { earlier, later });
        }
        let shadow = rivals().find(|(_, rival)| covers(&rival.template, &route.template));
        shadow.map(|(earlier, _)| Conflict::Shadowed { earlier, later })
    };
    routes.iter().enumerate().filter_map(of_later).collect()
}

/// Returns whether `earlier` matches every path that `later` matches.
fn covers(earlier: &Template, later: &Template) -> bool {
    let before = specimens(&later.segments);
    match (&earlier.tail, &later.tail) {
        (None, None) => cover(&earlier.segments, &before),
        (None, Some(_)) => false,
        (Some(tail), None) => rest_covers_segments(&earlier.segments, tail, &before),
        (Some(tail), Some(later)) => rest_covers_rest(&earlier.segments, tail, &before, later),
    }
}

/// Returns whether segments followed by a tail match every text that the specimens represent.
fn rest_covers_segments(segments: &[Segment], tail: &Tail, specimens: &[String]) -> bool {
    let Some((before, after)) = specimens.split_at_checked(segments.len()) else {
        return false;
    };
    let middle = after.len().checked_sub(tail.suffix.len());
    let Some((middle, after)) = middle.and_then(|length| after.split_at_checked(length)) else {
        return false;
    };
    cover(segments, before)
        && cover(&tail.suffix, after)
        && match middle {
            [] => false,
            [only] => tail.pattern.capture(only, &mut |_, _, _| {}),
            [first, .., last] => touches(&tail.pattern, first, last),
        }
}

/// Returns whether segments followed by a tail match every text that the `later` tail matches after segments
/// that the specimens represent.
fn rest_covers_rest(segments: &[Segment], tail: &Tail, before: &[String], later: &Tail) -> bool {
    let (left, right) = halves(&later.pattern);
    let after = specimens(&later.suffix);
    let Some((before, first)) = before.split_at_checked(segments.len()) else {
        return false;
    };
    let length = after.len().checked_sub(tail.suffix.len());
    let Some((last, after)) = length.and_then(|length| after.split_at_checked(length)) else {
        return false;
    };
    // The segments between are not checked, because the `:path` variable matches any text.
    let first = first.first().unwrap_or(&left);
    let last = last.last().unwrap_or(&right);
    cover(segments, before) && cover(&tail.suffix, after) && touches(&tail.pattern, first, last)
}

/// Returns whether the part before the `:path` variable of a pattern matches the beginning of one text, and
/// the part after it the end of another.
fn touches(pattern: &Pattern, first: &str, last: &str) -> bool {
    let ignore = &mut |_, _, _| {};
    pattern.capture_start(first, first.len(), ignore).is_some()
        && pattern.capture_end(last, ignore).is_some()
}

fn cover(segments: &[Segment], specimens: &[String]) -> bool {
    let mut pairs = segments.iter().zip(specimens);
    segments.len() == specimens.len() && pairs.all(|(segment, specimen)| segment.matches(specimen))
}

/// Returns for each segment the hardest text that it matches, with a [`STAND_IN`] for each variable. A pattern that
/// matches this text matches the stand-ins with its own variables, so it also matches with any other value there.
fn specimens(segments: &[Segment]) -> Vec<String> {
    let specimen = |segment: &Segment| match segment {
        Segment::Literal(literal) => literal.clone(),
        Segment::Pattern(pattern) => pattern.pieces.iter().fold(pattern.start.clone(), append),
    };
    segments.iter().map(specimen).collect()
}

/// Returns the specimens of the parts before and after the `:path` variable of a pattern.
fn halves(pattern: &Pattern) -> (String, String) {
    let tail = pattern.pivot();
    let left = pattern.pieces[..tail]
        .iter()
        .fold(pattern.start.clone(), append);
    let middle = pattern.pieces[tail].after.clone();
    let right = pattern.pieces[tail + 1..].iter().fold(middle, append);
    (left, right)
}

fn append(text: String, piece: &Piece) -> String {
    text + STAND_IN + &piece.after
}

/// A character that cannot occur in a literal of a segment.
const STAND_IN: &str = "/";

#[cfg(test)]
mod tests {
    use super::*;
    use http::Method;

    #[track_caller]
    fn check(routes: &[&str], expected: &[Conflict]) {
        let route = |text: &&str| {
            let (method, template) = text.split_once(' ').unwrap_or(("GET", text));
            Route {
                method: method.parse::<Method>().expect("a method"),
                template: Template::parse(template).expect("a template"),
            }
        };
        let routes: Vec<Route> = routes.iter().map(route).collect();
        assert_eq!(conflicts(&routes), expected);
    }

    #[track_caller]
    fn check_shadowed(earlier: &str, later: &str) {
        let (first, second) = (0, 1);
        let conflict = Conflict::Shadowed {
            earlier: first,
            later: second,
        };
        check(&[earlier, later], &[conflict]);
        check(&[later, earlier], &[]);
    }

    #[track_caller]
    fn check_reachable(earlier: &str, later: &str) {
        check(&[earlier, later], &[]);
    }

    #[test]
    fn names_do_not_tell_routes_apart_but_methods_do() {
        let (earlier, later) = (0, 2);
        let duplicate = Conflict::Duplicate { earlier, later };
        check(&["GET /a/{x}", "DELETE /a/{x}", "GET /a/{y}"], &[duplicate]);
        check(&["GET /a", "HEAD /a"], &[]);
    }

    #[test]
    fn a_duplicate_is_named_before_a_shadow() {
        let shadowed = Conflict::Shadowed {
            earlier: 0,
            later: 1,
        };
        let duplicate = Conflict::Duplicate {
            earlier: 1,
            later: 2,
        };
        check(&["/a/{x}", "/a/me", "/a/me"], &[shadowed, duplicate]);
    }

    #[test]
    fn a_variable_shadows_what_fits_into_it() {
        check_shadowed("/a/{x}", "/a/me");
        check_shadowed("/{x}/{y}", "/a/{y}");
        check_shadowed("/{x}", "/{x}.json");
        check_shadowed("/{x}-{y}", "/a-{y}");
        check_shadowed("/{x}.json", "/{x}.tar.json");
        check_shadowed("/{x}", "/{x}{y}");
        check_reachable("/{x}", "/");
        check_reachable("/{x}-{y}", "/{z}");
        check_reachable("/{x}-{y}", "/a-");
        check_reachable("/{x}/b", "/a/{y}");
    }

    #[test]
    fn the_rest_of_a_path_shadows_whatever_follows() {
        check_shadowed("/{p:path}", "/");
        check_shadowed("/files/{p:path}", "/files/{a}/{b}");
        check_shadowed("/{p:path}", "/files/{p:path}");
        check_shadowed("/files/{p:path}", "/files/{p:path}/meta");
        check_shadowed("/{p:path}/{x}", "/{p:path}/meta");
        check_shadowed("/a{p:path}", "/ab{p:path}/{x}");
        check_shadowed("/{p:path}:go", "/models/{m}:go");
        check_shadowed("/a{p:path}", "/ab/c/{p:path}");
        check_shadowed("/{p:path}:go", "/{p:path}/m:go");
        check_shadowed("/{p:path}:go", "/{p:path}/a/m:go");
        check_reachable("/files/{p:path}", "/files");
        check_reachable("/files/{p:path}/meta", "/files/meta");
        check_reachable("/{p:path}:go", "/models/{m}");
        check_reachable("/{x}", "/{p:path}");
        check_reachable("/a{p:path}", "/b/a/{p:path}");
        check_reachable("/{p:path}:go", "/{p:path}:go/m");
        check_reachable("/{p:path}:go", "/{p:path}/m:go/a");
        check_reachable("/{x}-{p:path}-{y}", "/{a}-{b}");
        check_reachable("/{x}/{p:path}", "/{p:path}/{x}");
    }
}

//! The names of methods in metrics and spans: a bounded set, because a client may send any word.

use http::Method;

/// The standard methods, and one name for all others.
pub(super) const METHODS: [&str; 10] = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE", "_OTHER",
];

/// Returns the index of a method in the list.
pub(super) fn location(method: &Method) -> usize {
    let known = METHODS.iter().position(|known| known == method);
    known.unwrap_or(METHODS.len() - 1)
}

/// Returns the name of a method from the bounded set.
pub(super) fn name(method: &Method) -> &'static str {
    METHODS[location(method)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_the_clients_is_other() {
        assert_eq!(name(&Method::PATCH), "PATCH");
        assert_eq!(
            name(&Method::from_bytes(b"BREW").expect("a token")),
            "_OTHER"
        );
    }
}

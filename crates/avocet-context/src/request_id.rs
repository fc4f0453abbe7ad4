//! `RequestId`: the id of a request, for logs and error reports.

use std::cell::Cell;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

const LONGEST: usize = 128;

/// The id of a request: one that its client chose and that is well-formed, otherwise a generated one.
///
/// Well-formed ids have 1 to 128 letters, digits and any of `-_.~:/+=@`. A generated id has 32 hexadecimal digits, which
/// cannot be guessed from others; it is generated at the first use.
///
/// ```
/// use avocet_context::{Context, RequestId};
///
/// assert_eq!(RequestId::parse("order-7/retry-2").unwrap().to_string(), "order-7/retry-2");
/// assert_eq!(RequestId::parse("two words"), None);
/// assert_eq!(RequestId::generated().to_string().len(), 32);
///
/// let context = Context::new().with_request_id(RequestId::parse("order-7").unwrap());
/// assert_eq!(context.run(|| RequestId::current().unwrap().to_string()), "order-7");
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RequestId(IdSource);

#[derive(Clone, PartialEq, Eq, Hash)]
enum IdSource {
    Made(u128),
    Given(Arc<str>),
}

impl RequestId {
    /// Takes an id that a client chose; `None` if it is not well-formed.
    ///
    /// ```
    /// assert!(avocet_context::RequestId::parse("a-b_c.d~e:f/g+h=i@j").is_some());
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let well_formed = (1..=LONGEST).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.~:/+=@".contains(&byte));
        well_formed.then(|| Self(IdSource::Given(text.into())))
    }

    /// Generates an id.
    ///
    /// ```
    /// use avocet_context::RequestId;
    ///
    /// assert_ne!(RequestId::generated(), RequestId::generated());
    /// ```
    pub fn generated() -> Self {
        Self(IdSource::Made(random()))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            IdSource::Made(number) => write!(f, "{number:032x}"),
            IdSource::Given(text) => f.write_str(text),
        }
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestId({self})")
    }
}

/// Returns an unpredictable number: a counter under a keyed hash, whose random key the system provides per thread.
///
/// This is sufficient for ids, and does not need a random number generator.
pub(crate) fn random() -> u128 {
    thread_local! {
        static SOURCE: (RandomState, Cell<u64>) = (RandomState::new(), Cell::new(0));
    }
    SOURCE.with(|(key, count)| {
        let number = count.get();
        count.set(number.wrapping_add(2));
        (u128::from(key.hash_one(number)) << 64) | u128::from(key.hash_one(number.wrapping_add(1)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_well_formed_are_taken() {
        let longest = "a".repeat(128);
        for good in [
            "7",
            "0af7651916cd43dd8448eb211c80319c",
            "a-b_c.d~e:f/g+h=i@j",
            &longest,
        ] {
            let id = RequestId::parse(good).map(|id| id.to_string());
            assert_eq!(id.as_deref(), Some(good));
        }
        let too_long = "a".repeat(129);
        let bad = [
            "",
            "two words",
            "a\tb",
            "a\"b",
            "a\\b",
            "<b>",
            "a,b",
            "ä",
            &too_long,
        ];
        for bad in bad {
            assert_eq!(RequestId::parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn generated_ids_differ() {
        let ids: std::collections::HashSet<_> = (0..1000).map(|_| RequestId::generated()).collect();
        assert_eq!(ids.len(), 1000);
    }
}

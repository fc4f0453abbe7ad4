//! `RequestId`: the name by which everybody speaks of one request.

use std::cell::Cell;
use std::fmt;
use std::hash::{BuildHasher, RandomState};

use http::{HeaderMap, HeaderName, HeaderValue};

use super::ambient;

/// The header that carries it, in requests and in answers.
pub(crate) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

const LONGEST: usize = 128;

/// The id of a request: the client's `x-request-id` where that is well-formed, otherwise one made anew.
///
/// It stands in the answer as `x-request-id`, in problem details of a 5xx as `request_id`, in the span of the request and
/// in every line that is logged of it. So a client that complains can name what the log has to be searched for.
///
/// Well-formed are 1 to 128 letters, digits and any of `-_.~:/+=@`. One made anew is 32 hexadecimal digits, which
/// cannot be guessed from others. It is made when something is told of the request or asks for it: a span or an access
/// log, an error that is reported, a handler. A request of which nothing is told has no id and no such header.
///
/// A handler takes it as an argument, or anywhere below itself with [`RequestId::current`]:
///
/// ```
/// use avocet::observe::RequestId;
/// use avocet::prelude::*;
/// use avocet::testing::TestClient;
///
/// #[get("/")]
/// async fn whoami() -> String {
///     RequestId::current().map(|id| id.to_string()).unwrap_or_default()
/// }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let client = TestClient::new(App::new("Ids", "1.0.0").routes(routes![whoami]).build()?);
/// let response = client.get("/").header("x-request-id", "order-7/retry-2").send().await;
/// assert_eq!(response.header("x-request-id"), "order-7/retry-2");
/// assert_eq!(response.text().await, "\"order-7/retry-2\"");
///
/// let response = client.get("/").header("x-request-id", "two words").send().await;
/// assert_eq!(response.header("x-request-id").len(), 32);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RequestId(IdSource);

#[derive(Clone, PartialEq, Eq, Hash)]
enum IdSource {
    Made(u128),
    Given(HeaderValue),
}

impl RequestId {
    /// The id of the request that is being worked on: inside a handler, a stream that it answered with, and whatever
    /// they await. A task or thread of its own has none; take the id along.
    ///
    /// ```
    /// assert_eq!(avocet::observe::RequestId::current(), None);
    /// ```
    pub fn current() -> Option<Self> {
        ambient::with(|request| request.id().clone())
    }

    /// The client's, or one made anew.
    #[cfg(feature = "axum")]
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        Self::given(headers).unwrap_or_else(Self::made)
    }

    /// The client's, if it sent one that is well-formed.
    pub(super) fn given(headers: &HeaderMap) -> Option<Self> {
        let value = headers.get(HEADER)?;
        let well_formed = (1..=LONGEST).contains(&value.len())
            && value
                .as_bytes()
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.~:/+=@".contains(byte));
        well_formed.then(|| Self(IdSource::Given(value.clone())))
    }

    pub(super) fn made() -> Self {
        Self(IdSource::Made(random()))
    }

    pub(crate) fn header_value(&self) -> HeaderValue {
        match &self.0 {
            IdSource::Given(value) => value.clone(),
            IdSource::Made(number) => hexadecimal(*number),
        }
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            IdSource::Made(number) => write!(f, "{number:032x}"),
            IdSource::Given(value) => f.write_str(value.to_str().unwrap_or_default()),
        }
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestId({self})")
    }
}

/// A number that nobody can guess: a count under a keyed hash, whose key the system gave the thread.
///
/// Ids need no more than that, and it needs no generator of random numbers.
pub(super) fn random() -> u128 {
    thread_local! {
        static SOURCE: (RandomState, Cell<u64>) = (RandomState::new(), Cell::new(0));
    }
    SOURCE.with(|(key, count)| {
        let number = count.get();
        count.set(number.wrapping_add(2));
        (u128::from(key.hash_one(number)) << 64) | u128::from(key.hash_one(number.wrapping_add(1)))
    })
}

fn hexadecimal(number: u128) -> HeaderValue {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = Vec::with_capacity(32);
    for byte in number.to_be_bytes() {
        text.push(DIGITS[usize::from(byte >> 4)]);
        text.push(DIGITS[usize::from(byte & 15)]);
    }
    HeaderValue::from_maybe_shared(bytes::Bytes::from(text)).unwrap_or(HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(value: &[u8]) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(HEADER, HeaderValue::from_bytes(value).expect("a header"));
        RequestId::given(&headers).map(|id| id.to_string())
    }

    #[test]
    fn only_the_well_formed_are_taken() {
        let longest = "a".repeat(128);
        for good in [
            "7",
            "0af7651916cd43dd8448eb211c80319c",
            "a-b_c.d~e:f/g+h=i@j",
            &longest,
        ] {
            assert_eq!(given(good.as_bytes()).as_deref(), Some(good));
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
            assert_eq!(given(bad.as_bytes()), None, "{bad:?}");
        }
        assert_eq!(given(b"\xff"), None);
    }

    #[test]
    fn those_made_anew_differ() {
        let ids: std::collections::HashSet<_> = (0..1000).map(|_| RequestId::made()).collect();
        assert_eq!(ids.len(), 1000);
        let id = RequestId::made();
        assert_eq!(id.header_value().to_str().expect("text"), id.to_string());
        assert_eq!(id.to_string().len(), 32);
    }
}

//! `RequestId`: the id of a request, for logs and error reports.

use std::cell::Cell;
use std::fmt;
use std::hash::{BuildHasher, RandomState};

use http::{HeaderMap, HeaderName, HeaderValue};

use super::ambient;

/// The header that carries it, in requests and responses.
pub(crate) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

const LONGEST: usize = 128;

/// The id of a request: the client's `x-request-id` if it is well-formed, otherwise a generated one.
///
/// It is sent in the response as `x-request-id` and in problem details of a 5xx as `request_id`, and is part of the request's span and
/// of every line logged about it. So a client that reports an error can name the id to search for in the log.
///
/// Well-formed ids have 1 to 128 letters, digits and any of `-_.~:/+=@`. A generated id has 32 hexadecimal digits, which
/// cannot be guessed from others. It is generated at the first use: for a span or an access log, an error that is reported, or a
/// handler. A request whose id is not used has neither an id nor the header.
///
/// A handler receives it as an argument, or reads it anywhere below with [`RequestId::current`]:
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
    /// Returns the id of the current request: inside a handler, a stream in its response, and the futures that
    /// they await. A separate task or thread has none; pass the id to it.
    ///
    /// ```
    /// assert_eq!(avocet::observe::RequestId::current(), None);
    /// ```
    pub fn current() -> Option<Self> {
        ambient::with(|request| request.id().clone())
    }

    /// Returns the client's id, or a generated one.
    #[cfg(feature = "axum")]
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        Self::given(headers).unwrap_or_else(Self::made)
    }

    /// Returns the client's id, if it sent a well-formed one.
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

/// Returns an unpredictable number: a counter under a keyed hash, whose random key the system provides per thread.
///
/// This is sufficient for ids, and does not need a random number generator.
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

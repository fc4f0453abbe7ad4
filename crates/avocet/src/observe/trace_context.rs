//! `TraceContext`: the trace of a request, as received from its caller.

use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue};

use super::{ambient, request_id};

pub(super) const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// Longer values are dropped, as the standard allows from 512 characters on.
const LONGEST_STATE: usize = 512;

/// The trace that a request belongs to (W3C Trace Context), with this server's span id.
///
/// It is present if the client sent a valid `traceparent`, and it is continued: an outgoing request on behalf of the
/// request carries [`headers`](Self::headers), which have the same trace and this request as the parent. A request without a trace
/// does not start one: whether a new trace is recorded is the decision of a tracer.
///
/// ```
/// use avocet::observe::TraceContext;
/// use avocet::prelude::*;
/// use avocet::testing::TestClient;
///
/// /// What a call to another server would carry.
/// #[get("/")]
/// async fn outgoing() -> String {
///     let headers = TraceContext::current().map(|trace| trace.headers()).unwrap_or_default();
///     headers["traceparent"].to_str().unwrap_or_default().to_owned()
/// }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let client = TestClient::new(App::new("Traced", "1.0.0").routes(routes![outgoing]).build()?);
/// let traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
/// let text: String = client.get("/").header("traceparent", traceparent).send().await.json().await;
/// assert!(text.starts_with("00-0af7651916cd43dd8448eb211c80319c-") && text.ends_with("-01"));
/// assert!(!text.contains("b7ad6b7169203331"), "the parent is this server now");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct TraceContext {
    trace_id: u128,
    parent_id: u64,
    span_id: u64,
    flags: u8,
    state: Option<HeaderValue>,
}

/// The caller may have recorded its part of the trace.
const SAMPLED: u8 = 1;
/// The trace id was chosen at random.
const RANDOM: u8 = 2;

impl TraceContext {
    /// Returns that of the current request, as with [`RequestId::current`](super::RequestId::current).
    ///
    /// ```
    /// assert_eq!(avocet::observe::TraceContext::current(), None);
    /// ```
    pub fn current() -> Option<Self> {
        ambient::with(|request| request.trace().cloned()).flatten()
    }

    /// Reads a request's headers and creates a span id for this server; `None` without a valid `traceparent`.
    ///
    /// ```
    /// use avocet::observe::TraceContext;
    ///
    /// let mut headers = http::HeaderMap::new();
    /// headers.insert("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".parse().unwrap());
    /// let trace = TraceContext::continued(&headers).unwrap();
    /// assert_eq!(trace.parent_id(), 0xb7ad_6b71_6920_3331);
    /// assert!(trace.is_sampled());
    /// ```
    pub fn continued(headers: &HeaderMap) -> Option<Self> {
        let mut lines = headers.get_all(TRACEPARENT).iter();
        let (trace_id, parent_id, flags) = parse(lines.next()?.as_bytes())?;
        if lines.next().is_some() {
            return None;
        }
        Some(Self {
            trace_id,
            parent_id,
            #[expect(
                clippy::cast_possible_truncation,
                reason = "half of the random bits are enough"
            )]
            span_id: (request_id::random() as u64).max(1),
            flags: flags & (SAMPLED | RANDOM),
            state: state(headers),
        })
    }

    /// Returns the trace id, written as 32 hexadecimal digits in `traceparent`.
    pub fn trace_id(&self) -> u128 {
        self.trace_id
    }

    /// Returns the span id of the caller.
    pub fn parent_id(&self) -> u64 {
        self.parent_id
    }

    /// Returns the span id of this server.
    pub fn span_id(&self) -> u64 {
        self.span_id
    }

    /// Returns whether the caller may have recorded its part.
    pub fn is_sampled(&self) -> bool {
        self.flags & SAMPLED != 0
    }

    /// Returns `traceparent` and, if the client sent a valid one, `tracestate` for an outgoing request.
    pub fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(2);
        let parent = format!(
            "00-{:032x}-{:016x}-{:02x}",
            self.trace_id, self.span_id, self.flags
        );
        headers.extend(HeaderValue::try_from(parent).map(|parent| (TRACEPARENT, parent)));
        headers.extend(self.state.clone().map(|state| (TRACESTATE, state)));
        headers
    }
}

/// Parses trace, parent and flags of a `traceparent` (W3C Trace Context, section 3.2).
fn parse(text: &[u8]) -> Option<(u128, u64, u8)> {
    let (known, beyond) = text.split_at_checked(55)?;
    if [known[2], known[35], known[52]] != [b'-'; 3] {
        return None;
    }
    let version = number(&known[..2])?;
    // A later version may have more fields after another dash; the first one may not.
    let fits = match version {
        0 => beyond.is_empty(),
        255 => false,
        _ => beyond.first().is_none_or(|byte| *byte == b'-'),
    };
    let trace_id = number(&known[3..35])?;
    let parent_id = u64::try_from(number(&known[36..52])?).ok()?;
    let flags = u8::try_from(number(&known[53..55])?).ok()?;
    (fits && trace_id != 0 && parent_id != 0).then_some((trace_id, parent_id, flags))
}

/// Parses hexadecimal digits, lower-case only.
fn number(digits: &[u8]) -> Option<u128> {
    digits.iter().try_fold(0, |number: u128, digit| {
        let value = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return None,
        };
        Some((number << 4) | u128::from(value))
    })
}

/// Joins the lines of `tracestate`, if all of it is well-formed.
fn state(headers: &HeaderMap) -> Option<HeaderValue> {
    let lines = headers.get_all(TRACESTATE).iter();
    let lines = lines
        .map(HeaderValue::to_str)
        .collect::<Result<Vec<_>, _>>()
        .ok()?;
    let text = lines.join(",");
    let members = text
        .split(',')
        .map(str::trim)
        .filter(|member| !member.is_empty());
    let key =
        |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'*' | b'/' | b'@');
    let well_formed = |member: &str| {
        member.split_once('=').is_some_and(|(name, value)| {
            !name.is_empty() && name.bytes().all(key) && !value.is_empty() && !value.contains('=')
        })
    };
    let mut count = 0;
    for member in members {
        count += 1;
        if count > 32 || !well_formed(member) {
            return None;
        }
    }
    (count > 0 && text.len() <= LONGEST_STATE).then(|| HeaderValue::try_from(text).ok())?
}

impl fmt::Debug for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TraceContext")
            .field("trace_id", &format_args!("{:032x}", self.trace_id))
            .field("parent_id", &format_args!("{:016x}", self.parent_id))
            .field("span_id", &format_args!("{:016x}", self.span_id))
            .field("flags", &self.flags)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
    const PARENT: &str = "b7ad6b7169203331";

    fn continued(traceparent: &str, states: &[&str]) -> Option<TraceContext> {
        let mut headers = HeaderMap::new();
        headers.insert(TRACEPARENT, traceparent.parse().expect("a header"));
        for state in states {
            headers.append(TRACESTATE, state.parse().expect("a header"));
        }
        TraceContext::continued(&headers)
    }

    #[test]
    fn the_standards_cases() {
        let zeros = "0".repeat(32);
        for (text, valid) in [
            (format!("00-{TRACE}-{PARENT}-01"), true),
            (format!("00-{TRACE}-{PARENT}-00"), true),
            (format!("00-{TRACE}-{PARENT}-ff"), true),
            (format!("cc-{TRACE}-{PARENT}-01"), true),
            (format!("cc-{TRACE}-{PARENT}-01-what-the-future"), true),
            (format!("cc-{TRACE}-{PARENT}-01.what"), false),
            (format!("00-{TRACE}-{PARENT}-01-more"), false),
            (format!("00-{TRACE}-{PARENT}-01-"), false),
            (format!("ff-{TRACE}-{PARENT}-01"), false),
            (format!("00-{}-{PARENT}-01", TRACE.to_uppercase()), false),
            (format!("00-{zeros}-{PARENT}-01"), false),
            (format!("00-{TRACE}-0000000000000000-01"), false),
            (format!("00-{TRACE}-{PARENT}-1"), false),
            (format!("00-{TRACE}-{PARENT}-0g"), false),
            (format!("00-{TRACE}_{PARENT}-01"), false),
            (format!("00{TRACE}{PARENT}01"), false),
            (String::new(), false),
        ] {
            assert_eq!(continued(&text, &[]).is_some(), valid, "{text}");
        }
    }

    #[test]
    fn the_trace_goes_on_with_this_server_as_the_parent() {
        let trace = continued(&format!("00-{TRACE}-{PARENT}-ff"), &["a=1"]).expect("valid");
        let headers = trace.headers();
        let expected = format!("00-{TRACE}-{:016x}-03", trace.span_id());
        assert_eq!(headers["traceparent"], expected);
        assert_eq!(headers["tracestate"], "a=1");
        assert_ne!(trace.span_id(), trace.parent_id());
    }

    #[test]
    fn a_traceparent_that_comes_twice_is_none() {
        let mut headers = HeaderMap::new();
        for _ in 0..2 {
            let value = format!("00-{TRACE}-{PARENT}-01").parse().expect("a header");
            headers.append(TRACEPARENT, value);
        }
        assert_eq!(TraceContext::continued(&headers), None);
    }

    #[test]
    fn a_state_that_is_not_well_formed_is_dropped() {
        let long = format!("a={}", "x".repeat(511));
        let many = ["a=1"; 33].join(",");
        for (states, expected) in [
            (&["a=1"][..], Some("a=1")),
            (
                &["rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"],
                Some("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"),
            ),
            (&["a=1", "t@v=2"], Some("a=1,t@v=2")),
            (&["a"], None),
            (&["A=1"], None),
            (&["a=1=2"], None),
            (&[""], None),
            (&[&long], None),
            (&[&many], None),
        ] {
            let trace = continued(&format!("00-{TRACE}-{PARENT}-01"), states).expect("valid");
            let headers = trace.headers();
            let state = headers
                .get("tracestate")
                .map(|state| state.to_str().expect("text"));
            assert_eq!(state, expected, "{states:?}");
        }
    }
}

//! `TraceContext`: the trace of a request, as received from its caller.

use std::fmt;
use std::sync::Arc;

use crate::request_id::random;

/// Longer values are dropped, as the standard allows from 512 characters on.
const LONGEST_STATE: usize = 512;

/// The trace that a piece of work belongs to (W3C Trace Context), with the span id of this program.
///
/// It is there if the caller has one, and it is continued: [`traceparent`](Self::traceparent) has the same trace with this program as the
/// parent, for requests on behalf of this one. Work without a trace does not start one: whether a new trace is recorded is the decision of a
/// tracer.
///
/// ```
/// use avocet_context::TraceContext;
///
/// let trace = TraceContext::continued("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", None).unwrap();
/// let outgoing = trace.traceparent();
/// assert!(outgoing.starts_with("00-0af7651916cd43dd8448eb211c80319c-") && outgoing.ends_with("-01"));
/// assert!(!outgoing.contains("b7ad6b7169203331"), "the parent is this program now");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct TraceContext {
    trace_id: u128,
    parent_id: u64,
    span_id: u64,
    flags: u8,
    state: Option<Arc<str>>,
}

/// The caller may have recorded its part of the trace.
const SAMPLED: u8 = 1;
/// The trace id was chosen at random.
const RANDOM: u8 = 2;

impl TraceContext {
    /// Parses a `traceparent` and its `tracestate`, and creates a span id for this program; `None` if the `traceparent` is not valid.
    /// A `tracestate` that is not valid is dropped.
    ///
    /// ```
    /// use avocet_context::TraceContext;
    ///
    /// let trace = TraceContext::continued("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", Some("a=1")).unwrap();
    /// assert_eq!((trace.parent_id(), trace.tracestate()), (0xb7ad_6b71_6920_3331, Some("a=1")));
    /// assert!(trace.is_sampled());
    /// ```
    pub fn continued(traceparent: &str, tracestate: Option<&str>) -> Option<Self> {
        let (trace_id, parent_id, flags) = parse(traceparent.as_bytes())?;
        Some(Self {
            trace_id,
            parent_id,
            #[expect(
                clippy::cast_possible_truncation,
                reason = "half of the random bits are enough"
            )]
            span_id: (random() as u64).max(1),
            flags: flags & (SAMPLED | RANDOM),
            state: tracestate.and_then(state),
        })
    }

    /// Returns the trace id, written as 32 hexadecimal digits in `traceparent`.
    ///
    /// ```
    /// # let trace = avocet_context::TraceContext::continued("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", None).unwrap();
    /// assert_eq!(trace.trace_id(), 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c);
    /// ```
    pub fn trace_id(&self) -> u128 {
        self.trace_id
    }

    /// Returns the span id of the caller.
    ///
    /// ```
    /// # let trace = avocet_context::TraceContext::continued("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", None).unwrap();
    /// assert_eq!(trace.parent_id(), 0xb7ad_6b71_6920_3331);
    /// ```
    pub fn parent_id(&self) -> u64 {
        self.parent_id
    }

    /// Returns the span id of this server.
    ///
    /// ```
    /// # let trace = avocet_context::TraceContext::continued("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", None).unwrap();
    /// assert_ne!(trace.span_id(), trace.parent_id());
    /// ```
    pub fn span_id(&self) -> u64 {
        self.span_id
    }

    /// Returns whether the caller may have recorded its part.
    ///
    /// ```
    /// # let trace = avocet_context::TraceContext::continued("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", None).unwrap();
    /// assert!(trace.is_sampled());
    /// ```
    pub fn is_sampled(&self) -> bool {
        self.flags & SAMPLED != 0
    }

    /// Returns the `traceparent` for a request on behalf of this work.
    ///
    /// ```
    /// # use avocet_context::TraceContext;
    /// let trace = TraceContext::continued("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", None).unwrap();
    /// assert!(trace.traceparent().starts_with("00-0af7651916cd43dd8448eb211c80319c-"));
    /// ```
    pub fn traceparent(&self) -> String {
        format!(
            "00-{:032x}-{:016x}-{:02x}",
            self.trace_id, self.span_id, self.flags
        )
    }

    /// Returns the `tracestate`, if the caller sent a valid one.
    ///
    /// ```
    /// # use avocet_context::TraceContext;
    /// let trace = TraceContext::continued("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", Some("no state"));
    /// assert_eq!(trace.unwrap().tracestate(), None);
    /// ```
    pub fn tracestate(&self) -> Option<&str> {
        self.state.as_deref()
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

/// Returns a `tracestate`, if all of it is well-formed.
fn state(text: &str) -> Option<Arc<str>> {
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
    (count > 0 && text.len() <= LONGEST_STATE).then(|| text.into())
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

    fn continued(traceparent: &str, state: &str) -> Option<TraceContext> {
        TraceContext::continued(traceparent, Some(state))
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
            assert_eq!(continued(&text, "").is_some(), valid, "{text}");
        }
    }

    #[test]
    fn the_trace_goes_on_with_this_program_as_the_parent() {
        let trace = continued(&format!("00-{TRACE}-{PARENT}-ff"), "a=1").expect("valid");
        let expected = format!("00-{TRACE}-{:016x}-03", trace.span_id());
        assert_eq!(trace.traceparent(), expected);
        assert_eq!(trace.tracestate(), Some("a=1"));
        assert_ne!(trace.span_id(), trace.parent_id());
    }

    #[test]
    fn a_state_that_is_not_well_formed_is_dropped() {
        let long = format!("a={}", "x".repeat(511));
        let many = ["a=1"; 33].join(",");
        for (state, valid) in [
            ("a=1", true),
            ("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE", true),
            ("a=1,t@v=2", true),
            ("a", false),
            ("A=1", false),
            ("a=1=2", false),
            ("", false),
            (&long, false),
            (&many, false),
        ] {
            let trace = continued(&format!("00-{TRACE}-{PARENT}-01"), state).expect("valid");
            assert_eq!(trace.tracestate(), valid.then_some(state), "{state:?}");
        }
    }
}

//! Short ways to the parts of the current context.

use crate::context::Context;
use crate::request_id::RequestId;
use crate::trace::TraceContext;

impl RequestId {
    /// Returns the id of the request that the current work belongs to; `None` outside of any.
    ///
    /// ```
    /// assert_eq!(avocet_context::RequestId::current(), None);
    /// ```
    pub fn current() -> Option<Self> {
        Context::with_current(|context| context.request_id().clone())
    }
}

impl TraceContext {
    /// Returns the trace of the current work.
    ///
    /// ```
    /// assert_eq!(avocet_context::TraceContext::current(), None);
    /// ```
    pub fn current() -> Option<Self> {
        Context::with_current(|context| context.trace().cloned()).flatten()
    }
}

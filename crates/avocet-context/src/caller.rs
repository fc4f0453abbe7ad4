//! `Caller`: who asks.

use std::fmt;
use std::sync::Arc;

/// Who a piece of work is done for: the party that is limited and billed. A clone is one pointer.
///
/// What identifies a caller (a user, a tenant, an API key's id) is the decision of the application. It should not be a secret: it is
/// shown in logs.
///
/// ```
/// let caller = avocet_context::Caller::new("tenant-7");
/// assert_eq!(caller.id(), "tenant-7");
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Caller(Arc<str>);

impl Caller {
    /// Creates a caller with an id.
    ///
    /// ```
    /// let caller = avocet_context::Caller::new(format!("user-{}", 7));
    /// ```
    pub fn new(id: impl Into<Arc<str>>) -> Self {
        Self(id.into())
    }

    /// Returns the id.
    ///
    /// ```
    /// assert_eq!(avocet_context::Caller::new("ann").id(), "ann");
    /// ```
    pub fn id(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Caller({})", self.0)
    }
}

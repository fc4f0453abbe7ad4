//! `Known`: the session that a request belongs to.

use avocet_store::Version;

use crate::id::Id;
use crate::record::Record;

/// The session that a request belongs to.
pub(crate) struct Known {
    pub(crate) id: Id,
    pub(crate) record: Record,
    /// The version in the store.
    pub(crate) version: Option<Version>,
    /// Whether an old key protects the cookie.
    pub(crate) is_under_old_key: bool,
}

/// What a request has of a session.
pub(crate) enum Found {
    Nothing,
    Known(Box<Known>),
    /// An id without an entry in the store: the visitor has no data yet, or the session has ended.
    Unused(Id),
}

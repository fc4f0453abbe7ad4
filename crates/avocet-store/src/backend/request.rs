//! What the methods of back-ends take, and the rules that all back-ends share.

use bytes::Bytes;

use crate::clock::Timestamp;
use crate::entry::{Counter, Version};

/// What must hold for a write to be done.
///
/// ```
/// use avocet_store::Version;
/// use avocet_store::backend::Condition;
///
/// let seven = Some(Version::from_u64(7));
/// assert!(Condition::Any.holds(seven) && Condition::Any.holds(None));
/// assert!(Condition::Absent.holds(None) && !Condition::Absent.holds(seven));
/// assert!(Condition::Version(Version::from_u64(7)).holds(seven));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Nothing.
    Any,
    /// The key has no entry.
    Absent,
    /// The entry has this version.
    Version(Version),
}

impl Condition {
    /// Returns whether the condition holds for a key whose entry has this version.
    ///
    /// ```
    /// assert!(avocet_store::backend::Condition::Absent.holds(None));
    /// ```
    pub fn holds(self, current: Option<Version>) -> bool {
        match self {
            Self::Any => true,
            Self::Absent => current.is_none(),
            Self::Version(version) => current == Some(version),
        }
    }
}

/// What a write does.
///
/// ```
/// use avocet_store::backend::Change;
///
/// let change = Change::Put { value: "text".into(), expires: None };
/// assert_ne!(change, Change::Delete);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Writes this entry in place of the one that the key has.
    Put {
        /// The value.
        value: Bytes,
        /// When the entry expires.
        expires: Option<Timestamp>,
    },
    /// Deletes the entry.
    Delete,
}

/// How a counter changes.
///
/// ```
/// use avocet_store::backend::Count;
///
/// let count = Count::Add { amount: 1, limit: 100, expires: None };
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// Adds an amount if the sum is at most the limit. A counter that does not exist is 0; the first amount creates it.
    Add {
        /// The amount.
        amount: u64,
        /// The largest sum.
        limit: u64,
        /// When a counter that this creates expires.
        expires: Option<Timestamp>,
    },
    /// Subtracts an amount, down to 0, if the counter exists and expires at this time.
    Subtract {
        /// The amount.
        amount: u64,
        /// When the counter expires from which the amount is subtracted.
        expires: Option<Timestamp>,
    },
}

impl Count {
    /// Returns the counter after this, and the value to write if that changes it: what every back-end computes in its atomic step.
    ///
    /// `current` has the value and the expiry of the counter that exists.
    ///
    /// ```
    /// use avocet_store::backend::Count;
    ///
    /// let add = Count::Add { amount: 4, limit: 10, expires: None };
    /// assert_eq!(add.apply(None).value, 4);
    /// assert_eq!(add.apply(Some((6, None))).value, 10);
    /// let over = add.apply(Some((7, None)));
    /// assert_eq!((over.value, over.changed), (7, false));
    /// ```
    pub fn apply(self, current: Option<(u64, Option<Timestamp>)>) -> Counter {
        let counter = |value, resets, changed| Counter {
            value,
            resets,
            changed,
        };
        match self {
            Self::Add {
                amount,
                limit,
                expires,
            } => {
                let (value, resets) = current.unwrap_or((0, expires));
                match value.checked_add(amount).filter(|sum| *sum <= limit) {
                    Some(sum) => counter(sum, resets, true),
                    None => counter(value, resets, false),
                }
            }
            Self::Subtract { amount, expires } => match current {
                Some((value, resets)) if resets == expires => {
                    counter(value.saturating_sub(amount), resets, true)
                }
                Some((value, resets)) => counter(value, resets, false),
                None => counter(0, None, false),
            },
        }
    }
}

/// Which entries a scan returns.
///
/// ```
/// use avocet_store::backend::{Paging, Scan};
///
/// let scan = Scan { prefix: "ann/", after: None, paging: Paging { entries: 100, bytes: 1 << 20 } };
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scan<'a> {
    /// What the keys begin with.
    pub prefix: &'a str,
    /// The key after which the page starts.
    pub after: Option<&'a str>,
    /// Where the page ends.
    pub paging: Paging,
}

/// Where a page ends.
///
/// ```
/// use avocet_store::backend::Paging;
///
/// let paging = Paging { entries: 3, bytes: 10 };
/// assert!(!paging.is_full(0, 0, 99));                    // one entry always fits
/// assert!(!paging.is_full(1, 4, 6));
/// assert!(paging.is_full(1, 4, 7));
/// assert!(paging.is_full(3, 0, 0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paging {
    /// The largest number of entries, at least 1.
    pub entries: usize,
    /// The largest number of bytes of all values. The first entry of a page may have more.
    pub bytes: usize,
}

impl Paging {
    /// Returns whether a page with this number of entries and bytes has no room for a value of `next` bytes.
    ///
    /// ```
    /// # use avocet_store::backend::Paging;
    /// assert!(Paging { entries: 1, bytes: 10 }.is_full(1, 0, 0));
    /// ```
    pub fn is_full(self, entries: usize, bytes: usize, next: usize) -> bool {
        entries > 0 && (entries >= self.entries || bytes + next > self.bytes)
    }
}

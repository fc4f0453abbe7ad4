//! `Error`: why an operation of a store failed.

use std::fmt;

use crate::limit::LimitExceeded;
use crate::short_key::ShortKey;

/// Why an operation of a store failed. A failed operation has changed nothing.
///
/// Messages name the namespace, the rule and the measured value. They contain no values, and at most the first four characters of a key.
/// A condition that does not hold, such as another version or a counter at its limit, is a result and not an error.
///
/// ```
/// use avocet_store::{Error, NamespaceConfig, Store, Ttl};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Error> {
/// let notes = Store::memory().namespace(NamespaceConfig::new("notes").value_bytes(4))?;
/// let error = notes.put("note-of-ann", "hello", Ttl::NEVER).await.unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "namespace `notes`, key \"no…\" (11 bytes): the value has 5 bytes, the limit `value_bytes` is 4; \
///      store less or raise the limit",
/// );
/// assert!(matches!(error, Error::Limit(limit) if limit.measured() == 5));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The name of a namespace or a log is not 1 to 64 characters of `a-z`, `0-9`, `-`, `_` and `.`.
    Name(InvalidName),
    /// The operation would exceed a limit of its namespace or log.
    Limit(Box<LimitExceeded>),
    /// The entry that should be counted is not a counter: its value does not have 8 bytes.
    NotACounter(Box<NotACounter>),
    /// The back-end has as many operations waiting as it accepts. Trying again later can succeed.
    Busy {
        /// The queue that is full: `write` or `read`.
        queue: &'static str,
        /// The number of operations that it holds.
        limit: usize,
    },
    /// The back-end has stopped.
    Closed,
    /// The file has a schema that this version does not read.
    Schema {
        /// The version of the file's schema; 0 for a database of another program.
        found: i64,
        /// The newest version that can be read.
        supported: i64,
    },
    /// The back-end failed: a full disk or a lost connection, for example. It is unknown whether a write was done.
    Backend(Box<BackendError>),
}

impl Error {
    /// Creates an error of a back-end, which has the cause as its source.
    ///
    /// ```
    /// use avocet_store::Error;
    ///
    /// let error = Error::backend("commit", std::io::Error::other("disk full"));
    /// assert_eq!(error.to_string(), "the store failed to commit: disk full");
    /// ```
    pub fn backend(
        action: &'static str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Backend(Box::new(BackendError {
            action,
            source: source.into(),
        }))
    }

    /// Creates the error for an entry that is not a counter.
    ///
    /// ```
    /// let error = avocet_store::Error::not_a_counter("limits", "ann", 3);
    /// assert_eq!(
    ///     error.to_string(),
    ///     "namespace `limits`, key \"…\" (3 bytes): not a counter: the value has 3 bytes, a counter has 8",
    /// );
    /// ```
    pub fn not_a_counter(namespace: &str, key: &str, measured: u64) -> Self {
        Self::NotACounter(Box::new(NotACounter {
            namespace: namespace.to_owned(),
            key: ShortKey::new(key),
            measured,
        }))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(invalid) => write!(f, "{invalid}"),
            Self::Limit(limit) => write!(f, "{limit}"),
            Self::NotACounter(it) => write!(
                f,
                "namespace `{}`, key {}: not a counter: the value has {} bytes, a counter has 8",
                it.namespace, it.key, it.measured
            ),
            Self::Busy { queue, limit } => write!(
                f,
                "the {queue} queue of the store is full: the limit is {limit} operations; try again later"
            ),
            Self::Closed => f.write_str("the store has stopped"),
            Self::Schema {
                found: 0,
                supported,
            } => write!(
                f,
                "the file is a database of another program, expected a store with a schema up to version {supported}"
            ),
            Self::Schema { found, supported } => write!(
                f,
                "the file has schema version {found}, this program reads versions up to {supported}; update the program"
            ),
            Self::Backend(it) => write!(f, "the store failed to {}: {}", it.action, it.source),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Backend(it) => Some(&*it.source),
            _ => None,
        }
    }
}

/// An invalid name of a namespace or a log.
///
/// ```
/// let error = avocet_store::Store::memory().namespace("My sessions").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "\"My sessions\" is not a name: a name has 1 to 64 characters of a-z, 0-9, `-`, `_` and `.`, this one has 11",
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidName {
    /// Its first characters.
    start: String,
    length: usize,
}

impl InvalidName {
    /// Checks a name.
    pub(crate) fn check(name: &str) -> Result<(), Error> {
        let allowed = |it: u8| matches!(it, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.');
        if (1..=64).contains(&name.len()) && name.bytes().all(allowed) {
            return Ok(());
        }
        Err(Error::Name(Self {
            start: name.chars().take(64).collect(),
            length: name.chars().count(),
        }))
    }
}

impl fmt::Display for InvalidName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is not a name: a name has 1 to 64 characters of a-z, 0-9, `-`, `_` and `.`, this one has {}",
            self.start, self.length
        )
    }
}

/// The entry that should be counted is not a counter.
///
/// ```
/// use avocet_store::{Error, Store, Ttl};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Error> {
/// let limits = Store::memory().namespace("limits")?;
/// limits.put("ann", "text", Ttl::NEVER).await?;
/// let error = limits.add("ann", 1, 10, Ttl::NEVER).await.unwrap_err();
/// assert!(matches!(error, Error::NotACounter(it) if it.namespace() == "limits"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct NotACounter {
    namespace: String,
    key: ShortKey,
    measured: u64,
}

impl NotACounter {
    /// Returns the name of the namespace.
    ///
    /// ```
    /// # use avocet_store::Error;
    /// let Error::NotACounter(it) = Error::not_a_counter("limits", "ann", 3) else { unreachable!() };
    /// assert_eq!(it.namespace(), "limits");
    /// ```
    pub fn namespace(&self) -> &str {
        &self.namespace
    }
}

/// What a back-end failed to do, and why.
///
/// ```
/// # use avocet_store::Error;
/// let Error::Backend(it) = Error::backend("commit", "disk full") else { unreachable!() };
/// assert_eq!(it.action(), "commit");
/// ```
#[derive(Debug)]
pub struct BackendError {
    action: &'static str,
    source: Box<dyn std::error::Error + Send + Sync>,
}

impl BackendError {
    /// Returns what failed, as a verb.
    ///
    /// ```
    /// # use avocet_store::Error;
    /// let Error::Backend(it) = Error::backend("open the file", "denied") else { unreachable!() };
    /// assert_eq!(it.action(), "open the file");
    /// ```
    pub fn action(&self) -> &'static str {
        self.action
    }
}

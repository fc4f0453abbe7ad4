//! `Limit` and `LimitExceeded`: which bound an operation met.

use std::fmt;

use crate::short_key::ShortKey;

/// A bound of a namespace or a log.
///
/// ```
/// use avocet_store::Limit;
///
/// assert_eq!(Limit::ValueBytes.name(), "value_bytes");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Limit {
    /// Bytes of a key or of the name of a stream.
    KeyBytes,
    /// Bytes of a value, or of an entry of a log.
    ValueBytes,
    /// Entries of a namespace, or of one stream of a log.
    Entries,
    /// Streams of a log.
    Streams,
    /// Bytes of all keys and values of a namespace, or of all entries of a log.
    TotalBytes,
}

impl Limit {
    /// Returns the name of the method that sets it.
    ///
    /// ```
    /// assert_eq!(avocet_store::Limit::TotalBytes.name(), "total_bytes");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Self::KeyBytes => "key_bytes",
            Self::ValueBytes => "value_bytes",
            Self::Entries => "entries",
            Self::Streams => "streams",
            Self::TotalBytes => "total_bytes",
        }
    }
}

/// A limit that an operation would have exceeded.
///
/// ```
/// use avocet_store::{Error, Limit, NamespaceConfig, Store, Ttl};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Error> {
/// let notes = Store::memory().namespace(NamespaceConfig::new("notes").entries(1))?;
/// notes.put("a", "1", Ttl::NEVER).await?;
/// let Err(Error::Limit(exceeded)) = notes.put("b", "2", Ttl::NEVER).await else { unreachable!() };
/// assert_eq!((exceeded.limit(), exceeded.bound(), exceeded.measured()), (Limit::Entries, 1, 2));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct LimitExceeded {
    place: Place,
    name: String,
    key: ShortKey,
    limit: Limit,
    bound: u64,
    measured: u64,
}

/// What has the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Namespace,
    Log,
}

impl LimitExceeded {
    pub(crate) fn new(
        (place, name): (Place, &str),
        key: &str,
        limit: Limit,
        bound: u64,
        measured: u64,
    ) -> Self {
        Self {
            place,
            name: name.to_owned(),
            key: ShortKey::new(key),
            limit,
            bound,
            measured,
        }
    }

    /// Returns the name of the namespace or the log.
    ///
    /// ```
    /// # use avocet_store::{Error, Limit, NamespaceConfig};
    /// # let Error::Limit(exceeded) = NamespaceConfig::new("notes").exceeded("k", Limit::Entries, 9) else { unreachable!() };
    /// assert_eq!(exceeded.name(), "notes");
    /// ```
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns which limit it is.
    ///
    /// ```
    /// # use avocet_store::{Error, Limit, NamespaceConfig};
    /// # let Error::Limit(exceeded) = NamespaceConfig::new("notes").exceeded("k", Limit::Entries, 9) else { unreachable!() };
    /// assert_eq!(exceeded.limit(), Limit::Entries);
    /// ```
    pub fn limit(&self) -> Limit {
        self.limit
    }

    /// Returns the value of the limit.
    ///
    /// ```
    /// # use avocet_store::{Error, Limit, NamespaceConfig};
    /// # let notes = NamespaceConfig::new("notes").entries(8);
    /// # let Error::Limit(exceeded) = notes.exceeded("k", Limit::Entries, 9) else { unreachable!() };
    /// assert_eq!(exceeded.bound(), 8);
    /// ```
    pub fn bound(&self) -> u64 {
        self.bound
    }

    /// Returns the value that the operation would have led to.
    ///
    /// ```
    /// # use avocet_store::{Error, Limit, NamespaceConfig};
    /// # let Error::Limit(exceeded) = NamespaceConfig::new("notes").exceeded("k", Limit::Entries, 9) else { unreachable!() };
    /// assert_eq!(exceeded.measured(), 9);
    /// ```
    pub fn measured(&self) -> u64 {
        self.measured
    }
}

impl fmt::Display for LimitExceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            key,
            bound,
            measured,
            ..
        } = self;
        let (place, part) = match self.place {
            Place::Namespace => ("namespace", "key"),
            Place::Log => ("log", "stream"),
        };
        write!(f, "{place} `{name}`, {part} {key}: ")?;
        match (self.limit, self.place) {
            (Limit::KeyBytes, Place::Namespace) => write!(f, "the key has {measured} bytes")?,
            (Limit::KeyBytes, Place::Log) => write!(f, "the stream's name has {measured} bytes")?,
            (Limit::ValueBytes, Place::Namespace) => write!(f, "the value has {measured} bytes")?,
            (Limit::ValueBytes, Place::Log) => write!(f, "the entry has {measured} bytes")?,
            (Limit::Entries, Place::Namespace) => {
                write!(f, "the namespace would have {measured} entries")?;
            }
            (Limit::Entries, Place::Log) => write!(f, "the stream would have {measured} entries")?,
            (Limit::Streams, _) => write!(f, "the log would have {measured} streams")?,
            (Limit::TotalBytes, _) => write!(f, "the {place} would have {measured} bytes")?,
        }
        let advice = match (self.limit, self.place) {
            (Limit::KeyBytes, _) => "shorten it or raise the limit",
            (Limit::ValueBytes, _) => "store less or raise the limit",
            (_, Place::Namespace) => "delete entries, let them expire earlier or raise the limit",
            (_, Place::Log) => "trim streams, let them expire earlier or raise the limit",
        };
        write!(
            f,
            ", the limit `{}` is {bound}; {advice}",
            self.limit.name()
        )
    }
}

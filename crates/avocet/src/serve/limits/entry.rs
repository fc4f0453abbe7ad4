//! One row of the table, to be shown.

/// One limit with its value, as `--limits` prints it.
///
/// ```
/// use avocet::serve::Limits;
///
/// for entry in Limits::default().entries() {
///     assert_eq!(entry.value(), entry.default());
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitEntry {
    pub(super) name: &'static str,
    pub(super) value: String,
    pub(super) default: &'static str,
    pub(super) least: &'static str,
    pub(super) most: &'static str,
    pub(super) about: &'static [&'static str],
}

impl LimitEntry {
    /// The limit's name: `body_bytes`.
    ///
    /// ```
    /// assert_eq!(avocet::serve::Limits::default().entries()[0].name(), "header_time");
    /// ```
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The limit's value, as people write it: `2 MiB`.
    ///
    /// ```
    /// assert_eq!(avocet::serve::Limits::default().entries()[0].value(), "10 s");
    /// ```
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Its default, written the same way.
    ///
    /// ```
    /// assert_eq!(avocet::serve::Limits::default().entries()[0].default(), "10 s");
    /// ```
    pub fn default(&self) -> &'static str {
        self.default
    }

    /// The least and the largest value it may have.
    ///
    /// ```
    /// assert_eq!(avocet::serve::Limits::default().entries()[0].range(), ("1 ms", "365 days"));
    /// ```
    pub fn range(&self) -> (&'static str, &'static str) {
        (self.least, self.most)
    }

    /// What it bounds, in a sentence.
    ///
    /// ```
    /// let entries = avocet::serve::Limits::default().entries();
    /// assert_eq!(entries[2].about(), "How many headers a request may have.");
    /// ```
    pub fn about(&self) -> String {
        let lines = self.about.iter().map(|line| line.trim());
        let paragraph: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
        paragraph.join(" ")
    }
}

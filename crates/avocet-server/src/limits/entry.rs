//! One row of the table, as displayed.

/// One limit with its value, as printed by `--limits`.
///
/// ```
/// use avocet_server::Limits;
///
/// for entry in Limits::default().entries() {
///     assert_eq!(entry.value(), entry.default());
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitEntry {
    name: &'static str,
    value: String,
    default: &'static str,
    least: &'static str,
    most: &'static str,
    about: &'static [&'static str],
}

impl LimitEntry {
    #[doc(hidden)]
    pub fn new(
        name: &'static str,
        value: String,
        default: &'static str,
        (least, most): (&'static str, &'static str),
        about: &'static [&'static str],
    ) -> Self {
        Self {
            name,
            value,
            default,
            least,
            most,
            about,
        }
    }

    /// Returns the name of the limit: `body_bytes`.
    ///
    /// ```
    /// assert_eq!(avocet_server::Limits::default().entries()[0].name(), "header_time");
    /// ```
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the value in text form: `2 MiB`.
    ///
    /// ```
    /// assert_eq!(avocet_server::Limits::default().entries()[0].value(), "10 s");
    /// ```
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Returns the default in text form.
    ///
    /// ```
    /// assert_eq!(avocet_server::Limits::default().entries()[0].default(), "10 s");
    /// ```
    pub fn default(&self) -> &'static str {
        self.default
    }

    /// Returns the smallest and the largest allowed value.
    ///
    /// ```
    /// assert_eq!(avocet_server::Limits::default().entries()[0].range(), ("1 ms", "365 days"));
    /// ```
    pub fn range(&self) -> (&'static str, &'static str) {
        (self.least, self.most)
    }

    /// Returns one sentence that describes the limit.
    ///
    /// ```
    /// let entries = avocet_server::Limits::default().entries();
    /// assert_eq!(entries[2].about(), "How many headers a request may have.");
    /// ```
    pub fn about(&self) -> String {
        let lines = self.about.iter().map(|line| line.trim());
        let paragraph: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
        paragraph.join(" ")
    }
}

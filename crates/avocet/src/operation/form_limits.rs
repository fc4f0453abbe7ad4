//! The form limits of one operation.

/// The limits on an operation's form that differ from the application's [`Limits`](crate::serve::Limits).
///
/// The total size of the form is limited by the operation's body limit.
///
/// ```
/// use avocet::operation::{FormLimits, Operation};
///
/// let limits = FormLimits::default().files(2).file_bytes(5_000_000);
/// let operation = Operation::post("/photos").form_limits(limits).body_limit(11_000_000);
/// assert_eq!(operation.form_limits.files, Some(2));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FormLimits {
    /// The largest number of text fields, each repetition counted; more are rejected with 400.
    pub fields: Option<usize>,
    /// The largest number of files; more are rejected with 400.
    pub files: Option<usize>,
    /// The total size of the text fields in bytes; more are rejected with 413.
    pub text_bytes: Option<usize>,
    /// The size of each file in bytes; a larger one is rejected with 413 as soon as the limit is exceeded. Without it only the body
    /// limit applies.
    pub file_bytes: Option<usize>,
}

macro_rules! limits {
    ($($name:ident $doc:literal;)*) => {
        impl FormLimits {$(
            #[doc = $doc]
            ///
            /// ```
            /// use avocet::operation::FormLimits;
            ///
            #[doc = concat!("assert_eq!(FormLimits::default().", stringify!($name), "(3).", stringify!($name), ", Some(3));")]
            /// ```
            pub const fn $name(mut self, most: usize) -> Self {
                self.$name = Some(most);
                self
            }
        )*}
    };
}

limits! {
    fields "Sets how many text fields the form may have.";
    files "Sets how many files the form may have.";
    text_bytes "Sets how many bytes the text fields may have together.";
    file_bytes "Sets how many bytes each file may have.";
}

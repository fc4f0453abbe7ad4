//! How large the form of one operation may be.

/// The limits on an operation's form that differ from the application's [`Limits`](crate::serve::Limits).
///
/// How large the form may be as a whole is the operation's body limit.
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
    /// How many fields of text it may have, repeated ones counted each; more are a 400.
    pub fields: Option<usize>,
    /// How many files it may have; more are a 400.
    pub files: Option<usize>,
    /// How many bytes its fields of text may have together; more are a 413.
    pub text_bytes: Option<usize>,
    /// How many bytes each file may have; more are a 413 as soon as they arrive. Only the body limit bounds it otherwise.
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
    fields "Sets how many fields of text it may have.";
    files "Sets how many files it may have.";
    text_bytes "Sets how many bytes its fields of text may have together.";
    file_bytes "Sets how many bytes each file may have.";
}

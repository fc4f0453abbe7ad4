//! Which types support which rules. A rule on the wrong type is a compile error at the field's type.

/// A type that supports `ge`, `gt`, `le`, `lt` and `multiple_of`.
///
/// ```
/// fn takes_ge<T: avocet::rules::HasOrder>() {}
/// takes_ge::<Option<f32>>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number",
    label = "the rules `ge`, `gt`, `le`, `lt` and `multiple_of` are for numbers",
    note = "strings have `min_length`, `max_length` and `pattern`; lists and maps have `min_items` and `max_items`"
)]
pub trait HasOrder {
    /// Does nothing; its path asserts the bound.
    #[doc(hidden)]
    fn assert_implemented() {}
}

/// A type that supports `max_digits` and `decimal_places`: `rust_decimal::Decimal`.
///
/// ```
/// fn takes_max_digits<T: avocet::rules::HasDigits>() {}
/// # #[cfg(feature = "rust_decimal")]
/// takes_max_digits::<rust_decimal::Decimal>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a decimal",
    label = "the rules `max_digits` and `decimal_places` are for decimals",
    note = "decimals are `rust_decimal::Decimal`, with the feature `rust_decimal`"
)]
pub trait HasDigits {
    /// Does nothing; its path asserts the bound.
    #[doc(hidden)]
    fn assert_implemented() {}
}

/// A type that supports `min_length`, `max_length` and `pattern`.
///
/// ```
/// fn takes_pattern<T: avocet::rules::HasLength>() {}
/// takes_pattern::<String>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not text",
    label = "`min_length`, `max_length`, `pattern`, `trim`, `lowercase` and `uppercase` are for text",
    note = "for the items of a list write `items(trim)`; numbers have `ge`, `gt`, `le`, `lt` and `multiple_of`; lists and maps have `min_items` and `max_items`"
)]
pub trait HasLength {
    /// Does nothing; its path asserts the bound.
    #[doc(hidden)]
    fn assert_implemented() {}
}

/// A type that supports `min_items` and `max_items`.
///
/// ```
/// fn takes_max_items<T: avocet::rules::HasItems>() {}
/// takes_max_items::<Vec<String>>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list or map",
    label = "the rules `min_items` and `max_items` are for lists and maps",
    note = "numbers have `ge`, `gt`, `le`, `lt` and `multiple_of`; strings have `min_length`, `max_length` and `pattern`"
)]
pub trait HasItems {
    /// The type that `items(…)` applies to: the items of a list, the values of a map.
    type Item;

    /// Does nothing; its path asserts the bound.
    #[doc(hidden)]
    fn assert_implemented() {}
}

/// A type that supports `unique`.
///
/// ```
/// fn takes_unique<T: avocet::rules::HasUnique>() {}
/// takes_unique::<Vec<f32>>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list",
    label = "the rule `unique` is for lists",
    note = "the items of sets and the keys of maps are always unique"
)]
pub trait HasUnique {
    /// Does nothing; its path asserts the bound.
    #[doc(hidden)]
    fn assert_implemented() {}
}

/// A type that supports `keys(…)`.
///
/// ```
/// fn takes_keys<T: avocet::rules::HasKeys>() {}
/// takes_keys::<std::collections::BTreeMap<String, u32>>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a map",
    label = "the rules in `keys(…)` are for maps",
    note = "lists have `min_items`, `max_items` and `items(…)`"
)]
pub trait HasKeys {
    /// Does nothing; its path asserts the bound.
    #[doc(hidden)]
    fn assert_implemented() {}
}

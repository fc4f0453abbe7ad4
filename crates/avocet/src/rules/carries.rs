//! Which types support which rules. A rule on the wrong type is a compile error at the field's type.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use crate::__private::Newtype;
use crate::model::Patch;

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

// Compile errors list implementations: the types that the rule is for, and not what wraps them.
macro_rules! carry {
    ($rule:ident: $($kind:ty),*) => {
        $(impl $rule for $kind {})*
        #[diagnostic::do_not_recommend]
        impl<T: $rule> $rule for Option<T> {}
        #[diagnostic::do_not_recommend]
        impl<T: $rule> $rule for Patch<T> {}
        #[diagnostic::do_not_recommend]
        impl<T: Newtype<Inner: $rule>> $rule for T {}
    };
}

carry!(HasOrder: i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, f32, f64);
carry!(HasLength:);
carry!(HasDigits:);
carry!(HasKeys:);
carry!(HasUnique:);

impl<T> HasUnique for Vec<T> {}
#[diagnostic::do_not_recommend]
impl<T, const N: usize> HasUnique for [T; N] {}

impl HasLength for String {}
#[diagnostic::do_not_recommend]
impl HasLength for Cow<'static, str> {}
#[diagnostic::do_not_recommend]
impl HasLength for Arc<str> {}

impl<K, V, S> HasKeys for HashMap<K, V, S> {}
impl<K, V> HasKeys for BTreeMap<K, V> {}

impl<T> HasItems for Vec<T> {
    type Item = T;
}

#[diagnostic::do_not_recommend]
impl<T, const N: usize> HasItems for [T; N] {
    type Item = T;
}

#[diagnostic::do_not_recommend]
impl<T, S> HasItems for HashSet<T, S> {
    type Item = T;
}

#[diagnostic::do_not_recommend]
impl<T> HasItems for BTreeSet<T> {
    type Item = T;
}

impl<K, V, S> HasItems for HashMap<K, V, S> {
    type Item = V;
}

impl<K, V> HasItems for BTreeMap<K, V> {
    type Item = V;
}

#[diagnostic::do_not_recommend]
impl<T: HasItems> HasItems for Option<T> {
    type Item = T::Item;
}

#[diagnostic::do_not_recommend]
impl<T: HasItems> HasItems for Patch<T> {
    type Item = T::Item;
}

#[diagnostic::do_not_recommend]
impl<T: Newtype<Inner: HasItems>> HasItems for T {
    type Item = <T::Inner as HasItems>::Item;
}

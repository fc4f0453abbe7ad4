//! Which types can carry which rules, so that a rule on the wrong kind is a compile error at the field's type.

use std::collections::{BTreeMap, HashMap};

use crate::__private::Newtype;

/// A type that `ge`, `gt`, `le`, `lt` and `multiple_of` can stand on.
///
/// ```
/// fn takes_ge<T: avocet::rules::HasOrder>() {}
/// takes_ge::<Option<f32>>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number",
    label = "the rules `ge`, `gt`, `le`, `lt` and `multiple_of` are for numbers",
    note = "text carries `min_length`, `max_length` and `pattern`; lists and maps carry `min_items` and `max_items`"
)]
pub trait HasOrder {}

/// A type that `min_length`, `max_length` and `pattern` can stand on.
///
/// ```
/// fn takes_pattern<T: avocet::rules::HasLength>() {}
/// takes_pattern::<String>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not text",
    label = "the rules `min_length`, `max_length` and `pattern` are for text",
    note = "numbers carry `ge`, `gt`, `le`, `lt` and `multiple_of`; lists and maps carry `min_items` and `max_items`"
)]
pub trait HasLength {}

/// A type that `min_items` and `max_items` can stand on.
///
/// ```
/// fn takes_max_items<T: avocet::rules::HasItems>() {}
/// takes_max_items::<Vec<String>>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list or map",
    label = "the rules `min_items` and `max_items` are for lists and maps",
    note = "numbers carry `ge`, `gt`, `le`, `lt` and `multiple_of`; text carries `min_length`, `max_length` and `pattern`"
)]
pub trait HasItems {
    /// What `items(…)` stands on: the items of a list, the values of a map.
    type Item;
}

/// A type that `keys(…)` can stand on.
///
/// ```
/// fn takes_keys<T: avocet::rules::HasKeys>() {}
/// takes_keys::<std::collections::BTreeMap<String, u32>>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a map",
    label = "the rules in `keys(…)` are for maps",
    note = "lists carry `min_items`, `max_items` and `items(…)`"
)]
pub trait HasKeys {}

macro_rules! carry {
    ($rule:ident: $($kind:ty),*) => {
        $(impl $rule for $kind {})*
        impl<T: $rule> $rule for Option<T> {}
        #[diagnostic::do_not_recommend]
        impl<T: Newtype<Inner: $rule>> $rule for T {}
    };
}

carry!(HasOrder: i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, f32, f64);
carry!(HasLength: String);
carry!(HasKeys:);

impl<K, V, S> HasKeys for HashMap<K, V, S> {}
impl<K, V> HasKeys for BTreeMap<K, V> {}

impl<T> HasItems for Vec<T> {
    type Item = T;
}

impl<K, V, S> HasItems for HashMap<K, V, S> {
    type Item = V;
}

impl<K, V> HasItems for BTreeMap<K, V> {
    type Item = V;
}

impl<T: HasItems> HasItems for Option<T> {
    type Item = T::Item;
}

#[diagnostic::do_not_recommend]
impl<T: Newtype<Inner: HasItems>> HasItems for T {
    type Item = <T::Inner as HasItems>::Item;
}

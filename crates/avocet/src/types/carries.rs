//! Which types carry which rules.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::Patch;
use crate::input::Newtype;
use crate::model::HasMembers;
use crate::rules::{
    HasDigits, HasItems, HasKeys, HasLength, HasOrder, HasTemporalOrder, HasUnique,
};

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
carry!(HasTemporalOrder:);
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

#[diagnostic::do_not_recommend]
impl<T: Newtype<Inner: HasMembers>> HasMembers for T {}

//! The types that `#[extract]` takes.

use crate::extract::{Extractor, FromContext};

/// A type for an argument with `#[extract]`; the compiler infers `By`.
///
/// With a single implementation, the compiler would report its bounds for a type that does not fit: that the type is no extractor of axum.
/// As it has to choose between two, it reports this trait.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of an `#[extract]` argument",
    label = "not supported by `#[extract]`",
    note = "implement `avocet::extract::FromContext` for it, which names its extractor",
    note = "with the feature `axum`, `#[extract]` also takes an extractor of axum 0.8 that needs no state: `FromRequestParts<()>`"
)]
pub trait Extractable<By>: Sized {
    type Extractor: Extractor<Value = Self>;
    fn extractor() -> Self::Extractor;
}

/// By the extractor that the type names.
#[derive(Debug)]
pub struct ByFromContext;

#[diagnostic::do_not_recommend]
impl<T: FromContext> Extractable<ByFromContext> for T {
    type Extractor = T::Extractor;

    fn extractor() -> T::Extractor {
        T::Extractor::default()
    }
}

/// The parameter of the implementation that no type has.
#[derive(Debug)]
pub struct ByNothing;

/// Implemented by no type.
pub trait NoType {}

#[diagnostic::do_not_recommend]
impl<T: NoType + FromContext> Extractable<ByNothing> for T {
    type Extractor = T::Extractor;

    fn extractor() -> T::Extractor {
        T::Extractor::default()
    }
}

pub fn extract<T: Extractable<By>, By>() -> T::Extractor {
    T::extractor()
}

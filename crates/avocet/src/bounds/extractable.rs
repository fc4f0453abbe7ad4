//! The types that `#[extract]` takes.

use crate::extract::{Extractor, FromContext};

/// A type for an argument with `#[extract]`; `By` is how it is extracted, which the compiler infers.
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

/// By the type itself, an extractor of axum.
#[cfg(feature = "axum")]
#[derive(Debug)]
pub struct ByAxum;

#[diagnostic::do_not_recommend]
impl<T: FromContext> Extractable<ByFromContext> for T {
    type Extractor = T::Extractor;

    fn extractor() -> T::Extractor {
        T::Extractor::default()
    }
}

#[cfg(feature = "axum")]
#[diagnostic::do_not_recommend]
impl<T> Extractable<ByAxum> for T
where
    T: axum_core::extract::FromRequestParts<()> + Send + 'static,
{
    type Extractor = crate::extract::Extract<T>;

    fn extractor() -> Self::Extractor {
        crate::extract::Extract::new()
    }
}

pub fn extract<T: Extractable<By>, By>() -> T::Extractor {
    T::extractor()
}

//! The extractors of a handler, alone and as a tuple.

use std::future::Future;

use super::RequestContext;
use crate::operation::Operation;
use crate::response::HttpError;

/// Extracts one argument of a handler from the request and describes it in the operation.
///
/// Both methods are required, so that a handler cannot read anything that the document does not show.
///
/// ```
/// use avocet::extract::{Extractor, RequestContext, Rejection};
/// use avocet::operation::Operation;
///
/// /// The request's method, which needs no word in the document.
/// struct Method;
///
/// impl Extractor for Method {
///     type Value = http::Method;
///     fn describe(&self, _: &mut Operation) {}
///     async fn extract(&self, context: &mut RequestContext) -> Result<http::Method, Rejection> {
///         Ok(context.method().clone())
///     }
/// }
///
/// let route = Operation::get("/").handle((Method,), |(method,)| async move { method.to_string() });
/// ```
pub trait Extractor: Send + Sync + 'static {
    /// The type that the handler receives.
    type Value: Send;

    /// Adds what this extractor reads to the operation.
    fn describe(&self, operation: &mut Operation);

    /// Extracts the value. Validation errors are added to the request context, so that the errors of all extractors are
    /// reported together.
    fn extract(
        &self,
        context: &mut RequestContext,
    ) -> impl Future<Output = Result<Self::Value, Rejection>> + Send;
}

/// Why an extractor has no value.
///
/// ```
/// use avocet::extract::Rejection;
///
/// assert!(matches!(Rejection::from(avocet::read::Invalid), Rejection::Invalid));
/// ```
#[derive(Debug)]
pub enum Rejection {
    /// The validation errors were added to the request context; the remaining extractors still run.
    Invalid,
    /// Processing of the request ends with this error.
    Error(HttpError),
}

impl From<crate::read::Invalid> for Rejection {
    fn from(_: crate::read::Invalid) -> Self {
        Self::Invalid
    }
}

impl From<HttpError> for Rejection {
    fn from(error: HttpError) -> Self {
        Self::Error(error)
    }
}

/// All extractors of a handler: a tuple of up to sixteen.
///
/// They run in order. Put extractors that may end the request first and the body last; the attribute macros do so.
///
/// ```
/// use avocet::extract::{Extractors, Query};
///
/// fn takes<A: Extractors>(_: A) {}
/// takes((Query::<u32>::new("page"), Query::<String>::new("q")));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the arguments of a handler",
    note = "the arguments are a tuple of up to sixteen extractors, such as `(Query::<u32>::new(\"page\"),)`"
)]
pub trait Extractors: Send + Sync + 'static {
    /// The tuple of values that the handler receives.
    type Values: Send;

    /// Describes all of them in the operation.
    fn describe(&self, operation: &mut Operation);

    /// Runs all of them and collects every validation error.
    fn extract(
        &self,
        context: &mut RequestContext,
    ) -> impl Future<Output = Result<Self::Values, Rejection>> + Send;
}

macro_rules! extractors {
    ($($extractor:ident)*) => {
        #[diagnostic::do_not_recommend]
        #[expect(non_snake_case, reason = "a value is named as its type, there is one of each")]
        impl<$($extractor: Extractor),*> Extractors for ($($extractor,)*) {
            type Values = ($($extractor::Value,)*);

            fn describe(&self, operation: &mut Operation) {
                let ($($extractor,)*) = self;
                $($extractor.describe(operation);)*
            }

            async fn extract(&self, context: &mut RequestContext) -> Result<Self::Values, Rejection> {
                let ($($extractor,)*) = self;
                $(
                    let $extractor = match $extractor.extract(context).await {
                        Ok(value) => Some(value),
                        Err(Rejection::Invalid) => None,
                        Err(error) => return Err(error),
                    };
                )*
                match ($($extractor,)*) {
                    ($(Some($extractor),)*) => Ok(($($extractor,)*)),
                    _ => Err(Rejection::Invalid),
                }
            }
        }
    };
}

impl Extractors for () {
    type Values = ();

    fn describe(&self, _: &mut Operation) {}

    async fn extract(&self, _: &mut RequestContext) -> Result<(), Rejection> {
        Ok(())
    }
}

extractors!(A);
extractors!(A B);
extractors!(A B C);
extractors!(A B C D);
extractors!(A B C D E);
extractors!(A B C D E F);
extractors!(A B C D E F G);
extractors!(A B C D E F G H);
extractors!(A B C D E F G H I);
extractors!(A B C D E F G H I J);
extractors!(A B C D E F G H I J K);
extractors!(A B C D E F G H I J K L);
extractors!(A B C D E F G H I J K L M);
extractors!(A B C D E F G H I J K L M N);
extractors!(A B C D E F G H I J K L M N O);
extractors!(A B C D E F G H I J K L M N O P);

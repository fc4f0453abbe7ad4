//! One argument of a handler, and all of them together.

use std::future::Future;

use super::RequestContext;
use crate::operation::Operation;
use crate::response::HttpError;

/// An argument of a handler: describes itself into the operation, and takes its value from a call.
///
/// Both in one trait and neither with a default, so that nothing can be read that the document does not show.
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
    /// What the handler receives.
    type Value: Send;

    /// Writes into the operation what is read.
    fn describe(&self, operation: &mut Operation);

    /// Takes the value. Problems are noted in the call, so that the other arguments' problems are found too.
    fn extract(
        &self,
        context: &mut RequestContext,
    ) -> impl Future<Output = Result<Self::Value, Rejection>> + Send;
}

/// Why an argument has no value.
///
/// ```
/// use avocet::extract::Rejection;
///
/// assert!(matches!(Rejection::from(avocet::read::Invalid), Rejection::Invalid));
/// ```
#[derive(Debug)]
pub enum Rejection {
    /// Its problems were noted in the call; the other arguments are still looked at.
    Invalid,
    /// The request ends here with this error.
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

/// All arguments of a handler: a tuple of up to sixteen.
///
/// They are taken in order, so what may end the request stands first and the body last; the attribute macros see to that.
///
/// ```
/// use avocet::extract::{Extractors, Query};
///
/// fn takes<A: Extractors>(_: A) {}
/// takes((Query::<u32>::new("page"), Query::<String>::new("q")));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` are not arguments of a handler",
    note = "arguments are a tuple of up to sixteen sources, such as `(Query::<u32>::new(\"page\"),)`"
)]
pub trait Extractors: Send + Sync + 'static {
    /// What the handler receives, as a tuple.
    type Values: Send;

    /// Writes all of them into the operation.
    fn describe(&self, operation: &mut Operation);

    /// Takes all of them, with every problem noted.
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

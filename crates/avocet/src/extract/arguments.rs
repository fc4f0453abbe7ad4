//! One argument of a handler, and all of them together.

use std::future::Future;

use super::Call;
use crate::operation::Operation;
use crate::respond::HttpError;

/// An argument of a handler: describes itself into the operation, and takes its value from a call.
///
/// Both in one trait and neither with a default, so that nothing can be read that the document does not show.
///
/// ```
/// use avocet::extract::{Argument, Call, Refusal};
/// use avocet::operation::Operation;
///
/// /// The request's method, which needs no word in the document.
/// struct Method;
///
/// impl Argument for Method {
///     type Value = http::Method;
///     fn describe(&self, _: &mut Operation) {}
///     async fn take(&self, call: &mut Call) -> Result<http::Method, Refusal> {
///         Ok(call.method().clone())
///     }
/// }
///
/// let route = Operation::get("/").handle((Method,), |(method,)| async move { method.to_string() });
/// ```
pub trait Argument: Send + Sync + 'static {
    /// What the handler receives.
    type Value: Send;

    /// Writes into the operation what is read.
    fn describe(&self, operation: &mut Operation);

    /// Takes the value. Problems are noted in the call, so that the other arguments' problems are found too.
    fn take(&self, call: &mut Call) -> impl Future<Output = Result<Self::Value, Refusal>> + Send;
}

/// Why an argument has no value.
///
/// ```
/// use avocet::extract::Refusal;
///
/// assert!(matches!(Refusal::from(avocet::read::Invalid), Refusal::Invalid));
/// ```
#[derive(Debug)]
pub enum Refusal {
    /// Its problems were noted in the call; the other arguments are still looked at.
    Invalid,
    /// The request ends here with this error.
    Error(HttpError),
}

impl From<crate::read::Invalid> for Refusal {
    fn from(_: crate::read::Invalid) -> Self {
        Self::Invalid
    }
}

impl From<HttpError> for Refusal {
    fn from(error: HttpError) -> Self {
        Self::Error(error)
    }
}

/// All arguments of a handler: a tuple of up to sixteen.
///
/// They are taken in order, so what may end the request stands first and the body last; the attribute macros see to that.
///
/// ```
/// use avocet::extract::{Arguments, Query};
///
/// fn takes<A: Arguments>(_: A) {}
/// takes((Query::<u32>::new("page"), Query::<String>::new("q")));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` are not arguments of a handler",
    note = "arguments are a tuple of up to sixteen sources, such as `(Query::<u32>::new(\"page\"),)`"
)]
pub trait Arguments: Send + Sync + 'static {
    /// What the handler receives, as a tuple.
    type Values: Send;

    /// Writes all of them into the operation.
    fn describe(&self, operation: &mut Operation);

    /// Takes all of them, with every problem noted.
    fn take(&self, call: &mut Call) -> impl Future<Output = Result<Self::Values, Refusal>> + Send;
}

macro_rules! arguments {
    ($($argument:ident)*) => {
        #[diagnostic::do_not_recommend]
        #[expect(non_snake_case, reason = "a value is named as its type, there is one of each")]
        impl<$($argument: Argument),*> Arguments for ($($argument,)*) {
            type Values = ($($argument::Value,)*);

            fn describe(&self, operation: &mut Operation) {
                let ($($argument,)*) = self;
                $($argument.describe(operation);)*
            }

            async fn take(&self, call: &mut Call) -> Result<Self::Values, Refusal> {
                let ($($argument,)*) = self;
                $(
                    let $argument = match $argument.take(call).await {
                        Ok(value) => Some(value),
                        Err(Refusal::Invalid) => None,
                        Err(error) => return Err(error),
                    };
                )*
                match ($($argument,)*) {
                    ($(Some($argument),)*) => Ok(($($argument,)*)),
                    _ => Err(Refusal::Invalid),
                }
            }
        }
    };
}

impl Arguments for () {
    type Values = ();

    fn describe(&self, _: &mut Operation) {}

    async fn take(&self, _: &mut Call) -> Result<(), Refusal> {
        Ok(())
    }
}

arguments!(A);
arguments!(A B);
arguments!(A B C);
arguments!(A B C D);
arguments!(A B C D E);
arguments!(A B C D E F);
arguments!(A B C D E F G);
arguments!(A B C D E F G H);
arguments!(A B C D E F G H I);
arguments!(A B C D E F G H I J);
arguments!(A B C D E F G H I J K);
arguments!(A B C D E F G H I J K L);
arguments!(A B C D E F G H I J K L M);
arguments!(A B C D E F G H I J K L M N);
arguments!(A B C D E F G H I J K L M N O);
arguments!(A B C D E F G H I J K L M N O P);

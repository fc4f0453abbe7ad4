//! `Dependency`, and the extractor of its value.

use std::any::{Any, TypeId, type_name};
use std::fmt;
use std::future::Future;

use super::Replacements;
use crate::error::HttpError;
use crate::extract::{Extractor, Extractors, Rejection, RequestContext};
use crate::operation::{Operation, Use};

/// A value that is made for a request. `#[dependency]` implements it for the type that has a function's name.
///
/// ```
/// use avocet::depend::Dependency;
/// use avocet::extract::{Extractors, Header};
/// use avocet::response::HttpError;
///
/// /// What `#[dependency]` makes of `async fn language(#[header] accept_language: String) -> String`.
/// struct Language;
///
/// impl Dependency for Language {
///     type Value = String;
///     type Arguments = (String,);
///
///     fn extractors() -> impl Extractors<Values = (String,)> {
///         (Header::<String>::new("accept-language"),)
///     }
///
///     async fn resolve((language,): (String,)) -> Result<String, HttpError> {
///         Ok(language)
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a dependency",
    label = "not a dependency",
    note = "write `#[dependency]` above the function that is named here"
)]
pub trait Dependency: Send + Sync + 'static {
    /// The value that the function returns.
    type Value: Send + 'static;

    /// The values of its arguments, in the order of extraction.
    type Arguments: Send;

    /// Returns the extractors of its arguments.
    fn extractors() -> impl Extractors<Values = Self::Arguments>;

    /// Describes the errors that it returns.
    fn describe(operation: &mut Operation) {
        let _ = operation;
    }

    /// Makes the value.
    ///
    /// # Errors
    /// An error is the response to the request.
    fn resolve(
        arguments: Self::Arguments,
    ) -> impl Future<Output = Result<Self::Value, HttpError>> + Send;
}

/// Extracts the value of a dependency.
///
/// - **Describes** the parameters, errors and security of the dependency, once in an operation.
/// - **Rejects** with the errors of its arguments and its own.
///
/// ```
/// use avocet::depend::Depends;
/// use avocet::operation::Operation;
/// use avocet::prelude::*;
///
/// #[dependency]
/// async fn page(#[query(default = 1)] page: u32) -> u32 { page }
///
/// let route = Operation::get("/items").handle((Depends::<page>::shared(),), |(page,)| async move { page });
/// assert_eq!(route.operation().parameters[0].name, "page");
/// ```
pub struct Depends<D: Dependency, E = ()> {
    extractors: E,
    scopes: &'static [&'static str],
    /// How the value is shared, unless it is made anew.
    share: Option<Share<D::Value>>,
}

/// How a value is kept for the others that depend on it.
struct Share<V> {
    find: fn(&dyn Any) -> Option<V>,
    keep: fn(&V) -> Box<dyn Any + Send + Sync>,
}

impl<D: Dependency> Depends<D> {
    /// Creates the extractor of a value that is made once in a request, and cloned for each that depends on it.
    ///
    /// ```
    /// # use avocet::prelude::*;
    /// # #[dependency]
    /// # async fn page() -> u32 { 1 }
    /// let page = avocet::depend::Depends::<page>::shared();
    /// ```
    pub fn shared() -> Depends<D, impl Extractors<Values = D::Arguments>>
    where
        D::Value: Clone + Sync,
    {
        let find = |kept: &dyn Any| kept.downcast_ref().cloned();
        Self::shared_by(find, |value: &D::Value| Box::new(value.clone()))
    }

    /// Creates the same with functions that keep the value and find it again.
    pub(crate) fn shared_by(
        find: fn(&dyn Any) -> Option<D::Value>,
        keep: fn(&D::Value) -> Box<dyn Any + Send + Sync>,
    ) -> Depends<D, impl Extractors<Values = D::Arguments>> {
        Depends {
            extractors: D::extractors(),
            scopes: &[],
            share: Some(Share { find, keep }),
        }
    }

    /// Creates the extractor of a value that is made for this argument alone.
    ///
    /// ```
    /// # use avocet::prelude::*;
    /// # #[dependency]
    /// # async fn page() -> u32 { 1 }
    /// let page = avocet::depend::Depends::<page>::fresh();
    /// ```
    pub fn fresh() -> Depends<D, impl Extractors<Values = D::Arguments>> {
        Depends {
            extractors: D::extractors(),
            scopes: &[],
            share: None,
        }
    }
}

impl<D: Dependency, E> Depends<D, E> {
    /// Requires scopes of the security that the dependency, or one that it depends on, checks.
    ///
    /// ```
    /// # use avocet::prelude::*;
    /// # #[dependency]
    /// # async fn member() -> u32 { 1 }
    /// let member = avocet::depend::Depends::<member>::shared().scopes(&["rooms:read"]);
    /// ```
    pub fn scopes(mut self, scopes: &'static [&'static str]) -> Self {
        self.scopes = scopes;
        self
    }
}

impl<D: Dependency, E: Extractors<Values = D::Arguments>> Depends<D, E> {
    async fn resolve(&self, context: &mut RequestContext) -> Result<D::Value, Rejection> {
        let outer = enter_scopes(context, self.scopes);
        let arguments = self.extractors.extract(context).await;
        leave_scopes(context, outer);
        Ok(D::resolve(arguments?).await?)
    }
}

impl<D: Dependency, E: Extractors<Values = D::Arguments>> Extractor for Depends<D, E> {
    type Value = D::Value;

    fn describe(&self, operation: &mut Operation) {
        let (dependency, name) = (TypeId::of::<D>(), type_name::<D>());
        let describe_arguments = |operation: &mut Operation| {
            let outer = operation.enter_scopes(self.scopes);
            self.extractors.describe(operation);
            operation.leave_scopes(outer);
        };
        match operation.depend_on(dependency, name, self.scopes, self.share.is_none()) {
            Use::First => {
                describe_arguments(operation);
                D::describe(operation);
            }
            Use::Again => operation.depend_again(describe_arguments),
            Use::Shared => {}
        }
    }

    async fn extract(&self, context: &mut RequestContext) -> Result<D::Value, Rejection> {
        let dependency = TypeId::of::<D>();
        if let Some(value) = Replacements::value_of::<D>(context) {
            return Ok(value);
        }
        let share = match &self.share {
            Some(share) if context.is_shared(dependency) => share,
            _ => return self.resolve(context).await,
        };
        let scopes = enter_scopes(context, self.scopes);
        let key = (dependency, context.local::<Scopes>().0.clone());
        leave_scopes(context, scopes);
        let kept = context.local::<Values>().0.iter().find(|it| it.0 == key);
        if let Some((_, kept)) = kept {
            let value = kept.as_ref().and_then(|kept| (share.find)(&**kept));
            return value.ok_or(Rejection::Invalid);
        }
        let value = self.resolve(context).await;
        let kept = match &value {
            Ok(value) => Some((share.keep)(value)),
            // Its validation errors are noted.
            Err(Rejection::Invalid) => None,
            Err(Rejection::Error(_)) => return value,
        };
        context.local::<Values>().0.push((key, kept));
        value
    }
}

impl<D: Dependency, E> fmt::Debug for Depends<D, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Depends")
            .field("dependency", &type_name::<D>())
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}

/// The values that dependencies have made for a request; `None` for one whose arguments are not valid.
#[derive(Default)]
struct Values(Vec<(Key, Option<Box<dyn Any + Send + Sync>>)>);

/// A dependency and the scopes that are required of it.
type Key = (TypeId, Vec<&'static str>);

/// The scopes that are required where a request is being read.
#[derive(Default)]
pub(crate) struct Scopes(pub(crate) Vec<&'static str>);

/// Adds scopes, and returns how many there were; `None` if none is added.
#[inline]
fn enter_scopes(context: &mut RequestContext, scopes: &[&'static str]) -> Option<usize> {
    if scopes.is_empty() {
        return None;
    }
    let known = &mut context.local::<Scopes>().0;
    let before = known.len();
    for scope in scopes {
        if !known.contains(scope) {
            known.push(scope);
        }
    }
    Some(before)
}

#[inline]
fn leave_scopes(context: &mut RequestContext, before: Option<usize>) {
    if let Some(before) = before {
        context.local::<Scopes>().0.truncate(before);
    }
}

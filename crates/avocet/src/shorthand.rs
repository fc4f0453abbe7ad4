//! The two macros that need no procedural macro.

/// The routes of functions with a route attribute, for [`App::routes`](crate::App::routes).
///
/// A function is named by its path as in a call; one inside a module of its own name is `routes![chat::chat]`.
///
/// ```
/// use avocet::prelude::*;
///
/// #[get("/one")]
/// async fn one() -> u32 { 1 }
///
/// mod numbers {
///     use avocet::prelude::*;
///
///     #[get("/two")]
///     pub async fn two() -> u32 { 2 }
/// }
///
/// assert_eq!(routes![one, numbers::two].len(), 2);
/// ```
#[macro_export]
macro_rules! routes {
    ($($route:ty),* $(,)?) => {
        <[$crate::operation::Route]>::into_vec(::std::boxed::Box::new([
            $(<$route as $crate::__private::Declared>::route()),*
        ]))
    };
}

/// A stream whose items are yielded; `?` inside ends it with the error.
///
/// `for await item in other { .. }` walks through another stream.
///
/// ```
/// use avocet::prelude::*;
///
/// #[model]
/// struct Token {
///     text: String,
/// }
///
/// fn words(text: &'static str) -> Sse<Token> {
///     Sse::new(stream! {
///         for word in text.split(' ') {
///             yield Token { text: word.to_owned() };
///         }
///     })
/// }
/// ```
#[macro_export]
macro_rules! stream {
    ($($body:tt)*) => {
        $crate::__private::async_stream::try_stream! { $($body)* }
    };
}

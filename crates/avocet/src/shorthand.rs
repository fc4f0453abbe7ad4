//! The two declarative macros, `routes!` and `stream!`.

/// Lists the routes of functions with a route attribute, for [`App::routes`](crate::App::routes).
///
/// A function is named by its path, as in a function call; one inside a module of the same name is `routes![chat::chat]`.
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
        <[$crate::route::Route]>::into_vec(::std::boxed::Box::new([
            $(<$route as $crate::bounds::Declared>::route()),*
        ]))
    };
}

/// Makes a stream from a block that yields items; `?` inside ends the stream with the error.
///
/// `for await item in other { .. }` iterates over another stream.
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

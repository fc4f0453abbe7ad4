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

/// Makes a stream from an async block: `yield` sends an item, `?` ends the stream with an error, `return` ends it without one.
///
/// `for await item in other { .. }` iterates over another stream. Items are `Send` and borrow nothing. `yield` works in the block and
/// in other macros there, such as `tokio::select!`, but not in a closure or an async block inside it.
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
        $crate::__private::stream_at! { ($crate) $($body)* }
    };
}

//! `Reply`: an answer with headers and cookies of its own, declared by type.

use super::{Answering, ReplyHeaders, Respond, Response};
use crate::operation::Operation;

/// An answer with the headers of `H`, an `#[headers]` struct.
///
/// ```
/// use avocet::prelude::*;
///
/// #[headers]
/// struct Cost {
///     /// What the request cost, in tokens.
///     x_cost: u32,
/// }
///
/// #[get("/answer")]
/// async fn answer() -> Reply<String, Cost> {
///     Reply::new("42".to_owned(), Cost { x_cost: 7 })
/// }
/// # let route = avocet::operation::IntoRoute::into_route(answer {});
/// # assert_eq!(route.operation().answers[0].headers[0].name, "x-cost");
/// ```
#[derive(Clone, Debug)]
pub struct Reply<T, H> {
    answer: T,
    headers: H,
}

impl<T, H> Reply<T, H> {
    /// An answer and its headers.
    ///
    /// ```
    /// # use avocet::prelude::*;
    /// #[headers]
    /// struct Cost { x_cost: u32 }
    ///
    /// let reply = Reply::new(1, Cost { x_cost: 7 });
    /// ```
    pub const fn new(answer: T, headers: H) -> Self {
        Self { answer, headers }
    }
}

impl<T: Respond, H: ReplyHeaders> Respond for Reply<T, H> {
    fn describe(operation: &mut Operation) {
        let before = operation.answers.len();
        T::describe(operation);
        let headers = H::describe(&mut operation.schemas);
        for answer in &mut operation.answers[before..] {
            answer.headers.extend(headers.iter().cloned());
        }
    }

    async fn respond(self, answering: &Answering) -> Response {
        let mut answer = self.answer.respond(answering).await;
        self.headers.write(answer.headers_mut());
        answer
    }
}

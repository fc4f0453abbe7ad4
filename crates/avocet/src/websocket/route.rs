//! A WebSocket operation with its handler.

use std::sync::Arc;

use super::{Ending, Opening};
use crate::extract::{Extractors, Rejection};
use crate::operation::Operation;
use crate::response::HttpError;
use crate::route::{Route, reject};

impl Operation {
    /// Completes a WebSocket operation with its extractors, one of them a [`Socket`](super::Socket), and its
    /// handler.
    ///
    /// The socket comes first: a request that is not a valid upgrade request, or that comes from a page whose origin is not allowed,
    /// is rejected before the other extractors run.
    ///
    /// ```
    /// use avocet::extract::Query;
    /// use avocet::operation::Operation;
    /// use avocet::websocket::Socket;
    ///
    /// let route = Operation::websocket("/count").id("count").handle_websocket(
    ///     (Socket::<String, u32>::new(), Query::<u32>::new("to")),
    ///     |(mut socket, to)| async move {
    ///         for number in 1..=to {
    ///             socket.send(number).await?;
    ///         }
    ///         Ok::<_, avocet::websocket::Closed>(())
    ///     },
    /// );
    /// assert_eq!(route.operation().parameters[0].name, "to");
    /// ```
    pub fn handle_websocket<A, F, Fut, R>(mut self, arguments: A, handler: F) -> Route
    where
        A: Extractors,
        F: Fn(A::Values) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = R> + Send + 'static,
        R: Ending,
    {
        arguments.describe(&mut self);
        R::describe(&mut self);
        let contract = self.websocket.get_or_insert_default();
        if contract.receives.is_none() {
            let mistake = "no argument takes the WebSocket; add a `Socket` to the arguments";
            self.mistakes.push(mistake.to_owned());
        }
        let served = Arc::new((arguments, handler));
        Route::erased(self, move |mut context| {
            let served = Arc::clone(&served);
            async move {
                let (arguments, handler) = &*served;
                match arguments.extract(&mut context).await {
                    Ok(_) if context.has_errors() => reject(context, Rejection::Invalid).await,
                    Ok(values) => {
                        let handling = handler(values);
                        let handling = Box::pin(async move { handling.await.into_close() });
                        match context.take_attachment::<Opening>() {
                            Some(opening) => opening.response(handling).await,
                            None => HttpError::internal("no argument took the WebSocket")
                                .into_response(context.response_context().error_format()),
                        }
                    }
                    Err(rejection) => reject(context, rejection).await,
                }
            }
        })
    }
}

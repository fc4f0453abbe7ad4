//! `Either`: one of two responses, chosen by the handler.

use super::{Responder, Response, ResponseContext};
use crate::operation::Operation;

/// One of two responses, chosen by the handler. The document shows both: with one status, if they have the same.
///
/// ```
/// use avocet::prelude::*;
/// use avocet::response::Either;
/// use avocet::testing::TestClient;
///
/// #[model]
/// struct Prompt {
///     text: String,
///     /// Whether the response is a stream.
///     #[field(default)]
///     stream: bool,
/// }
///
/// #[model(output)]
/// struct Reply { text: String }
///
/// #[post("/reply")]
/// async fn reply(#[body] prompt: Prompt) -> Either<Reply, Sse<Reply>> {
///     let reply = Reply { text: prompt.text };
///     if prompt.stream {
///         Either::Right(Sse::new(stream! { yield reply; }))
///     } else {
///         Either::Left(reply)
///     }
/// }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let service = App::new("Chat", "1.0.0").routes(routes![reply]).build()?;
/// let content = service.openapi()["paths"]["/reply"]["post"]["responses"]["200"]["content"].clone();
/// assert!(content.get("application/json").is_some() && content.get("text/event-stream").is_some());
///
/// let client = TestClient::new(service);
/// let json = client.post("/reply").json(&serde_json::json!({"text": "Hi"})).send().await;
/// assert_eq!(json.text().await, r#"{"text":"Hi"}"#);
/// let events = client.post("/reply").json(&serde_json::json!({"text": "Hi", "stream": true})).send().await;
/// assert_eq!(events.text().await, "data: {\"text\":\"Hi\"}\n\n");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Either<A, B> {
    /// The first response.
    Left(A),
    /// The second response.
    Right(B),
}

#[diagnostic::do_not_recommend]
impl<A: Responder, B: Responder> Responder for Either<A, B> {
    fn describe(operation: &mut Operation) {
        A::describe(operation);
        B::describe(operation);
    }

    async fn respond(self, response_context: &ResponseContext) -> Response {
        match self {
            Self::Left(response) => response.respond(response_context).await,
            Self::Right(response) => response.respond(response_context).await,
        }
    }
}

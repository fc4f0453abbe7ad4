//! Anthropic's API: messages.
//!
//! | route | for |
//! |---|---|
//! | `POST /v1/messages` | models that generate text |
//! | `POST /v1/messages/count_tokens` | models that generate text and count tokens |
//!
//! Requests, responses and events follow the [API reference](https://platform.claude.com/docs/en/api/messages). Unknown fields are ignored,
//! such as `cache_control`, `metadata` and `thinking`. Blocks of thinking in the conversation are dropped.
//!
//! - **Errors** have the format of the API: `{"type": "error", "error": {"type": …, "message": …}, "request_id": …}`, and 400 for a request that
//!   is not valid. `error.details` has the code, in `error_code`, and the limit of a rejection. A request that the queue of a model rejects has the
//!   headers `retry-after`, `retry-after-ms` and `x-should-retry`.
//! - **The request id** is the header `request-id` of each response of these routes, except that to a panic. It is the id in `x-request-id` and
//!   in the log.
//! - **Tools:** a model may call a tool with arguments that are not a JSON object, for example when it reaches `max_tokens`. The whole response
//!   then has the input `{"INVALID_JSON": "the text"}`; a stream has the text as the model writes it. Arguments without any text are `{}`.
//! - **Refusals:** the explanation of the model is `stop_details.explanation`, and the `stop_reason` is `refusal`.
//! - **Keys:** clients send their key as `x-api-key` or as a bearer token, which newer versions do. Require it with a dependency on the
//!   [router](Anthropic::router).

mod errors;
mod events;
mod request;
mod response;

use std::fmt;

use avocet::Router;
use avocet::context::Context;
use avocet::extract::Body;
use avocet::layer::{Next, Request};
use avocet::operation::Operation;
use avocet::plugin::{Plan, Plugin};
use avocet::prelude::*;
use avocet::response::{Either, Response, Sse};
use avocet::route::Route;
use futures_util::StreamExt as _;
use http::{HeaderName, HeaderValue};

pub use self::errors::ERRORS;
use self::events::{Events, MessageEvent};
use self::request::{Conversation, MessagesRequest};
use self::response::MessageResponse;
use crate::catalog::Catalog;
use crate::generate::{GenerateError, Generated, start};
use crate::identity::new_id;

/// The plugin that serves models with Anthropic's API, below `/v1`.
///
/// ```
/// use avocet::App;
/// use avocet::prelude::*;
/// use avocet::testing::TestClient;
/// use avocet_ai::generate::{Delta, Deltas, Done, FinishReason, GenerateError, GenerateRequest, LanguageModel, Usage, deltas};
/// use avocet_ai::{Anthropic, Catalog};
/// use serde_json::{Value, json};
///
/// struct Greeter;
///
/// impl LanguageModel for Greeter {
///     async fn generate(&self, _: GenerateRequest) -> Result<Deltas, GenerateError> {
///         Ok(deltas(stream! {
///             yield Delta::text("Hello!");
///             yield Delta::Done(Done { reason: FinishReason::Stop, usage: Usage::default() });
///         }))
///     }
/// }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let models = Catalog::new().language("greeter", Greeter);
/// let client = TestClient::new(App::new("Models", "1.0.0").plugin(Anthropic::new(models)).build()?);
/// let question = json!({"model": "greeter", "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}]});
/// let response = client.post("/v1/messages").json(&question).send().await;
/// assert_eq!(response.json::<Value>().await["content"][0]["text"], "Hello!");
/// # Ok(())
/// # }
/// ```
pub struct Anthropic {
    models: Catalog,
    router: Router,
}

impl Anthropic {
    /// Serves the models of a catalog that generate text.
    ///
    /// ```
    /// let anthropic = avocet_ai::Anthropic::new(avocet_ai::Catalog::new());
    /// ```
    pub fn new(models: Catalog) -> Self {
        Self {
            models,
            router: Router::new("/v1"),
        }
    }

    /// Serves the routes in a router, which has a different prefix, or requirements and layers around them. The default is
    /// `Router::new("/v1")`.
    ///
    /// ```
    /// use avocet::Router;
    /// use avocet::depend::Requirement;
    /// use avocet::prelude::*;
    /// use avocet::security::{ApiKey, Scheme, unauthorized};
    /// use avocet::types::Secret;
    ///
    /// #[dependency]
    /// async fn caller(
    ///     #[extract(ApiKey::header("x-api-key").optional())] key: Option<Secret<String>>,
    ///     #[bearer] token: Option<Secret<String>>,
    /// ) -> Result<(), HttpError> {
    ///     let is_known = key.or(token).is_some_and(|key| key.matches("sk-1"));
    ///     if is_known { Ok(()) } else { Err(unauthorized("Bearer", "Unknown key")) }
    /// }
    ///
    /// let router = Router::new("/anthropic/v1").requires(Requirement::of::<caller>());
    /// let anthropic = avocet_ai::Anthropic::new(avocet_ai::Catalog::new()).router(router);
    /// ```
    pub fn router(mut self, router: Router) -> Self {
        self.router = router;
        self
    }
}

impl Plugin for Anthropic {
    fn name(&self) -> &'static str {
        "Anthropic"
    }

    fn build(self: Box<Self>, plan: &mut Plan<'_>) {
        let Self { models, router } = *self;
        let router = router
            .error_format(ERRORS)
            .tag("Anthropic")
            .routes([messages(models.clone()), count_tokens(models)]);
        // The outermost layer, so that responses of other layers have the header too.
        plan.describe_tag("Anthropic", "Models with Anthropic's API.");
        plan.router(router.middleware(add_request_id));
    }
}

/// Adds the header that Anthropic's clients read.
async fn add_request_id(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let id = Context::with_current(|context| context.request_id().to_string());
    if let Some(Ok(id)) = id.map(HeaderValue::try_from) {
        let name = HeaderName::from_static("request-id");
        response.headers_mut().insert(name, id);
    }
    response
}

type MessagesResponse = Either<MessageResponse, Sse<MessageEvent, GenerateError>>;

fn messages(models: Catalog) -> Route {
    let operation = Operation::post("/messages")
        .id("create_message")
        .summary("Continue a conversation")
        .description("The response is one message or, with `stream`, server-sent events. Unknown fields are ignored.");
    operation.handle((Body::new(),), move |(request,)| {
        let models = models.clone();
        async move { respond(&models, request).await }
    })
}

async fn respond(
    models: &Catalog,
    request: MessagesRequest,
) -> Result<MessagesResponse, GenerateError> {
    let model = models.language_model(request.model())?;
    let (id, name) = (new_id("msg_"), request.model().to_owned());
    let is_stream = request.stream == Some(true);
    let mut started = start(model, request.generate()?, 1).await?;
    let mut deltas = started.remove(0);
    if !is_stream {
        let whole = Generated::collect(deltas).await?;
        return Ok(Either::Left(MessageResponse::new(id, name, whole)));
    }
    let mut events = Events::new(id, name);
    Ok(Either::Right(Sse::new(stream! {
        while let Some(delta) = deltas.next().await {
            for event in events.of(delta?) {
                yield event;
            }
        }
    })))
}

/// The tokens of a request.
#[model(output, name = "AnthropicTokenCount")]
struct TokenCount {
    /// How many.
    input_tokens: u32,
}

fn count_tokens(models: Catalog) -> Route {
    let operation = Operation::post("/messages/count_tokens")
        .id("count_message_tokens")
        .summary("Count the tokens of a conversation")
        .description("A message with the same conversation, tools and system prompt has this number of input tokens.");
    operation.handle((Body::<Conversation>::new(),), move |(request,)| {
        let models = models.clone();
        async move {
            let model = models.language_model(&request.model)?;
            let input_tokens = model.count_tokens(request.generate()?).await?;
            Ok::<_, GenerateError>(TokenCount { input_tokens })
        }
    })
}

impl fmt::Debug for Anthropic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Anthropic")
            .field("models", &self.models)
            .finish_non_exhaustive()
    }
}

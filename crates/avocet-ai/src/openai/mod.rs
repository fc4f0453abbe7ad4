//! OpenAI's API: chat completions, completions, responses, embeddings and models.
//!
//! | route | for |
//! |---|---|
//! | `POST /v1/chat/completions` | models that generate text |
//! | `POST /v1/completions` | models that generate text |
//! | `POST /v1/responses` | models that generate text |
//! | `GET` and `DELETE /v1/responses/{id}`, `GET …/input_items`, `POST …/cancel` | [stored](OpenAi::store) responses |
//! | `POST /v1/embeddings` | models that embed texts |
//! | `GET /v1/models`, `GET /v1/models/{model}` | all models |
//!
//! Each framing follows the [API reference](https://platform.openai.com/docs/api-reference). Errors have its format: an object `error`, and
//! 400 for a request that is not valid. A request that the queue of a model rejects has the headers that OpenAI's clients obey when they
//! retry: `retry-after`, `retry-after-ms` and `x-should-retry`.

mod chat;
mod completions;
mod embeddings;
mod errors;
mod models;
mod options;
mod probability;
mod responses;
mod until_done;
mod usage;

use std::fmt;
use std::time::Duration;

use avocet::Router;
use avocet::plugin::{Plan, Plugin};
use avocet_store::Namespace;

pub use self::errors::ERRORS;
use self::responses::{BackgroundResponses, ResponseStore};
use crate::catalog::Catalog;

/// The plugin that serves models with OpenAI's API, below `/v1`.
///
/// ```
/// use avocet::App;
/// use avocet::prelude::*;
/// use avocet::testing::TestClient;
/// use avocet_ai::generate::{Delta, Deltas, Done, FinishReason, GenerateError, GenerateRequest, LanguageModel, Usage, deltas};
/// use avocet_ai::{Catalog, OpenAi};
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
/// let client = TestClient::new(App::new("Models", "1.0.0").plugin(OpenAi::new(models)).build()?);
/// let question = json!({"model": "greeter", "messages": [{"role": "user", "content": "Hi"}]});
/// let response = client.post("/v1/chat/completions").json(&question).send().await;
/// assert_eq!(response.json::<Value>().await["choices"][0]["message"]["content"], "Hello!");
/// # Ok(())
/// # }
/// ```
pub struct OpenAi {
    models: Catalog,
    owner: String,
    router: Router,
    responses: Option<Namespace>,
    response_ttl: Duration,
    background_responses: usize,
}

impl OpenAi {
    /// Serves the models of a catalog.
    ///
    /// ```
    /// let openai = avocet_ai::OpenAi::new(avocet_ai::Catalog::new());
    /// ```
    pub fn new(models: Catalog) -> Self {
        Self {
            models,
            owner: "avocet".to_owned(),
            router: Router::new("/v1"),
            responses: None,
            response_ttl: Duration::from_secs(30 * 24 * 60 * 60),
            background_responses: 100,
        }
    }

    /// Sets who runs the models, the member `owned_by` of the list of models. Default: `avocet`.
    ///
    /// ```
    /// let openai = avocet_ai::OpenAi::new(avocet_ai::Catalog::new()).owned_by("example.org");
    /// ```
    pub fn owned_by(mut self, owner: impl Into<String>) -> Self {
        self.owner = owner.into();
        self
    }

    /// Serves the routes in a router, which has a different prefix, or requirements and layers around them. The default is
    /// `Router::new("/v1")`.
    ///
    /// ```
    /// use avocet::Router;
    /// use avocet::depend::Requirement;
    /// use avocet::prelude::*;
    /// use avocet::types::Secret;
    ///
    /// #[dependency]
    /// async fn caller(#[bearer] key: Secret<String>) -> Result<(), HttpError> {
    ///     if key.matches("sk-1") { Ok(()) } else { Err(avocet::security::forbidden("Unknown key")) }
    /// }
    ///
    /// let router = Router::new("/openai/v1").requires(Requirement::of::<caller>());
    /// let openai = avocet_ai::OpenAi::new(avocet_ai::Catalog::new()).router(router);
    /// ```
    pub fn router(mut self, router: Router) -> Self {
        self.router = router;
        self
    }

    /// Stores responses in a namespace, for `previous_response_id`, `background`, references to items and the routes of stored responses.
    ///
    /// An entry is one response with the whole conversation before it. The limits are those of the namespace: by default 1 MiB for an entry,
    /// 64 MiB and 100,000 entries in total. A request whose conversation is larger than an entry is rejected with 400; so is one whose
    /// response does not fit, unless the namespace is a [`cache`](avocet_store::NamespaceConfig::cache), which removes old responses.
    ///
    /// A response is stored if the request does not set `store` to false, and the client has not disconnected. Its key contains the
    /// [`Caller`](avocet::context::Caller) of the request: no other caller can read it. Set one in a dependency of the router; requests
    /// without a caller share their responses.
    ///
    /// ```
    /// use avocet::App;
    /// use avocet::prelude::*;
    /// use avocet::testing::TestClient;
    /// use avocet_ai::{Catalog, OpenAi};
    /// use avocet_store::{NamespaceConfig, Store};
    /// use serde_json::{Value, json};
    /// # use avocet_ai::generate::{Delta, Deltas, Done, FinishReason, GenerateError, GenerateRequest, LanguageModel, Usage, deltas};
    /// # struct Greeter;
    /// # impl LanguageModel for Greeter {
    /// #     async fn generate(&self, _: GenerateRequest) -> Result<Deltas, GenerateError> {
    /// #         Ok(deltas(stream! {
    /// #             yield Delta::text("Hello!");
    /// #             yield Delta::Done(Done { reason: FinishReason::Stop, usage: Usage::default() });
    /// #         }))
    /// #     }
    /// # }
    ///
    /// # #[avocet::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let config = NamespaceConfig::new("responses").value_bytes(4 << 20).total_bytes(1 << 30).cache();
    /// let openai = OpenAi::new(Catalog::new().language("greeter", Greeter)).store(Store::memory().namespace(config)?);
    /// let client = TestClient::new(App::new("Models", "1.0.0").plugin(openai).build()?);
    ///
    /// let first = json!({"model": "greeter", "input": "Hi"});
    /// let first: Value = client.post("/v1/responses").json(&first).send().await.json().await;
    /// let next = json!({"model": "greeter", "input": "Bye", "previous_response_id": first["id"]});
    /// let next: Value = client.post("/v1/responses").json(&next).send().await.json().await;
    /// assert_eq!(next["output"][0]["content"][0]["text"], "Hello!");
    /// # Ok(())
    /// # }
    /// ```
    pub fn store(mut self, responses: Namespace) -> Self {
        self.responses = Some(responses);
        self
    }

    /// Sets how long a response is stored. The default is 30 days.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let openai = avocet_ai::OpenAi::new(avocet_ai::Catalog::new()).response_ttl(Duration::from_secs(3600));
    /// ```
    pub fn response_ttl(mut self, ttl: Duration) -> Self {
        self.response_ttl = ttl;
        self
    }

    /// Sets the maximum number of responses with `background` that this process generates at a time. The default is 100; a request over it is
    /// rejected with 429.
    ///
    /// At shutdown the server waits for them until the [drain deadline](avocet::serve::Limits::drain_time); those that are not complete are
    /// stored as failed. A process that is killed leaves them in progress until they expire. If several processes share a store, the
    /// cancellation of a response that another process generates is stored at once, and what that process generates is discarded.
    ///
    /// ```
    /// let openai = avocet_ai::OpenAi::new(avocet_ai::Catalog::new()).background_responses(8);
    /// ```
    pub fn background_responses(mut self, limit: usize) -> Self {
        self.background_responses = limit;
        self
    }
}

impl Plugin for OpenAi {
    fn name(&self) -> &'static str {
        "OpenAI"
    }

    fn build(self: Box<Self>, plan: &mut Plan<'_>) {
        let Self {
            models,
            owner,
            router,
            responses,
            response_ttl,
            background_responses,
        } = *self;
        let store = responses
            .map(|responses| ResponseStore::new(responses, response_ttl, background_responses));
        let mut router = router.error_format(ERRORS).tag("OpenAI");
        if models.generates() {
            router = router.routes([
                chat::route(models.clone()),
                completions::route(models.clone()),
                responses::route(models.clone(), store.clone()),
            ]);
            if let Some(store) = store {
                router = router.routes(responses::routes(&store));
                plan.component(BackgroundResponses(store));
            }
        }
        if models.embeds() {
            router = router.routes([embeddings::route(models.clone())]);
        }
        plan.describe_tag("OpenAI", "Models with OpenAI's API.");
        plan.router(router.routes(models::routes(&models, &owner)));
    }
}

impl fmt::Debug for OpenAi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenAi")
            .field("models", &self.models)
            .finish_non_exhaustive()
    }
}

//! OpenAI's API: chat completions, completions, embeddings and models.
//!
//! | route | for |
//! |---|---|
//! | `POST /v1/chat/completions` | models that generate text |
//! | `POST /v1/completions` | models that generate text |
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
mod usage;

use std::fmt;

use avocet::Router;
use avocet::plugin::{Plan, Plugin};

pub use self::errors::ERRORS;
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
        } = *self;
        let mut router = router.error_format(ERRORS).tag("OpenAI");
        if models.generates() {
            router = router.routes([
                chat::route(models.clone()),
                completions::route(models.clone()),
            ]);
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

//! `LanguageModel`: a model that generates text.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use futures_core::Stream;

use super::delta::Delta;
use super::error::GenerateError;
use super::request::GenerateRequest;

/// A response while a model generates it. The last item is [`Delta::Done`] or an error. Dropping it cancels the generation.
pub type Deltas = Pin<Box<dyn Stream<Item = Result<Delta, GenerateError>> + Send>>;

/// A model that generates text. Implement it for your engine, for example for a struct with `Workers` of a
/// [`Generator`](avocet::inference::Generator).
///
/// ```
/// use avocet_ai::generate::{Delta, Deltas, Done, FinishReason, GenerateError, GenerateRequest, LanguageModel, Usage, deltas};
///
/// /// Repeats a word.
/// struct Parrot;
///
/// impl LanguageModel for Parrot {
///     async fn generate(&self, request: GenerateRequest) -> Result<Deltas, GenerateError> {
///         let tokens = request.max_tokens.unwrap_or(3);
///         Ok(deltas(avocet::stream! {
///             for _ in 0..tokens {
///                 yield Delta::text("hello ");
///             }
///             let usage = Usage { prompt_tokens: 1, cached_tokens: 0, completion_tokens: tokens };
///             yield Delta::Done(Done { reason: FinishReason::Length, usage });
///         }))
///     }
/// }
/// ```
pub trait LanguageModel: Send + Sync + 'static {
    /// Starts a response.
    ///
    /// # Errors
    /// If the request is not valid for the model, or the queue rejects it. Later errors are the last item of the stream.
    fn generate(
        &self,
        request: GenerateRequest,
    ) -> impl Future<Output = Result<Deltas, GenerateError>> + Send;

    /// Counts the tokens of the request's prompt.
    ///
    /// # Errors
    /// If the request is not valid for the model. The default returns that the model does not count.
    fn count_tokens(
        &self,
        request: GenerateRequest,
    ) -> impl Future<Output = Result<u32, GenerateError>> + Send {
        let _ = request;
        async {
            Err(GenerateError::unsupported(
                "model",
                "the model does not count tokens",
            ))
        }
    }
}

/// Boxes a stream of deltas.
///
/// ```
/// use avocet_ai::generate::{Delta, deltas};
///
/// let stream = deltas(avocet::stream! { yield Delta::text("Hello"); });
/// ```
pub fn deltas(stream: impl Stream<Item = Result<Delta, GenerateError>> + Send + 'static) -> Deltas {
    Box::pin(stream)
}

/// A model with its type erased.
pub(crate) type SharedModel = Arc<dyn AnyModel>;

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// [`LanguageModel`] with boxed futures.
pub(crate) trait AnyModel: Send + Sync {
    fn generate(&self, request: GenerateRequest) -> BoxFuture<'_, Result<Deltas, GenerateError>>;

    fn count_tokens(&self, request: GenerateRequest) -> BoxFuture<'_, Result<u32, GenerateError>>;
}

impl<M: LanguageModel> AnyModel for M {
    fn generate(&self, request: GenerateRequest) -> BoxFuture<'_, Result<Deltas, GenerateError>> {
        Box::pin(LanguageModel::generate(self, request))
    }

    fn count_tokens(&self, request: GenerateRequest) -> BoxFuture<'_, Result<u32, GenerateError>> {
        Box::pin(LanguageModel::count_tokens(self, request))
    }
}

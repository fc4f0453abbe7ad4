//! Responses that are generated after their requests.

use avocet::context::Context;
use avocet::lifecycle::Component;
use avocet::serve::ShutdownSignal;
use avocet::tasks::Cancellation;
use avocet_store::Version;
use futures_util::StreamExt as _;

use super::draft::Draft;
use super::error::ResponsesError;
use super::response::{ResponseFailure, ResponseObject, ResponseStatus};
use super::store::{ResponseStore, Slot};
use crate::generate::{Deltas, GenerateError, GenerateRequest, SharedModel, start};

/// Stores a response as queued, and starts to generate it. It ends with the response, its cancellation or the drain of the server.
pub(super) async fn run(
    store: ResponseStore,
    slot: Slot,
    signal: &ShutdownSignal,
    (model, request): (SharedModel, GenerateRequest),
    mut response: ResponseObject,
) -> Result<ResponseObject, ResponsesError> {
    let background = signal.background().clone();
    let until = background.cancellation();
    let mut run = store.runs.admit(&slot.key, until.clone())?;
    response.status = ResponseStatus::Queued;
    let version = slot.put(&response).await?;

    let context = context(until.clone());
    let writer = slot.clone();
    let written = response.clone();
    let writing = context.scope(async move {
        let written = write(&writer, version, (model, request), written).await;
        written.map_err(ResponseFailure::new)
    });
    let writing = background.spawn(until, writing);
    run.start();
    drop(background.detach(async move {
        let failure = match writing.await {
            Ok(Some(Ok(()))) => None,
            Ok(Some(Err(failure))) => Some(failure),
            Ok(None) => Some(stopped()),
            Err(_) => Some(ResponseFailure::interrupted("the model panicked")),
        };
        if let Some(failure) = failure {
            fail(&store, &slot.key, failure).await;
        }
        run.finish();
    }));
    Ok(response)
}

/// Generates a response and stores it.
async fn write(
    slot: &Slot,
    version: Version,
    (model, request): (SharedModel, GenerateRequest),
    mut response: ResponseObject,
) -> Result<(), ResponsesError> {
    let logprobs = request.top_logprobs.is_some();
    let mut deltas = begin(&model, request).await?;
    response.status = ResponseStatus::InProgress;
    let Some(version) = slot.replace(version, &response).await? else {
        return Ok(());
    };
    let mut draft = Draft::new(response, logprobs);
    while let Some(delta) = deltas.next().await {
        draft.add_or_fail(delta);
    }
    slot.replace(version, draft.response()).await?;
    Ok(())
}

/// Starts one response.
pub(super) async fn begin(
    model: &SharedModel,
    request: GenerateRequest,
) -> Result<Deltas, GenerateError> {
    let started = start(model, request, 1).await?;
    Ok(Box::pin(futures_util::stream::iter(started).flatten()))
}

/// Returns the context of a run: its own cancellation, and what is known of the request but for its deadline.
fn context(until: Cancellation) -> Context {
    let mut request = Context::current();
    let mut context = Context::new()
        .with_cancellation(until)
        .with_request_id(request.request_id().clone());
    if let Some(trace) = request.trace() {
        context = context.with_trace(trace.clone());
    }
    if let Some(caller) = request.caller() {
        context = context.with_caller(caller.clone());
    }
    context
}

fn stopped() -> ResponseFailure {
    ResponseFailure::interrupted("the service stopped before the response was complete")
}

/// Stores that a response has failed. An error of the store is logged.
async fn fail(store: &ResponseStore, key: &str, failure: ResponseFailure) {
    let failed = store.end(key, ResponseStatus::Failed, Some(failure)).await;
    if let Err(error) = failed {
        let _ = ResponseFailure::new(error);
    }
}

/// Ends the responses that are still generated when the application stops.
pub(in super::super) struct BackgroundResponses(pub(in super::super) ResponseStore);

impl Component for BackgroundResponses {
    fn name(&self) -> &'static str {
        "background responses"
    }

    async fn stop(&self) {
        let running = self.0.runs.take();
        for (key, cancellation) in running {
            fail(&self.0, &key, stopped()).await;
            cancellation.cancel();
        }
    }
}

//! Starts the responses to a request.

use avocet::inference::{InferenceError, ModelError};
use futures_util::{StreamExt as _, stream};

use super::delta::Delta;
use super::error::GenerateError;
use super::model::{Deltas, SharedModel, deltas};
use super::request::GenerateRequest;
use super::stop::until_stop;

/// Starts this number of responses, each with a different seed. If one is rejected, the others are cancelled.
pub(crate) async fn start(
    model: &SharedModel,
    request: GenerateRequest,
    responses: u32,
) -> Result<Vec<Deltas>, GenerateError> {
    let mut started = Vec::new();
    for index in 0..responses {
        let mut request = request.clone();
        let seed = &mut request.sampling.seed;
        *seed = seed.map(|seed| seed.wrapping_add(index.into()));
        let stops = request.stop.clone();
        let response = model.generate(request).await?;
        started.push(until_stop(with_end(response), stops));
    }
    Ok(started)
}

/// Merges responses to one stream, each delta with the index of its response.
pub(crate) fn merged(
    responses: Vec<Deltas>,
) -> impl futures_core::Stream<Item = (u32, Result<Delta, GenerateError>)> + Send + 'static {
    let indexed = (0..)
        .zip(responses)
        .map(|(index, response)| response.map(move |delta| (index, delta)));
    stream::select_all(indexed)
}

/// Reports a response that ends without [`Delta::Done`] as an error of the model, and ends a response there.
fn with_end(mut response: Deltas) -> Deltas {
    deltas(avocet::stream! {
        while let Some(delta) = response.next().await {
            let delta = delta?;
            let ends = matches!(delta, Delta::Done(_));
            yield delta;
            if ends {
                return;
            }
        }
        let error = ModelError::new("the response ended without `Delta::Done`");
        Err(InferenceError::Model(error))?;
    })
}

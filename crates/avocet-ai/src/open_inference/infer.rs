//! `POST /models/{model}/infer`.

use avocet::extract::Path;
use avocet::inference::{InferenceError, ModelError};
use avocet::operation::Operation;
use avocet::route::Route;
use bytes::Bytes;

use super::models::Models;
use super::request::{self, InferBody, InferRequest};
use super::response::{InferOutput, InferResponse, Inferred};
use crate::generate::GenerateError;
use crate::tensor::TensorRequest;

pub(super) fn routes(models: &Models) -> [Route; 2] {
    let latest = Operation::post("/models/{model}/infer")
        .id("infer")
        .summary("Infer outputs from inputs")
        .description(
            "Tensors are JSON or, with the binary tensor data extension, bytes after the JSON.",
        );
    let own = models.clone();
    let latest = latest.handle(
        (Path::<String>::new("model"), InferBody),
        move |(name, body)| {
            let models = own.clone();
            async move { infer(&models, name, None, body).await }
        },
    );
    let one = Operation::post("/models/{model}/versions/{version}/infer")
        .id("infer_version")
        .summary("Infer outputs from inputs with a version of a model")
        .description(
            "Tensors are JSON or, with the binary tensor data extension, bytes after the JSON.",
        );
    let own = models.clone();
    let arguments = (
        Path::<String>::new("model"),
        Path::<String>::new("version"),
        InferBody,
    );
    let one = one.handle(arguments, move |(name, version, body)| {
        let models = own.clone();
        async move { infer(&models, name, Some(version), body).await }
    });
    [latest, one]
}

async fn infer(
    models: &Models,
    name: String,
    version: Option<String>,
    (request, data): (InferRequest, Bytes),
) -> Result<Inferred, GenerateError> {
    let (model, metadata) = models.find(&name, version.as_deref())?;
    let binary_by_default = request::binary_by_default(&request.parameters)?;
    let requested = request.outputs.unwrap_or_default();
    request::check_outputs(&metadata, &requested)?;
    let mut tensors = TensorRequest::new(request::decode(&metadata, request.inputs, &data)?);
    tensors.version.clone_from(&version);
    tensors.id.clone_from(&request.id);
    tensors.parameters = request.parameters;
    tensors.outputs = requested.iter().map(|output| output.name.clone()).collect();
    let inferred = model.infer(tensors).await?.outputs;

    // The name of each output, and whether it is binary.
    let wanted: Vec<(String, bool)> = if requested.is_empty() {
        let all = inferred
            .iter()
            .map(|(name, _)| (name.clone(), binary_by_default));
        all.collect()
    } else {
        let some = requested.into_iter().map(|output| {
            let own = output
                .parameters
                .and_then(|parameters| parameters.binary_data);
            (output.name, own.unwrap_or(binary_by_default))
        });
        some.collect()
    };
    let mut binary = wanted
        .iter()
        .any(|(_, is_binary)| *is_binary)
        .then(Vec::new);
    let mut outputs = Vec::with_capacity(wanted.len());
    for (output, is_binary) in wanted {
        let found = inferred.iter().find(|(own, _)| *own == output);
        let (_, tensor) = found
            .ok_or_else(|| fault(format!("output `{output}`: the model did not return it")))?;
        let bytes = binary.as_mut().filter(|_| is_binary);
        let output = InferOutput::new(output, tensor, bytes);
        outputs.push(output.map_err(|rule| GenerateError::unsupported("outputs", rule))?);
    }
    let json = InferResponse {
        model_name: name,
        model_version: version.or_else(|| metadata.versions.last().cloned()),
        id: request.id,
        outputs,
    };
    Ok(Inferred { json, binary })
}

/// Returns the error of a model that does not keep its metadata.
fn fault(message: String) -> GenerateError {
    InferenceError::Model(ModelError::new(message)).into()
}

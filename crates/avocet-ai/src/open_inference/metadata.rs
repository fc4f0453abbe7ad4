//! Health and metadata of the server and its models.

use avocet::extract::Path;
use avocet::operation::Operation;
use avocet::prelude::*;
use avocet::response::WithStatus;
use avocet::route::Route;
use http::StatusCode;

use super::models::Models;
use crate::generate::GenerateError;
use crate::tensor::{ModelMetadata, TensorMetadata};

/// The server.
#[model(output, name = "OpenInferenceServer")]
struct ServerItem {
    /// Always `avocet`.
    name: &'static str,
    /// The version of the framework.
    version: &'static str,
    /// The supported extensions of the protocol.
    extensions: Vec<&'static str>,
}

/// Whether the server runs.
#[model(output, name = "OpenInferenceLive")]
struct Live {
    /// Always `true`.
    live: bool,
}

/// Whether all models can process requests.
#[model(output, name = "OpenInferenceReady")]
struct Ready {
    /// Whether they can.
    ready: bool,
}

/// Whether a model can process requests.
#[model(output, name = "OpenInferenceModelReady")]
struct ModelReady {
    /// The model.
    name: String,
    /// Whether it can.
    ready: bool,
}

/// A model.
#[model(output, name = "OpenInferenceModel")]
struct ModelItem {
    /// The name.
    name: String,
    /// The versions that requests can name.
    versions: Vec<String>,
    /// The framework.
    platform: String,
    /// The inputs.
    inputs: Vec<TensorItem>,
    /// The outputs.
    outputs: Vec<TensorItem>,
}

/// An input or an output.
#[model(output, name = "OpenInferenceTensor")]
struct TensorItem {
    /// The name.
    name: String,
    /// The type of the elements.
    datatype: &'static str,
    /// The dimensions; -1 for a dimension of any size.
    shape: Vec<i64>,
}

/// A model in the list of all models.
#[model(output, name = "OpenInferenceIndexItem")]
struct IndexItem {
    /// The name.
    name: String,
    /// The version, empty if the model has none.
    version: String,
    /// `READY` or `UNAVAILABLE`.
    state: &'static str,
    /// Why the model is not ready.
    reason: &'static str,
}

impl From<TensorMetadata> for TensorItem {
    fn from(tensor: TensorMetadata) -> Self {
        Self {
            name: tensor.name,
            datatype: tensor.datatype.name(),
            shape: tensor.shape,
        }
    }
}

/// A response that is a 503 if it is about something that is not ready.
type Readiness<T> = WithStatus<T, 200, 503>;

fn readiness<T>(ready: bool, response: T) -> Readiness<T> {
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    WithStatus::new(status, response)
}

pub(super) fn routes(models: &Models) -> [Route; 8] {
    let server = Operation::get("")
        .id("server_metadata")
        .summary("Describe the server")
        .description("Its name, its version and the extensions of the protocol that it has.");
    let server = server.handle((), |()| async {
        ServerItem {
            name: "avocet",
            version: env!("CARGO_PKG_VERSION"),
            extensions: vec!["binary_tensor_data", "model_repository"],
        }
    });
    let live = Operation::get("/health/live")
        .id("server_live")
        .summary("Check that the server runs")
        .description("Every response shows that it does.");
    let live = live.handle((), |()| async { Live { live: true } });
    let own = models.clone();
    let ready = Operation::get("/health/ready")
        .id("server_ready")
        .summary("Check that all models are ready")
        .description("Whether requests to each model would be accepted now.");
    let ready = ready.handle((), move |()| {
        let ready = own.iter().all(|(_, model)| model.ready());
        async move { readiness(ready, Ready { ready }) }
    });
    let own = models.clone();
    let index = Operation::post("/repository/index")
        .id("repository_index")
        .summary("List the models")
        .description("Each model and version with its state.");
    let index = index.handle((), move |()| {
        let items = list(&own);
        async { items }
    });
    let [model, model_ready] = model_routes(models, "/models/{model}");
    let [version, version_ready] = version_routes(models, "/models/{model}/versions/{version}");
    [
        server,
        live,
        ready,
        index,
        model,
        model_ready,
        version,
        version_ready,
    ]
}

fn model_routes(models: &Models, path: &str) -> [Route; 2] {
    let own = models.clone();
    let one = Operation::get(path)
        .id("model_metadata")
        .summary("Describe a model")
        .description(
            "The versions of the model, and the names, types and shapes of its inputs and outputs.",
        );
    let one = one.handle((Path::<String>::new("model"),), move |(name,)| {
        let item = describe(&own, name, None);
        async { item }
    });
    let own = models.clone();
    let ready = Operation::get(format!("{path}/ready"))
        .id("model_ready")
        .summary("Check that a model is ready")
        .description("Whether requests to the model would be accepted now.");
    let ready = ready.handle((Path::<String>::new("model"),), move |(name,)| {
        let ready = check(&own, name, None);
        async { ready }
    });
    [one, ready]
}

fn version_routes(models: &Models, path: &str) -> [Route; 2] {
    let names = || (Path::<String>::new("model"), Path::<String>::new("version"));
    let own = models.clone();
    let one = Operation::get(path)
        .id("model_version_metadata")
        .summary("Describe a version of a model")
        .description("The names, types and shapes of the inputs and outputs of the version.");
    let one = one.handle(names(), move |(name, version)| {
        let item = describe(&own, name, Some(&version));
        async { item }
    });
    let own = models.clone();
    let ready = Operation::get(format!("{path}/ready"))
        .id("model_version_ready")
        .summary("Check that a version of a model is ready")
        .description("Whether requests to the version would be accepted now.");
    let ready = ready.handle(names(), move |(name, version)| {
        let ready = check(&own, name, Some(&version));
        async { ready }
    });
    [one, ready]
}

fn describe(
    models: &Models,
    name: String,
    version: Option<&str>,
) -> Result<ModelItem, GenerateError> {
    let (_, metadata) = models.find(&name, version)?;
    let ModelMetadata {
        platform,
        versions,
        inputs,
        outputs,
    } = metadata;
    Ok(ModelItem {
        name,
        versions,
        platform,
        inputs: inputs.into_iter().map(TensorItem::from).collect(),
        outputs: outputs.into_iter().map(TensorItem::from).collect(),
    })
}

fn check(
    models: &Models,
    name: String,
    version: Option<&str>,
) -> Result<Readiness<ModelReady>, GenerateError> {
    let (model, _) = models.find(&name, version)?;
    let ready = model.ready();
    Ok(readiness(ready, ModelReady { name, ready }))
}

fn list(models: &Models) -> Vec<IndexItem> {
    let items = models.iter().flat_map(|(name, model)| {
        let (state, reason) = if model.ready() {
            ("READY", "")
        } else {
            ("UNAVAILABLE", "not ready")
        };
        let mut versions = model.metadata().versions;
        if versions.is_empty() {
            versions.push(String::new());
        }
        versions.into_iter().map(move |version| IndexItem {
            name: name.clone(),
            version,
            state,
            reason,
        })
    });
    items.collect()
}

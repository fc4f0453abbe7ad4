//! The Open Inference Protocol v2 of `KServe` and Triton: health, metadata and inference of models of tensors.
//!
//! | route | for |
//! |---|---|
//! | `GET /v2` | the server |
//! | `GET /v2/health/live`, `GET /v2/health/ready` | probes |
//! | `GET /v2/models/{model}[/versions/{version}]` | the inputs and outputs of a model |
//! | `GET /v2/models/{model}[/versions/{version}]/ready` | whether a model can process requests |
//! | `POST /v2/models/{model}[/versions/{version}]/infer` | inference |
//! | `POST /v2/repository/index` | all models |
//!
//! Tensors are JSON, or binary data after the JSON: Triton's binary tensor data extension. Requests are checked against the metadata of the
//! model before it receives them. A model that embeds texts has the input `text` and the output `embedding`. Classification and shared memory
//! are not supported.

mod binary;
mod errors;
mod infer;
mod json;
mod metadata;
mod models;
mod request;
mod response;

use avocet::Router;
use avocet::plugin::{Plan, Plugin};

pub use self::errors::ERRORS;
use self::models::Models;
use crate::catalog::Catalog;

/// The plugin that serves models with the Open Inference Protocol, below `/v2`.
///
/// ```
/// use avocet::App;
/// use avocet::testing::TestClient;
/// use avocet_ai::generate::GenerateError;
/// use avocet_ai::tensor::{Datatype, ModelMetadata, TensorMetadata, TensorModel, TensorRequest, TensorResponse};
/// use avocet_ai::{Catalog, OpenInference};
/// use serde_json::{Value, json};
///
/// /// Returns its input.
/// struct Identity;
///
/// impl TensorModel for Identity {
///     fn metadata(&self) -> ModelMetadata {
///         let x = vec![TensorMetadata::new("x", Datatype::Fp32, [-1])];
///         ModelMetadata { platform: "rust".to_owned(), versions: Vec::new(), inputs: x.clone(), outputs: x }
///     }
///
///     async fn infer(&self, request: TensorRequest) -> Result<TensorResponse, GenerateError> {
///         Ok(TensorResponse { outputs: request.inputs })
///     }
/// }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let models = Catalog::new().tensor("identity", Identity);
/// let client = TestClient::new(App::new("Models", "1.0.0").plugin(OpenInference::new(models)).build()?);
/// let x = json!({"inputs": [{"name": "x", "shape": [2], "datatype": "FP32", "data": [0.5, 1.5]}]});
/// let response = client.post("/v2/models/identity/infer").json(&x).send().await;
/// assert_eq!(response.json::<Value>().await["outputs"][0]["data"], json!([0.5, 1.5]));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct OpenInference {
    models: Catalog,
    router: Router,
}

impl OpenInference {
    /// Serves the models of a catalog.
    ///
    /// ```
    /// let plugin = avocet_ai::OpenInference::new(avocet_ai::Catalog::new());
    /// ```
    pub fn new(models: Catalog) -> Self {
        Self {
            models,
            router: Router::new("/v2"),
        }
    }

    /// Serves the routes in a router, which has a different prefix, or requirements and layers around them. The default is
    /// `Router::new("/v2")`.
    ///
    /// ```
    /// use avocet::Router;
    ///
    /// let plugin = avocet_ai::OpenInference::new(avocet_ai::Catalog::new()).router(Router::new("/tensors/v2"));
    /// ```
    pub fn router(mut self, router: Router) -> Self {
        self.router = router;
        self
    }
}

impl Plugin for OpenInference {
    fn name(&self) -> &'static str {
        "Open Inference Protocol"
    }

    fn build(self: Box<Self>, plan: &mut Plan<'_>) {
        let models = Models::new(self.models.tensor_models());
        let router = self
            .router
            .error_format(ERRORS)
            .tag("Open Inference Protocol");
        let router = router.routes(metadata::routes(&models));
        plan.describe_tag("Open Inference Protocol", "Models of tensors.");
        plan.router(router.routes(infer::routes(&models)));
    }
}

//! The response of an inference: JSON, followed by binary data.

use avocet::model::Model;
use avocet::operation::{Content, DocumentedResponse, Operation};
use avocet::prelude::*;
use avocet::response::{HttpError, Responder, Response, ResponseContext, full_response};
use http::{HeaderValue, StatusCode};

use super::binary;
use super::json::{self, Values};
use super::request::HEADER_LENGTH;
use crate::tensor::Tensor;

/// The outputs of a model.
#[model(output, name = "OpenInferenceResponse")]
pub(super) struct InferResponse {
    /// The model.
    pub(super) model_name: String,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) model_version: Option<String>,
    /// The id of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    /// The outputs, in the order of the request.
    pub(super) outputs: Vec<InferOutput>,
}

/// An output.
#[model(output, name = "OpenInferenceOutput")]
pub(super) struct InferOutput {
    /// The name.
    name: String,
    /// The type of the elements.
    datatype: &'static str,
    /// The dimensions.
    shape: Vec<usize>,
    /// Present if the elements are binary data.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameters: Option<BinarySize>,
    /// The elements in row-major order, unless they are binary data.
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Values>,
}

/// The size of binary data.
#[model(output, name = "OpenInferenceBinarySize")]
struct BinarySize {
    /// In bytes.
    binary_data_size: usize,
}

impl InferOutput {
    /// Encodes an output; binary data is appended.
    ///
    /// # Errors
    /// If JSON cannot express the elements.
    pub(super) fn new(
        name: String,
        tensor: &Tensor,
        binary: Option<&mut Vec<u8>>,
    ) -> Result<Self, String> {
        let (parameters, data) = match binary {
            Some(out) => {
                let start = out.len();
                binary::encode(tensor.data(), out)
                    .map_err(|reason| format!("output `{name}`: {reason}"))?;
                let binary_data_size = out.len() - start;
                (Some(BinarySize { binary_data_size }), None)
            }
            None => {
                let data = json::encode(tensor.data());
                let data = data.map_err(|reason| {
                    format!("output `{name}`: {reason}, request it with `binary_data`")
                })?;
                (None, Some(data))
            }
        };
        Ok(Self {
            name,
            datatype: tensor.data().datatype().name(),
            shape: tensor.shape().to_vec(),
            parameters,
            data,
        })
    }
}

/// A response with the binary data of its outputs, if any is requested.
pub(super) struct Inferred {
    pub(super) json: InferResponse,
    pub(super) binary: Option<Vec<u8>>,
}

impl Responder for Inferred {
    fn describe(operation: &mut Operation) {
        let json = Content::json(InferResponse::schema(&mut operation.schemas));
        let bytes = avocet::model::Schema::binary();
        let bytes = Content::new("application/octet-stream", bytes);
        let response = DocumentedResponse::new(StatusCode::OK);
        let response = response.with_content(json).with_content(bytes);
        operation.responses.push(response);
    }

    async fn respond(self, context: &ResponseContext) -> Response {
        let mut body = match serde_json::to_vec(&self.json) {
            Ok(body) => body,
            Err(error) => return HttpError::internal(error).into_response(context.error_format()),
        };
        let Some(binary) = self.binary else {
            let json = HeaderValue::from_static("application/json");
            return full_response(StatusCode::OK, json, body);
        };
        let length = HeaderValue::from(body.len());
        body.extend(binary);
        let octets = HeaderValue::from_static("application/octet-stream");
        let mut response = full_response(StatusCode::OK, octets, body);
        response.headers_mut().insert(HEADER_LENGTH, length);
        response
    }
}

//! The request of an inference: JSON, followed by binary data.

use avocet::extract::{Extractor, Header, RawBody, Rejection, RequestContext};
use avocet::input::from_json;
use avocet::model::Model;
use avocet::operation::{Content, Operation};
use avocet::prelude::*;
use avocet::response::HttpError;
use bytes::Bytes;
use http::StatusCode;
use serde_json::Value;

use super::{binary, json};
use crate::generate::GenerateError;
use crate::tensor::{ModelMetadata, Tensor, TensorMetadata, element_count};

/// The header with the length of the JSON in bytes, before the binary data.
pub(super) const HEADER_LENGTH: &str = "inference-header-content-length";

/// Tensors for a model.
#[model(input, name = "OpenInferenceRequest")]
pub(super) struct InferRequest {
    /// Is repeated in the response.
    pub(super) id: Option<String>,
    /// Options; `binary_data_output` is the default of `binary_data`.
    #[field(default)]
    pub(super) parameters: Value,
    /// All inputs of the model.
    #[field(max_items = 256)]
    pub(super) inputs: Vec<InferInput>,
    /// The outputs to return; all if there are none.
    #[field(max_items = 256)]
    pub(super) outputs: Option<Vec<RequestedOutput>>,
}

/// An input.
#[model(input, name = "OpenInferenceInput")]
pub(super) struct InferInput {
    /// The name.
    name: String,
    /// The dimensions.
    #[field(max_items = 32)]
    shape: Vec<i64>,
    /// The type of the elements, such as `FP32`.
    datatype: String,
    /// Options of this input.
    parameters: Option<InputParameters>,
    /// The elements in row-major order, as a flat array or as nested arrays.
    data: Option<Value>,
}

/// Options of an input.
#[model(input, name = "OpenInferenceInputParameters")]
struct InputParameters {
    /// The size of the elements in bytes, which follow the JSON instead of `data`.
    binary_data_size: Option<usize>,
    /// Not supported.
    shared_memory_region: Option<String>,
}

/// An output to return.
#[model(input, name = "OpenInferenceRequestedOutput")]
pub(super) struct RequestedOutput {
    /// The name.
    pub(super) name: String,
    /// Options of this output.
    pub(super) parameters: Option<OutputParameters>,
}

/// Options of an output.
#[model(input, name = "OpenInferenceOutputParameters")]
pub(super) struct OutputParameters {
    /// Whether the elements follow the JSON as binary data.
    pub(super) binary_data: Option<bool>,
    /// Not supported.
    pub(super) classification: Option<u32>,
    /// Not supported.
    pub(super) shared_memory_region: Option<String>,
}

/// Extracts the request and the binary data after it.
pub(super) struct InferBody;

impl Extractor for InferBody {
    type Value = (InferRequest, Bytes);

    fn describe(&self, operation: &mut Operation) {
        length_header().describe(operation);
        RawBody::<Bytes>::new().describe(operation);
        let schema = InferRequest::schema(&mut operation.schemas);
        if let Some(body) = &mut operation.body {
            body.required = true;
            body.content.insert(0, Content::json(schema));
        }
    }

    async fn extract(&self, context: &mut RequestContext) -> Result<Self::Value, Rejection> {
        let length = length_header().extract(context).await?;
        let mut text = RawBody::<Bytes>::new().extract(context).await?;
        let length = length.unwrap_or(text.len());
        if length > text.len() {
            let found = text.len();
            let message = format!("`{HEADER_LENGTH}` is {length}, but the body has {found} bytes");
            return Err(HttpError::new(StatusCode::BAD_REQUEST, message).into());
        }
        let data = text.split_off(length);
        let request = from_json(&text)
            .map_err(|errors| HttpError::new(StatusCode::BAD_REQUEST, errors.to_string()))?;
        Ok((request, data))
    }
}

fn length_header() -> Header<Option<usize>> {
    Header::new(HEADER_LENGTH)
        .description("The length of the JSON in bytes, if binary data follows it.")
}

/// Returns the error of an input.
fn invalid(name: &str, rule: impl std::fmt::Display) -> GenerateError {
    GenerateError::invalid("inputs", format_args!("input `{name}`: {rule}"))
}

/// Decodes the inputs in their order, and checks them against the description of the model.
pub(super) fn decode(
    metadata: &ModelMetadata,
    inputs: Vec<InferInput>,
    mut binary: &[u8],
) -> Result<Vec<(String, Tensor)>, GenerateError> {
    let mut tensors: Vec<(String, Tensor)> = Vec::with_capacity(inputs.len());
    for input in inputs {
        let name = &input.name;
        let mut known = metadata.inputs.iter();
        let expected = known
            .find(|known| known.name == *name)
            .ok_or_else(|| invalid(name, "the model has no input of this name"))?;
        if tensors.iter().any(|(other, _)| other == name) {
            return Err(invalid(name, "the request has it twice"));
        }
        let tensor = tensor(expected, &input, &mut binary).map_err(|rule| invalid(name, rule))?;
        tensors.push((input.name, tensor));
    }
    for expected in &metadata.inputs {
        if !tensors.iter().any(|(name, _)| *name == expected.name) {
            return Err(invalid(&expected.name, "the request does not have it"));
        }
    }
    if !binary.is_empty() {
        let left = binary.len();
        let message = format!("{left} bytes follow the binary data of the inputs");
        return Err(GenerateError::invalid("inputs", message));
    }
    Ok(tensors)
}

fn tensor(
    expected: &TensorMetadata,
    input: &InferInput,
    binary: &mut &[u8],
) -> Result<Tensor, String> {
    let datatype = expected.datatype;
    if input.datatype != datatype.name() {
        return Err(format!(
            "the datatype is {}, the model has {}",
            input.datatype,
            datatype.name()
        ));
    }
    let shape = shape(expected, &input.shape)?;
    let count = element_count(&shape)
        .ok_or_else(|| format!("the product of the shape {shape:?} overflows"))?;
    let parameters = input.parameters.as_ref();
    if parameters.is_some_and(|parameters| parameters.shared_memory_region.is_some()) {
        return Err("shared memory is not supported".to_owned());
    }
    let size = parameters.and_then(|parameters| parameters.binary_data_size);
    let data = match (size, &input.data) {
        (Some(_), Some(_)) => {
            return Err("`data` and `binary_data_size` exclude each other".to_owned());
        }
        (None, None) => return Err("neither `data` nor `binary_data_size`".to_owned()),
        (None, Some(data)) => json::decode(datatype, &shape, count, data)?,
        (Some(size), None) => {
            let left = binary.len();
            let (data, rest) = binary.split_at_checked(size).ok_or_else(|| {
                format!(
                    "`binary_data_size` is {size}, but {left} bytes are left after the JSON, whose length is the header `{HEADER_LENGTH}`"
                )
            })?;
            *binary = rest;
            binary::decode(datatype, count, data)?
        }
    };
    Tensor::new(shape, data).map_err(|error| error.to_string())
}

fn shape(expected: &TensorMetadata, shape: &[i64]) -> Result<Vec<usize>, String> {
    let sizes = shape.iter().map(|size| usize::try_from(*size));
    let sizes = sizes.collect::<Result<Vec<_>, _>>();
    let sizes = sizes.map_err(|_| format!("the shape {shape:?} has a negative dimension"))?;
    let matches = expected.shape.len() == shape.len()
        && (expected.shape.iter().zip(shape)).all(|(own, size)| *own == -1 || own == size);
    if matches {
        Ok(sizes)
    } else {
        let own = &expected.shape;
        Err(format!("the shape is {shape:?}, the model has {own:?}"))
    }
}

/// Returns whether outputs are binary by default.
pub(super) fn binary_by_default(parameters: &Value) -> Result<bool, GenerateError> {
    match parameters {
        Value::Null => Ok(false),
        Value::Object(members) => match members.get("binary_data_output") {
            None => Ok(false),
            Some(Value::Bool(value)) => Ok(*value),
            Some(_) => Err(GenerateError::invalid(
                "parameters",
                "`binary_data_output` is not `true` or `false`",
            )),
        },
        _ => Err(GenerateError::invalid(
            "parameters",
            "`parameters` is not an object",
        )),
    }
}

/// Checks the options of the outputs to return.
pub(super) fn check_outputs(
    metadata: &ModelMetadata,
    outputs: &[RequestedOutput],
) -> Result<(), GenerateError> {
    for output in outputs {
        let name = &output.name;
        let invalid =
            |rule| GenerateError::invalid("outputs", format_args!("output `{name}`: {rule}"));
        if !metadata.outputs.iter().any(|known| known.name == *name) {
            return Err(invalid("the model has no output of this name"));
        }
        if let Some(parameters) = &output.parameters {
            if parameters.classification.is_some_and(|count| count > 0) {
                return Err(invalid("classification is not supported"));
            }
            if parameters.shared_memory_region.is_some() {
                return Err(invalid("shared memory is not supported"));
            }
        }
    }
    Ok(())
}

//! Tensors and models of tensors without the format of an API.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use serde_json::Value;

use crate::generate::GenerateError;

macro_rules! datatypes {
    ($($variant:ident $name:literal $element:ty, $size:literal;)*) => {
        /// The type of a tensor's elements.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Datatype {
            $(#[doc = concat!("`", $name, "`.")] $variant,)*
        }

        impl Datatype {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Returns the name in the Open Inference Protocol.
            ///
            /// ```
            /// assert_eq!(avocet_ai::tensor::Datatype::Fp32.name(), "FP32");
            /// ```
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Returns the size of an element in bytes; `None` for `BYTES`, whose elements have a length each.
            ///
            /// ```
            /// assert_eq!(avocet_ai::tensor::Datatype::Int64.size(), Some(8));
            /// ```
            pub const fn size(self) -> Option<usize> {
                let size = match self { $(Self::$variant => $size,)* };
                if size == 0 { None } else { Some(size) }
            }
        }

        /// The elements of a tensor in row-major order.
        #[derive(Clone, Debug, PartialEq)]
        pub enum TensorData {
            $(#[doc = concat!("Elements of `", $name, "`.")] $variant(Vec<$element>),)*
        }

        impl TensorData {
            /// Returns the type of the elements.
            ///
            /// ```
            /// use avocet_ai::tensor::{Datatype, TensorData};
            ///
            /// assert_eq!(TensorData::Fp32(vec![1.0]).datatype(), Datatype::Fp32);
            /// ```
            pub const fn datatype(&self) -> Datatype {
                match self { $(Self::$variant(_) => Datatype::$variant,)* }
            }

            /// Returns the number of elements.
            ///
            /// ```
            /// assert_eq!(avocet_ai::tensor::TensorData::Int8(vec![1, 2]).len(), 2);
            /// ```
            pub const fn len(&self) -> usize {
                match self { $(Self::$variant(values) => values.len(),)* }
            }

            /// Returns whether there are no elements.
            ///
            /// ```
            /// assert!(avocet_ai::tensor::TensorData::Int8(Vec::new()).is_empty());
            /// ```
            pub const fn is_empty(&self) -> bool {
                self.len() == 0
            }
        }
    };
}

datatypes! {
    Bool "BOOL" bool, 1;
    Uint8 "UINT8" u8, 1;
    Uint16 "UINT16" u16, 2;
    Uint32 "UINT32" u32, 4;
    Uint64 "UINT64" u64, 8;
    Int8 "INT8" i8, 1;
    Int16 "INT16" i16, 2;
    Int32 "INT32" i32, 4;
    Int64 "INT64" i64, 8;
    Fp16 "FP16" u16, 2;
    Bf16 "BF16" u16, 2;
    Fp32 "FP32" f32, 4;
    Fp64 "FP64" f64, 8;
    Bytes "BYTES" Vec<u8>, 0;
}

/// A Rust type that is the element of one datatype. `FP16` and `BF16`, which are stored as bits, have none.
pub trait Element: Sized {
    /// Returns elements as data.
    fn into_data(values: Vec<Self>) -> TensorData;

    /// Returns the elements, if the data has this datatype.
    fn of(data: &TensorData) -> Option<&[Self]>;
}

macro_rules! elements {
    ($($element:ty => $variant:ident),*) => {$(
        impl Element for $element {
            fn into_data(values: Vec<Self>) -> TensorData {
                TensorData::$variant(values)
            }

            fn of(data: &TensorData) -> Option<&[Self]> {
                match data {
                    TensorData::$variant(values) => Some(values),
                    _ => None,
                }
            }
        }
    )*};
}

elements!(bool => Bool, u8 => Uint8, u16 => Uint16, u32 => Uint32, u64 => Uint64, i8 => Int8, i16 => Int16, i32 => Int32, i64 => Int64,
    f32 => Fp32, f64 => Fp64, Vec<u8> => Bytes);

/// Elements with a shape, whose product is their number.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    shape: Vec<usize>,
    data: TensorData,
}

impl Tensor {
    /// Creates a tensor from data.
    ///
    /// ```
    /// use avocet_ai::tensor::{Tensor, TensorData};
    ///
    /// let half = Tensor::new([1], TensorData::Fp16(vec![0x3c00])).unwrap();
    /// assert_eq!(half.shape(), [1]);
    /// ```
    ///
    /// # Errors
    /// If the product of the shape is not the number of elements.
    pub fn new(shape: impl Into<Vec<usize>>, data: TensorData) -> Result<Self, ShapeError> {
        let shape = shape.into();
        if element_count(&shape) == Some(data.len()) {
            Ok(Self { shape, data })
        } else {
            let elements = data.len();
            Err(ShapeError { shape, elements })
        }
    }

    /// Creates a tensor from elements.
    ///
    /// ```
    /// use avocet_ai::tensor::Tensor;
    ///
    /// assert!(Tensor::of([2, 1], vec![1.0_f32, 2.0]).is_ok());
    /// let error = Tensor::of([2, 2], vec![1.0_f32]).unwrap_err();
    /// assert_eq!(error.to_string(), "a tensor of the shape [2, 2] cannot have 1 elements");
    /// ```
    ///
    /// # Errors
    /// If the product of the shape is not the number of elements.
    pub fn of<T: Element>(
        shape: impl Into<Vec<usize>>,
        values: Vec<T>,
    ) -> Result<Self, ShapeError> {
        Self::new(shape, T::into_data(values))
    }

    /// Returns the dimensions.
    ///
    /// ```
    /// # use avocet_ai::tensor::Tensor;
    /// assert_eq!(Tensor::of([0, 4], Vec::<u8>::new()).unwrap().shape(), [0, 4]);
    /// ```
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Returns the elements in row-major order.
    ///
    /// ```
    /// # use avocet_ai::tensor::{Tensor, TensorData};
    /// assert_eq!(Tensor::of([1], vec![7_i32]).unwrap().data(), &TensorData::Int32(vec![7]));
    /// ```
    pub const fn data(&self) -> &TensorData {
        &self.data
    }

    /// Returns the elements, if they have this type.
    ///
    /// ```
    /// # use avocet_ai::tensor::Tensor;
    /// let tensor = Tensor::of([1], vec![7_i32]).unwrap();
    /// assert_eq!(tensor.values::<i32>(), Some(&[7][..]));
    /// assert_eq!(tensor.values::<f32>(), None);
    /// ```
    pub fn values<T: Element>(&self) -> Option<&[T]> {
        T::of(&self.data)
    }
}

/// Returns the product of a shape, `None` if it overflows.
pub(crate) fn element_count(shape: &[usize]) -> Option<usize> {
    if shape.contains(&0) {
        return Some(0);
    }
    let mut sizes = shape.iter();
    sizes.try_fold(1_usize, |count, size| count.checked_mul(*size))
}

/// The product of a shape is not the number of elements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapeError {
    shape: Vec<usize>,
    elements: usize,
}

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { shape, elements } = self;
        write!(
            f,
            "a tensor of the shape {shape:?} cannot have {elements} elements"
        )
    }
}

impl Error for ShapeError {}

/// The description of an input or an output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TensorMetadata {
    /// The name.
    pub name: String,
    /// The type of the elements.
    pub datatype: Datatype,
    /// The dimensions; -1 for a dimension of any size.
    pub shape: Vec<i64>,
}

impl TensorMetadata {
    /// Creates a description.
    ///
    /// ```
    /// use avocet_ai::tensor::{Datatype, TensorMetadata};
    ///
    /// let image = TensorMetadata::new("image", Datatype::Uint8, [-1, 28, 28]);
    /// ```
    pub fn new(name: impl Into<String>, datatype: Datatype, shape: impl Into<Vec<i64>>) -> Self {
        Self {
            name: name.into(),
            datatype,
            shape: shape.into(),
        }
    }
}

/// The description of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelMetadata {
    /// The framework, such as `onnxruntime_onnx`.
    pub platform: String,
    /// The versions that requests can name; none if the model has no versions.
    pub versions: Vec<String>,
    /// The inputs, all of which are required.
    pub inputs: Vec<TensorMetadata>,
    /// The outputs.
    pub outputs: Vec<TensorMetadata>,
}

/// Tensors for a model, which match its description.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TensorRequest {
    /// The version that the request names.
    pub version: Option<String>,
    /// The id that the client has given the request.
    pub id: Option<String>,
    /// The parameters of the request, an object or `null`.
    pub parameters: Value,
    /// The names and values of all inputs.
    pub inputs: Vec<(String, Tensor)>,
    /// The names of the outputs that the client wants; all if there are none.
    pub outputs: Vec<String>,
}

impl TensorRequest {
    /// Creates a request for all outputs.
    ///
    /// ```
    /// use avocet_ai::tensor::{Tensor, TensorRequest};
    ///
    /// let x = Tensor::of([1], vec![1.0_f32]).unwrap();
    /// assert!(TensorRequest::new(vec![("x".to_owned(), x)]).input("x").is_some());
    /// ```
    pub const fn new(inputs: Vec<(String, Tensor)>) -> Self {
        Self {
            version: None,
            id: None,
            parameters: Value::Null,
            inputs,
            outputs: Vec::new(),
        }
    }

    /// Returns the input of this name.
    ///
    /// ```
    /// assert!(avocet_ai::tensor::TensorRequest::new(Vec::new()).input("x").is_none());
    /// ```
    pub fn input(&self, name: &str) -> Option<&Tensor> {
        let mut inputs = self.inputs.iter();
        inputs
            .find(|(own, _)| own == name)
            .map(|(_, tensor)| tensor)
    }
}

/// The names and values of a model's outputs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TensorResponse {
    /// The outputs. Those that the request does not name are left out of the response.
    pub outputs: Vec<(String, Tensor)>,
}

/// A model from tensors to tensors.
///
/// ```
/// use avocet_ai::generate::GenerateError;
/// use avocet_ai::tensor::{Datatype, ModelMetadata, Tensor, TensorMetadata, TensorModel, TensorRequest, TensorResponse};
///
/// /// Doubles numbers.
/// struct Double;
///
/// impl TensorModel for Double {
///     fn metadata(&self) -> ModelMetadata {
///         ModelMetadata {
///             platform: "rust".to_owned(),
///             versions: vec!["1".to_owned()],
///             inputs: vec![TensorMetadata::new("x", Datatype::Fp32, [-1])],
///             outputs: vec![TensorMetadata::new("y", Datatype::Fp32, [-1])],
///         }
///     }
///
///     async fn infer(&self, request: TensorRequest) -> Result<TensorResponse, GenerateError> {
///         let x = request.input("x").and_then(|x| x.values::<f32>()).unwrap_or_default();
///         let y: Vec<f32> = x.iter().map(|x| x * 2.0).collect();
///         let y = Tensor::of([y.len()], y).map_err(|error| GenerateError::invalid("x", error))?;
///         Ok(TensorResponse { outputs: vec![("y".to_owned(), y)] })
///     }
/// }
/// ```
pub trait TensorModel: Send + Sync + 'static {
    /// Describes the model.
    fn metadata(&self) -> ModelMetadata;

    /// Returns the outputs for inputs that match the description.
    ///
    /// # Errors
    /// If an input is not valid for the model, or the queue rejects the request.
    fn infer(
        &self,
        request: TensorRequest,
    ) -> impl Future<Output = Result<TensorResponse, GenerateError>> + Send;

    /// Returns whether the model can process requests. Default: `true`.
    fn ready(&self) -> bool {
        true
    }
}

/// A model with its type erased.
pub(crate) type SharedTensorModel = Arc<dyn AnyTensorModel>;

type Inferring<'m> =
    Pin<Box<dyn Future<Output = Result<TensorResponse, GenerateError>> + Send + 'm>>;

/// [`TensorModel`] with a boxed future.
pub(crate) trait AnyTensorModel: Send + Sync {
    fn metadata(&self) -> ModelMetadata;
    fn infer(&self, request: TensorRequest) -> Inferring<'_>;
    fn ready(&self) -> bool;
}

impl<M: TensorModel> AnyTensorModel for M {
    fn metadata(&self) -> ModelMetadata {
        TensorModel::metadata(self)
    }

    fn infer(&self, request: TensorRequest) -> Inferring<'_> {
        Box::pin(TensorModel::infer(self, request))
    }

    fn ready(&self) -> bool {
        TensorModel::ready(self)
    }
}

//! The errors of models as responses.

use avocet_inference::{InferenceError, Rejected};

use crate::error::model_errors;
use crate::operation::Operation;
use crate::response::{HttpError, ResponseError};

impl ResponseError for InferenceError {
    fn describe(operation: &mut Operation) {
        operation.errors.extend(model_errors());
    }

    fn into_error(self) -> HttpError {
        HttpError::of_model(self)
    }
}

impl ResponseError for Rejected {
    fn describe(operation: &mut Operation) {
        InferenceError::describe(operation);
    }

    fn into_error(self) -> HttpError {
        HttpError::of_model(self.into())
    }
}

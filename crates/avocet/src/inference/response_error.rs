//! The errors of models as responses.

use avocet_inference::{InferenceError, Rejected};

use crate::error::model_errors;
use crate::operation::Operation;
use crate::response::{HttpError, ResponseError};

// Not in the compiler's lists of errors: `HttpError` is the one for most handlers, and the lists do not depend on a feature.
#[diagnostic::do_not_recommend]
impl ResponseError for InferenceError {
    fn describe(operation: &mut Operation) {
        operation.errors.extend(model_errors());
    }

    fn into_error(self) -> HttpError {
        HttpError::of_model(self)
    }
}

#[diagnostic::do_not_recommend]
impl ResponseError for Rejected {
    fn describe(operation: &mut Operation) {
        InferenceError::describe(operation);
    }

    fn into_error(self) -> HttpError {
        HttpError::of_model(self.into())
    }
}

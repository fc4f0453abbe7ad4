//! Errors on their way to a client: with a status, documented, and in the format of the application or its router.

mod documented;
mod error_format;
mod format_errors;
mod http_error;

pub use documented::{DocumentedError, ErrorBody};
pub use error_format::ErrorFormat;
pub use format_errors::{ErrorContent, ErrorDetail, FormatErrors};
pub use http_error::HttpError;

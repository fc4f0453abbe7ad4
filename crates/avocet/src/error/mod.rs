//! Errors on their way to a client: with a status, documented, and in the format of the application or its router.

mod accept;
mod causes;
mod documented;
mod error_format;
mod format_errors;
mod html;
mod http_error;
#[cfg(feature = "inference")]
mod inference;
#[cfg(debug_assertions)]
mod panic_place;
mod replace;

#[cfg(feature = "inference")]
pub(crate) use accept::accepts_json;
pub(crate) use accept::prefers_html;
#[cfg(feature = "docs")]
pub(crate) use accept::weight;
#[cfg(debug_assertions)]
pub(crate) use causes::causes;
pub use documented::{DocumentedError, ErrorBody};
pub use error_format::ErrorFormat;
pub use format_errors::{ErrorContent, ErrorDetail, FormatErrors};
#[cfg(debug_assertions)]
pub(crate) use html::page;
pub(crate) use html::{error_page, escape};
pub use http_error::HttpError;
#[cfg(feature = "inference")]
pub(crate) use inference::{
    document_overload_status, documented as model_errors, set_overload_status,
};
#[cfg(debug_assertions)]
pub(crate) use panic_place::{PlacedPanic, note_places};
pub(crate) use replace::{ReplaceErrors, Replacement, called, is_called, replace_errors};

//! What a request needs to know of its route and of the application.

use std::any::TypeId;
use std::path::Path;
use std::sync::Arc;

use super::form_data::FormBounds;
use super::states::States;
use crate::model::OrderedJson;
use crate::operation::TextSource;
use crate::response::ResponseContext;
use crate::tasks::Producers;

/// The settings of a route that its extractors and its response read, made when the application is built.
#[derive(Debug)]
pub(crate) struct RouteContext {
    pub(crate) application: Arc<ApplicationContext>,
    /// The names of the variables in the path template, in their order.
    pub(crate) variables: Vec<String>,
    pub(crate) response_context: ResponseContext,
    pub(crate) body_limit: usize,
    pub(crate) form_bounds: FormBounds,
    /// The names of the parameters that arguments read, with their sources.
    pub(crate) names: Vec<(TextSource, String)>,
    /// Whether validation errors include the input.
    pub(crate) shows_input: bool,
    /// The dependencies that are used more than once in a request.
    pub(crate) shared_dependencies: Vec<TypeId>,
}

/// The values that all routes of an application share.
#[derive(Debug)]
pub(crate) struct ApplicationContext {
    pub(crate) title: String,
    /// The documents, at least one.
    pub(crate) documents: Vec<OrderedJson>,
    pub(crate) states: States,
    pub(crate) producers: Producers,
    /// The directory for the files of forms; if not set, the system's directory for temporary files.
    pub(crate) upload_dir: Option<Arc<Path>>,
    #[cfg(feature = "compression")]
    pub(crate) decoded_body_bytes: usize,
    pub(crate) json_depth: usize,
}

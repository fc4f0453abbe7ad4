//! An extractor: the version of the API that a client asks for with the header `api-version`.
//!
//! It describes itself in the document, and rejects a version that there is not with the location of the header.

use avocet::extract::{Extractor, Rejection, RequestContext};
use avocet::model::{OrderedJson, Schema};
use avocet::operation::{Operation, Parameter, ParameterLocation};
use avocet::read::{Location, ValidationError};

/// The versions that there are, the newest one last.
const VERSIONS: [u32; 2] = [1, 2];

/// The version of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApiVersion(pub u32);

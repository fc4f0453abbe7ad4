//! The served files of Swagger UI: compressed as in the archive, cached by browsers permanently.

use std::sync::OnceLock;

use bytes::Bytes;
use http::{HeaderValue, header};

use super::archive::{self, ArchiveMember, VERSION};
use super::{accept, gzip};
use crate::extract::RequestContext;
use crate::operation::Operation;
use crate::response::{HttpError, Response, ResponseBody};
use crate::route::Route;

pub(super) fn routes(prefix: &str) -> impl Iterator<Item = Route> {
    ASSETS.iter().map(move |asset| {
        let path = format!("{prefix}/docs/{VERSION}/{}", asset.name);
        let operation = Operation::get(path).id("docs").hidden();
        Route::opaque(operation, move |call| async move { asset.response(&call) })
    })
}

static ASSETS: [Asset; 3] = [
    Asset::new("swagger-ui.css", "text/css; charset=utf-8"),
    Asset::new("swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
    Asset::new("favicon-32x32.png", "image/png"),
];

struct Asset {
    name: &'static str,
    content_type: &'static str,
    /// Looked up by the first request, so that it costs nothing if the page is never opened.
    found: OnceLock<Option<Found>>,
}

struct Found {
    member: ArchiveMember,
    packed: Option<Bytes>,
    /// Created by the first client that does not accept gzip, and kept: decompressing for each request would make a cheap attack
    /// possible.
    plain: OnceLock<Option<Bytes>>,
}

impl Asset {
    const fn new(name: &'static str, content_type: &'static str) -> Self {
        Self {
            name,
            content_type,
            found: OnceLock::new(),
        }
    }

    fn response(&self, call: &RequestContext) -> Response {
        let found = self
            .found
            .get_or_init(|| archive::member(self.name).map(Found::new))
            .as_ref();
        let packed = found.and_then(|found| found.packed.as_ref());
        let (body, is_packed) = match packed {
            Some(packed) if accept::gzip(call.headers()) => (Some(packed.clone()), true),
            _ => (found.and_then(Found::plain), false),
        };
        let Some(body) = body else {
            let reason = format!("`{}` cannot be read from the archive", self.name);
            return HttpError::internal(reason)
                .into_response(call.response_context().error_format());
        };
        let mut response = Response::new(ResponseBody::full(body));
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(self.content_type),
        );
        // The version is in the path.
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=31536000, immutable"),
        );
        headers.insert(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        );
        if packed.is_some() {
            headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        }
        if is_packed {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        response
    }
}

impl Found {
    fn new(member: ArchiveMember) -> Self {
        let packed = member
            .deflated
            .then(|| gzip::wrap(member.data, member.crc, member.size).into());
        Self {
            member,
            packed,
            plain: OnceLock::new(),
        }
    }

    fn plain(&self) -> Option<Bytes> {
        self.plain.get_or_init(|| unpack(&self.member)).clone()
    }
}

fn unpack(member: &ArchiveMember) -> Option<Bytes> {
    if !member.deflated {
        return Some(Bytes::from_static(member.data));
    }
    let size = usize::try_from(member.size).ok()?;
    miniz_oxide::inflate::decompress_to_vec_with_limit(member.data, size)
        .ok()
        .map(Bytes::from)
}

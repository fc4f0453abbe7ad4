//! One request on its way to a handler.

use std::any::{Any, TypeId};
use std::borrow::Cow;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use avocet_context::CancelOnDrop;
#[cfg(feature = "websocket")]
use avocet_server::Upgrade;
use bytes::Bytes;
#[cfg(feature = "websocket")]
use http::Version;
use http::header::AsHeaderName;
use http::request::Parts;
use http::{Extensions, HeaderMap, Method, Uri, header};

use super::Rejection;
use super::content_coding;
use super::content_type::ContentType;
use super::form_data::FormData;
use super::received_body::{Pieces, ReceivedBody};
use super::route_context::{ApplicationContext, RouteContext};
use crate::cleanup::{Cleanup, PendingCleanup};
use crate::operation::TextSource;
use crate::path::Captures;
use crate::read::ValidationErrors;
use crate::response::{ErrorFormat, HttpError, Response, ResponseContext, ResponseParts};
use crate::serve::connection::{client_of, insert_into, shutdown_signal_of};
use crate::serve::{ClientAddress, ConnectionInfo, ShutdownSignal};
use crate::tasks::{Holding, Tasks, background_of};

/// A request that matched a route: its head, its body until an extractor receives it, and the validation errors so far.
///
/// ```
/// use avocet::operation::Operation;
/// use avocet::route::Route;
/// use avocet::response::ResponseBody;
///
/// let route = Route::opaque(Operation::get("/agent").hidden(), |context| async move {
///     let agent = context.headers().get("user-agent").map(|it| it.as_bytes().to_vec());
///     http::Response::new(ResponseBody::full(agent.unwrap_or_default()))
/// });
/// ```
#[derive(Debug)]
pub struct RequestContext {
    /// Boxed, because a context is half a kilobyte and is moved several times.
    inner: Box<Inner>,
}

#[derive(Debug)]
struct Inner {
    parts: Parts,
    /// The connection info of the request, until it is added to `parts`.
    connection_info: Option<ConnectionInfo>,
    body: Received,
    captures: Captures,
    route: Arc<RouteContext>,
    errors: ValidationErrors,
    /// Boxed, because most requests have none of it.
    rare: Option<Box<Rare>>,
}

/// What a request has only if its extractors leave it something.
#[derive(Debug, Default)]
struct Rare {
    /// What extractors keep for each other, one value of each type.
    locals: Vec<Box<dyn Any + Send + Sync>>,
    cleanup: Option<PendingCleanup>,
    response_parts: Option<ResponseParts>,
    /// What extractors and the handler add to the response.
    /// The tasks that the request has spawned, with the guard that ends them.
    tasks: Option<(Tasks, CancelOnDrop)>,
}

/// The body: not received, received, or received and parsed.
#[derive(Debug)]
enum Received {
    NotYet(ReceivedBody),
    Whole(Bytes),
    Form(Box<FormData>),
}

impl RequestContext {
    pub(crate) fn new(
        parts: Parts,
        body: ReceivedBody,
        connection_info: Option<ConnectionInfo>,
        route: Arc<RouteContext>,
        captures: Captures,
    ) -> Self {
        let inner = Inner {
            parts,
            connection_info,
            body: Received::NotYet(body),
            captures,
            route,
            errors: ValidationErrors::default(),
            rare: None,
        };
        Self {
            inner: Box::new(inner),
        }
    }

    fn application(&self) -> &ApplicationContext {
        &self.inner.route.application
    }

    /// The method.
    pub fn method(&self) -> &Method {
        &self.inner.parts.method
    }

    /// The request target as it was sent.
    pub fn uri(&self) -> &Uri {
        &self.inner.parts.uri
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.inner.parts.headers
    }

    /// The extensions, including those that the server adds: the [`ClientAddress`] and [`ShutdownSignal`]. They are
    /// added at the first call, hence `&mut self`.
    pub fn extensions(&mut self) -> &Extensions {
        &self.parts_mut().extensions
    }

    /// The head, with the connection info in its extensions.
    pub(crate) fn parts_mut(&mut self) -> &mut Parts {
        if let Some(connection_info) = self.inner.connection_info.take() {
            insert_into(&connection_info, &mut self.inner.parts);
        }
        &mut self.inner.parts
    }

    /// The client's address, if it is known.
    pub(super) fn client(&self) -> Option<ClientAddress> {
        client_of(&self.inner.parts, self.inner.connection_info.as_ref())
    }

    /// The shutdown signal, if Avocet's server serves the request.
    pub(crate) fn draining(&self) -> Option<&ShutdownSignal> {
        shutdown_signal_of(&self.inner.parts, self.inner.connection_info.as_ref())
    }

    /// The value of a variable of the path template, decoded.
    pub fn captured(&self, name: &str) -> Option<&str> {
        let mut variables = self.inner.route.variables.iter();
        let index = variables.position(|known| known == name)?;
        self.inner.captures.get(self.inner.parts.uri.path(), index)
    }

    /// The values of a name in the query string, decoded, in order.
    pub fn query(&self, name: &str) -> Vec<Cow<'_, str>> {
        self.query_texts(name).collect()
    }

    pub(super) fn query_texts<'c>(&'c self, name: &str) -> impl Iterator<Item = Cow<'c, str>> {
        // Decode only pairs that can have this name.
        let is_candidate = move |pair: &&[u8]| match pair.strip_prefix(name.as_bytes()) {
            Some([] | [b'=', ..]) => true,
            _ => pair
                .iter()
                .take_while(|byte| **byte != b'=')
                .any(|byte| matches!(byte, b'%' | b'+')),
        };
        let pairs = self.query_parts().filter(is_candidate);
        let pairs = pairs.flat_map(form_urlencoded::parse);
        let pairs = pairs.filter(move |(known, _)| known == name);
        pairs.map(|(_, value)| value)
    }

    pub(super) fn query_names(&self) -> Vec<Cow<'_, str>> {
        let pairs = self.query_parts().flat_map(form_urlencoded::parse);
        pairs.map(|(name, _)| name).collect()
    }

    /// The pairs of names and values as they were sent.
    fn query_parts(&self) -> impl Iterator<Item = &[u8]> {
        let query = self.inner.parts.uri.query().unwrap_or_default();
        query.as_bytes().split(|byte| *byte == b'&')
    }

    /// The lines of a header, in order. Bytes that are not UTF-8 are read as Latin-1, as in early HTTP.
    pub fn header(&self, name: &str) -> Vec<Cow<'_, str>> {
        self.header_lines(name).collect()
    }

    pub(super) fn header_lines(
        &self,
        name: impl AsHeaderName,
    ) -> impl DoubleEndedIterator<Item = Cow<'_, str>> {
        let lines = self.inner.parts.headers.get_all(name).iter();
        lines.map(|value| text_of(value.as_bytes()))
    }

    /// The values of a cookie, in order.
    pub fn cookie(&self, name: &str) -> Vec<Cow<'_, str>> {
        self.cookie_texts(name).collect()
    }

    pub(super) fn cookie_texts<'c>(&'c self, name: &str) -> impl Iterator<Item = Cow<'c, str>> {
        let pairs = self
            .cookies()
            .filter(move |(known, _)| *known == name.as_bytes());
        pairs.map(|(_, value)| text_of(unquoted(value)))
    }

    pub(super) fn cookie_names(&self) -> Vec<Cow<'_, str>> {
        self.cookies().map(|(name, _)| text_of(name)).collect()
    }

    /// The names and values in all `Cookie` lines. Pairs without a `=` are ignored.
    fn cookies(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let lines = self.inner.parts.headers.get_all(header::COOKIE).iter();
        let pairs = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
        pairs.filter_map(|pair| {
            let equals = pair.iter().position(|byte| *byte == b'=')?;
            Some((pair[..equals].trim_ascii(), pair[equals + 1..].trim_ascii()))
        })
    }

    /// The application's state of type `T`, if it has one.
    pub fn state<T: Any + Send + Sync>(&self) -> Option<&T> {
        self.named_state("")
    }

    /// The application's state of this type with a name.
    pub fn named_state<T: Any + Send + Sync>(&self, name: &str) -> Option<&T> {
        self.application().states.find(name)
    }

    /// Receives the whole body once; later calls return the same bytes.
    ///
    /// # Errors
    /// 415 if a body's content type is not JSON or it is compressed, 413 if it is over the limit, 400 if the client
    /// stops sending before its end.
    pub fn body(&mut self) -> impl Future<Output = Result<Bytes, Rejection>> + Send {
        self.receive(true)
    }

    /// Like [`body`](Self::body), whatever the content type is.
    pub(super) fn raw_body(&mut self) -> impl Future<Output = Result<Bytes, Rejection>> + Send {
        self.receive(false)
    }

    async fn receive(&mut self, only_json: bool) -> Result<Bytes, Rejection> {
        let body = match std::mem::replace(&mut self.inner.body, Received::Whole(Bytes::new())) {
            Received::NotYet(body) => body,
            Received::Whole(bytes) => {
                self.inner.body = Received::Whole(bytes.clone());
                return Ok(bytes);
            }
            // An operation that takes both is rejected at startup.
            Received::Form(_) => return Ok(Bytes::new()),
        };
        // A body with another content type is rejected before it is received; an empty body needs no content type.
        if only_json && !body.is_empty() {
            let content_type = ContentType::of(&self.inner.parts.headers);
            if !content_type.is_json() {
                return Err(content_type.unsupported("`application/json`").into());
            }
        }
        let (body, limit) = self.decoded(body)?;
        let bytes = body.receive(limit).await?;
        self.inner.body = Received::Whole(bytes.clone());
        Ok(bytes)
    }

    /// Takes the body, which the handler receives piece by piece.
    pub(super) fn raw_pieces(&mut self) -> Result<Pieces, Rejection> {
        let body = match std::mem::replace(&mut self.inner.body, Received::Whole(Bytes::new())) {
            Received::NotYet(body) => body,
            // An operation that takes the body twice is rejected at startup.
            Received::Whole(_) | Received::Form(_) => ReceivedBody::default(),
        };
        let (body, limit) = self.decoded(body)?;
        Ok(body.pieces(limit)?)
    }

    /// Rejects a body whose content type is none of these; without any, every type is accepted. An empty body needs no content type.
    pub(super) fn check_media_type(&self, media_types: &[&str]) -> Result<(), HttpError> {
        let is_empty = matches!(&self.inner.body, Received::NotYet(body) if body.is_empty());
        let content_type = ContentType::of(&self.inner.parts.headers);
        if media_types.is_empty() || is_empty || content_type.is_one_of(media_types) {
            return Ok(());
        }
        let quoted: Vec<String> = media_types.iter().map(|it| format!("`{it}`")).collect();
        Err(content_type.unsupported(&quoted.join(" or ")))
    }

    /// Returns the body, decoded by its content coding, and how many bytes it may have.
    #[cfg(feature = "compression")]
    fn decoded(&self, body: ReceivedBody) -> Result<(ReceivedBody, usize), HttpError> {
        let limit = self.inner.route.body_limit;
        if body.is_empty() {
            return Ok((body, limit));
        }
        match content_coding::decoding(&self.inner.parts.headers)? {
            None => Ok((body, limit)),
            Some(decoding) => {
                let decoded = self.application().decoded_body_bytes.max(limit);
                Ok((body.decoded(decoding, limit, decoded)?, decoded))
            }
        }
    }

    /// Returns the body, and how many bytes it may have; a compressed one is rejected.
    #[cfg(not(feature = "compression"))]
    fn decoded(&self, body: ReceivedBody) -> Result<(ReceivedBody, usize), HttpError> {
        if !body.is_empty() {
            content_coding::check(&self.inner.parts.headers)?;
        }
        Ok((body, self.inner.route.body_limit))
    }

    /// The bytes of a body that was received as a whole, as JSON is.
    pub(super) fn received(&self) -> &[u8] {
        match &self.inner.body {
            Received::Whole(bytes) => bytes,
            Received::NotYet(_) | Received::Form(_) => &[],
        }
    }

    pub(crate) fn body_is_empty(&self) -> bool {
        matches!(&self.inner.body, Received::Whole(bytes) if bytes.is_empty())
    }

    /// Receives the body as a form once; later calls return the same form.
    pub(super) async fn form(&mut self) -> Result<&mut FormData, Rejection> {
        if !matches!(self.inner.body, Received::Form(_)) {
            let form = match std::mem::replace(&mut self.inner.body, Received::Whole(Bytes::new()))
            {
                Received::NotYet(body) => {
                    let content_type = ContentType::of(&self.inner.parts.headers);
                    let (body, body_limit) = self.decoded(body)?;
                    let form_bounds = &self.inner.route.form_bounds;
                    let directory = self.application().upload_dir.clone();
                    let form =
                        FormData::receive(body, &content_type, body_limit, form_bounds, directory);
                    Box::new(form.await?)
                }
                Received::Form(form) => form,
                // An operation that takes both is rejected at startup.
                Received::Whole(_) => Box::default(),
            };
            self.inner.body = Received::Form(form);
        }
        match &mut self.inner.body {
            Received::Form(form) => Ok(form),
            Received::NotYet(_) | Received::Whole(_) => Err(Rejection::Invalid),
        }
    }

    /// How many bytes all text of a form may have.
    pub(super) fn form_text_limit(&self) -> usize {
        self.inner.route.form_bounds.text_bytes
    }

    /// The texts of a field of the received form, in order.
    pub(super) fn form_texts(&self, name: &str) -> Vec<Cow<'_, str>> {
        match &self.inner.body {
            Received::Form(form) => form.texts(name).map(Cow::Borrowed).collect(),
            Received::NotYet(_) | Received::Whole(_) => Vec::new(),
        }
    }

    pub(super) fn form_names(&self) -> Vec<Cow<'_, str>> {
        match &self.inner.body {
            Received::Form(form) => form.names().map(Cow::Borrowed).collect(),
            Received::NotYet(_) | Received::Whole(_) => Vec::new(),
        }
    }

    /// Whether an extractor takes this name.
    pub(super) fn takes_name(&self, text_source: TextSource, name: &str) -> bool {
        let mut names = self.inner.route.names.iter();
        names.any(|(location, known)| *location == text_source && text_source.is_same(known, name))
    }

    /// The response to an unsupported content type.
    pub(super) fn unsupported(&self, expected: &str) -> HttpError {
        ContentType::of(&self.inner.parts.headers).unsupported(expected)
    }

    /// Drops the body, or the rest of it, while the handler runs.
    ///
    /// # Errors
    /// 413 if no extractor has read the body and it announces more bytes than the route allows.
    pub(crate) fn release_body(&mut self) -> Result<(), HttpError> {
        if let Received::NotYet(body) = &self.inner.body {
            if body.is_absent() {
                return Ok(());
            }
            body.check_announced(self.inner.route.body_limit, "body_bytes")?;
        }
        // Dropping the body of an HTTP/2 request would open its flow-control window, and a disconnect is detected
        // without it.
        let unread = matches!(self.inner.body, Received::NotYet(_));
        if !(unread && self.inner.parts.version == http::Version::HTTP_2) {
            self.inner.body = Received::Whole(Bytes::new());
        }
        Ok(())
    }

    /// Returns the handle that spawns tasks which end with the request.
    pub(super) fn tasks(&mut self) -> Tasks {
        let inner = &mut *self.inner;
        let draining = shutdown_signal_of(&inner.parts, inner.connection_info.as_ref());
        let new = || {
            Tasks::new(
                background_of(draining),
                inner.route.application.producers.clone(),
            )
        };
        let rare = inner.rare.get_or_insert_default();
        rare.tasks.get_or_insert_with(new).0.clone()
    }

    /// Returns what is left to do with the response, if anything is.
    #[inline]
    pub(crate) fn ending(mut self) -> Option<Ending> {
        let rare = self.inner.rare.take()?;
        let errors = self.response_context().error_format();
        Some(Ending { rare, errors })
    }

    /// Returns the clean-up of this request.
    pub(crate) fn cleanup(&mut self) -> &Cleanup {
        let inner = &mut *self.inner;
        let draining = shutdown_signal_of(&inner.parts, inner.connection_info.as_ref());
        let new = || PendingCleanup::new(background_of(draining));
        let rare = inner.rare.get_or_insert_default();
        rare.cleanup.get_or_insert_with(new).cleanup()
    }

    /// Returns what is added to the response of this request.
    pub(crate) fn response_parts(&mut self) -> &ResponseParts {
        let rare = self.inner.rare.get_or_insert_default();
        rare.response_parts.get_or_insert_default()
    }

    /// Returns the value of a type that extractors keep for each other.
    pub(crate) fn local<T: Any + Send + Sync + Default>(&mut self) -> &mut T {
        let locals = &mut self.inner.rare.get_or_insert_default().locals;
        let index = match locals.iter().position(|it| it.is::<T>()) {
            Some(index) => index,
            None => {
                locals.push(Box::new(T::default()));
                locals.len() - 1
            }
        };
        // It has that type.
        locals[index]
            .downcast_mut()
            .expect("the type that was found")
    }

    /// Returns whether there are validation errors.
    #[inline]
    pub(crate) fn has_errors(&self) -> bool {
        !self.inner.errors.is_empty()
    }

    /// Returns whether the value of a dependency is used more than once.
    #[inline]
    pub(crate) fn is_shared(&self, dependency: TypeId) -> bool {
        let shared = &self.inner.route.shared_dependencies;
        !shared.is_empty() && shared.contains(&dependency)
    }

    /// Returns an extension of the request that has been there from the start.
    pub(crate) fn known_extension<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.inner.parts.extensions.get()
    }

    pub(crate) fn json_depth(&self) -> usize {
        self.application().json_depth
    }

    /// Returns a document of the application.
    pub(crate) fn document(&self, index: usize) -> &crate::model::OrderedJson {
        &self.application().documents[index]
    }

    #[inline]
    pub(crate) fn response_context(&self) -> &ResponseContext {
        &self.inner.route.response_context
    }

    /// The validation errors of this request so far; add further ones here.
    pub fn errors_mut(&mut self) -> &mut ValidationErrors {
        &mut self.inner.errors
    }

    pub(crate) fn take_errors_as_error(&mut self) -> HttpError {
        let mut errors = std::mem::take(&mut self.inner.errors);
        errors.sort_by_source();
        if self.inner.route.shows_input {
            self.show_inputs(&mut errors);
        }
        HttpError::from(errors)
    }
}

/// What a WebSocket needs from the request.
/// The end of a request: its clean-up runs, and its tasks end when the response does.
pub(crate) struct Ending {
    rare: Box<Rare>,
    errors: ErrorFormat,
}

impl Ending {
    /// Boxed, so that the futures of handlers have no room for it.
    pub(crate) fn finish(
        mut self,
        response: Response,
    ) -> Pin<Box<dyn Future<Output = Response> + Send>> {
        Box::pin(async move {
            let response = match self.rare.response_parts.take() {
                Some(parts) => parts.add_to(response, self.errors),
                None => response,
            };
            let response = match self.rare.cleanup.take() {
                Some(pending) => pending.finish(response, self.errors).await,
                None => response,
            };
            match self.rare.tasks.take() {
                Some((_, guard)) => response.map(|body| Holding::body(body, guard)),
                None => response,
            }
        })
    }
}

#[cfg(feature = "websocket")]
impl RequestContext {
    /// The connection upgrade that the client offers, if any.
    pub(crate) fn upgrade(&self) -> Option<Upgrade> {
        Upgrade::of(&self.inner.parts.extensions)
    }

    /// The host that the client requested, as reported by a trusted proxy or by the client itself.
    pub(crate) fn host(&self) -> Option<&str> {
        crate::serve::connection::host_of(&self.inner.parts, self.inner.connection_info.as_ref())
    }

    pub(crate) fn version(&self) -> Version {
        self.inner.parts.version
    }

    pub(crate) fn has_no_body(&self) -> bool {
        matches!(&self.inner.body, Received::NotYet(body) if body.is_empty())
    }

    /// Stores a value of an extractor until the handler has run.
    pub(crate) fn attach<T: Any + Send + Sync>(&mut self, value: T) {
        let rare = self.inner.rare.get_or_insert_default();
        rare.locals.push(Box::new(value));
    }

    /// Takes the stored value.
    pub(crate) fn take_attachment<T: Any>(&mut self) -> Option<T> {
        let locals = &mut self.inner.rare.as_mut()?.locals;
        let index = locals.iter().position(|it| it.is::<T>())?;
        Some(*locals.swap_remove(index).downcast().ok()?)
    }
}

pub(super) fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().copied().map(char::from).collect()),
    }
}

fn unquoted(value: &[u8]) -> &[u8] {
    let inside = value.strip_prefix(b"\"");
    inside
        .and_then(|value| value.strip_suffix(b"\""))
        .unwrap_or(value)
}

//! `Idempotency`: a request runs once, however often it is sent.

mod key;
mod lease;
mod record;
mod scope;
mod tee;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use avocet::context::Context;
use avocet::extract::ReceivedBody;
use avocet::layer::{Middleware, Next, Request};
use avocet::model::Schema;
use avocet::operation::{Operation, Parameter, ParameterLocation};
use avocet::response::{BodyError, HttpError, Response, ResponseBody};
use avocet::serve::ClientBodyError;
use avocet_store::{Error, Namespace};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use http_body::Body;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};

use crate::client_key::OfRequest;
use crate::documented;
use key::{KeyHeader, LONGEST};
use lease::{Claim, Lease};
use record::{Record, State, Stored};
use tee::Tee;

/// The description of the key in the document.
const DESCRIPTION: &str =
    "A key that the client makes for the request, such as a UUID, and sends again with each retry";
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// Runs a request once, however often it is sent with the same `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07): a retry
/// of an inference or of a payment costs money.
///
/// It is for `POST` and `PATCH`; other methods pass. The client makes a new key, such as a UUID, for each request that it means, and sends it
/// again with each retry. The key belongs to the caller, the host, the method and the path.
///
/// | a request with a key | response |
/// |---|---|
/// | that is new | runs |
/// | whose request still runs | 409 with `Retry-After` |
/// | whose request is done | the stored status, headers and body, with `Idempotency-Replayed: true` |
/// | that was used with another body, query or content type | 422 |
/// | that is malformed: not 1 to 255 visible ASCII characters, quoted or not | 400 |
/// | without a key, if it is [required](Self::required) | 400 |
///
/// | outcome of the first request | what a retry gets |
/// |---|---|
/// | a status below 500, except the next row | the stored response |
/// | 401, 403, 408, 409, 425, 429, 5xx, a panic | it runs again; [`store_if`](Self::store_if) changes both rows |
/// | the client leaves while the handler runs | the stored response: the operations become [`detach`](avocet::operation::Operation::detach), so a handler runs to its end |
/// | a stream that ends | the whole stream at once |
/// | a stream that breaks, or whose client leaves | it runs again |
/// | a response over [`max_response_bytes`](Self::max_response_bytes) | 409: it does not run twice, and its response is gone |
/// | the process ends | it runs again after the [lease](Self::lease) |
///
/// - `Set-Cookie` is never stored. Neither are headers of the connection and of rate limits.
/// - Replicas share the keys if they share the store, for example a `SQLite` file. If the store fails, the request does not run: 500, or 503 if
///   it is full.
/// - The caller is that of the current [`Context`], if a layer outside has set it. Otherwise everything that can have credentials counts:
///   the headers `Authorization` and `X-API-Key`, the headers, cookies and query parameters of the operation's schemes, and all cookies if no
///   scheme names one. A cookie that has no credentials does not make a request a different one if a scheme names those that have. Set
///   [`caller`](Self::caller) if the credentials change between retries, such as a session in a signed cookie.
/// - A client can use a key for each of its requests. Those of an operation that is open to everyone fill the namespace, until it has room for no
///   one, which is a 503. Add a [`RateLimit`](crate::RateLimit) outside, and give the namespace room for its quota: with 60 requests a minute and
///   an [`expiry`](Self::expiry) of an hour, an address has at most 3,600 keys. A response with 401 or 403 takes no room.
/// - A stored response is sent before the credentials are checked again: who has the same credentials and the same key gets it until it expires,
///   even if the credentials were revoked.
///
/// ```
/// use avocet::prelude::*;
/// use avocet::testing::TestClient;
/// use avocet_middleware::Idempotency;
/// use avocet_store::Store;
///
/// #[post("/orders", status = 201)]
/// async fn order(#[body] item: String) -> String { format!("ordered {item}") }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let keys = Store::memory().namespace("idempotency")?;
/// let client = TestClient::new(App::new("Shop", "1.0.0").routes(routes![order]).layer(Idempotency::new(keys)).build()?);
/// let send = |item| client.post("/orders").header("idempotency-key", "\"8e03978e\"").json(item).send();
/// assert_eq!(send("a book").await.status(), 201);
/// let again = send("a book").await;
/// assert_eq!((again.status().as_u16(), again.header("idempotency-replayed")), (201, "true"));
/// assert_eq!(send("a car").await.status(), 422);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Idempotency {
    records: Namespace,
    required: bool,
    expiry: Duration,
    lease: Duration,
    max_request_bytes: usize,
    max_response_bytes: usize,
    is_stored: Arc<dyn Fn(StatusCode) -> bool + Send + Sync>,
    caller: Option<OfRequest<Option<String>>>,
}

impl Idempotency {
    /// Keeps the keys in a namespace, whose limits bound how many there are and how much they use.
    ///
    /// ```
    /// use avocet_middleware::Idempotency;
    /// use avocet_store::{NamespaceConfig, Store};
    ///
    /// # fn main() -> Result<(), avocet_store::Error> {
    /// let keys = NamespaceConfig::new("idempotency").entries(1_000_000).total_bytes(1024 * 1024 * 1024);
    /// let idempotency = Idempotency::new(Store::memory().namespace(keys)?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn new(records: Namespace) -> Self {
        Self {
            records,
            required: false,
            expiry: Duration::from_secs(24 * 3600),
            lease: Duration::from_secs(60),
            max_request_bytes: 2 * 1024 * 1024,
            max_response_bytes: 512 * 1024,
            is_stored: Arc::new(is_final),
            caller: None,
        }
    }

    /// Rejects requests without a key with 400.
    ///
    /// ```
    /// # fn set(idempotency: avocet_middleware::Idempotency) -> avocet_middleware::Idempotency {
    /// idempotency.required()
    /// # }
    /// ```
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Sets how long a response is kept; 24 hours by default.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # fn set(idempotency: avocet_middleware::Idempotency) -> avocet_middleware::Idempotency {
    /// idempotency.expiry(Duration::from_secs(3600))
    /// # }
    /// ```
    pub fn expiry(mut self, time: Duration) -> Self {
        self.expiry = time;
        self
    }

    /// Sets after which time the key of a process that has ended is free; 60 seconds by default. A process that runs renews it.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # fn set(idempotency: avocet_middleware::Idempotency) -> avocet_middleware::Idempotency {
    /// idempotency.lease(Duration::from_secs(30))
    /// # }
    /// ```
    pub fn lease(mut self, time: Duration) -> Self {
        self.lease = time;
        self
    }

    /// Sets the largest body of a request with a key, in bytes; 2 MiB by default. It is read before the handler starts. Larger ones are rejected
    /// with 413, also if the route accepts more.
    ///
    /// ```
    /// # fn set(idempotency: avocet_middleware::Idempotency) -> avocet_middleware::Idempotency {
    /// idempotency.max_request_bytes(16 * 1024 * 1024)
    /// # }
    /// ```
    pub fn max_request_bytes(mut self, bytes: usize) -> Self {
        self.max_request_bytes = bytes;
        self
    }

    /// Sets the largest body of a response that is stored, in bytes; 512 KiB by default. The values of the namespace need room for it and the
    /// headers: [`NamespaceConfig::value_bytes`](avocet_store::NamespaceConfig::value_bytes).
    ///
    /// ```
    /// # fn set(idempotency: avocet_middleware::Idempotency) -> avocet_middleware::Idempotency {
    /// idempotency.max_response_bytes(64 * 1024)
    /// # }
    /// ```
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// Sets which statuses are stored. After the others a retry runs the request again.
    ///
    /// ```
    /// # fn set(idempotency: avocet_middleware::Idempotency) -> avocet_middleware::Idempotency {
    /// idempotency.store_if(|status| status.is_success())
    /// # }
    /// ```
    pub fn store_if(
        mut self,
        is_stored: impl Fn(StatusCode) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.is_stored = Arc::new(is_stored);
        self
    }

    /// Sets a function that returns who sends a request. It has to identify the caller by something that others cannot send.
    ///
    /// ```
    /// # fn set(idempotency: avocet_middleware::Idempotency) -> avocet_middleware::Idempotency {
    /// // A header that a gateway sets, and that it removes from the requests of clients.
    /// idempotency.caller(|request| Some(request.headers().get("x-verified-user")?.to_str().ok()?.to_owned()))
    /// # }
    /// ```
    pub fn caller(
        mut self,
        caller: impl Fn(&Request) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        self.caller = Some(Arc::new(caller));
        self
    }

    fn caller_of(&self, request: &Request) -> Option<String> {
        if let Some(caller) = &self.caller {
            return caller(request);
        }
        Context::with_current(|context| Some(context.caller()?.id().to_owned())).flatten()
    }

    /// Stores the outcome of a request, or arranges that it is stored at the end of its stream.
    async fn keep(&self, lease: Lease, response: Response) -> Response {
        if !(self.is_stored)(response.status()) {
            return response;
        }
        let limit = self.max_response_bytes;
        let (head, body) = response.into_parts();
        let size = body.size_hint().exact();
        if size.is_none() {
            let about = (head.status, head.headers.clone());
            let tee = Tee::new(body, lease, about, limit, self.expiry);
            return Response::from_parts(head, ResponseBody::stream(tee));
        }
        let (state, body) = if size.is_some_and(|size| size > limit as u64) {
            (State::Unstored, body)
        } else {
            match body.collect().await {
                Ok(collected) => {
                    let bytes = collected.to_bytes();
                    let stored = Stored::new(head.status, &head.headers, bytes.clone());
                    (State::Done(stored), ResponseBody::full(bytes))
                }
                // The client receives the same break.
                Err(error) => {
                    let broken = ResponseBody::stream(Broken(Some(error)));
                    return Response::from_parts(head, broken);
                }
            }
        };
        if let Err(error) = lease.complete(state, self.expiry).await {
            lease::not_stored(&error);
        }
        Response::from_parts(head, body)
    }
}

/// Returns whether a retry of a request with this status would have the same outcome.
fn is_final(status: StatusCode) -> bool {
    let again = [401, 403, 408, 409, 425, 429];
    status.as_u16() >= 200 && status.as_u16() < 500 && !again.contains(&status.as_u16())
}

/// A body that breaks at once.
struct Broken(Option<BodyError>);

impl Body for Broken {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, BodyError>>> {
        std::task::Poll::Ready(self.0.take().map(Err))
    }
}

impl Middleware for Idempotency {
    fn check(&self) -> Vec<String> {
        let config = self.records.config();
        let value_bytes = config.bound(avocet_store::Limit::ValueBytes);
        let mut mistakes = Vec::new();
        if self.lease < Duration::from_secs(1) {
            mistakes.push("the lease is under 1 s".to_owned());
        }
        if self.expiry < self.lease {
            mistakes.push("responses expire before the lease".to_owned());
        }
        if self.max_response_bytes as u64 >= value_bytes {
            mistakes.push(format!(
                "`max_response_bytes` is {}, and a value of the namespace `{}` has at most {value_bytes} bytes; raise `value_bytes`, with room for the headers",
                self.max_response_bytes,
                config.name(),
            ));
        }
        if config.is_cache() {
            mistakes.push(format!(
                "the namespace `{}` is a cache: it could forget a key early, and the request would run twice",
                config.name()
            ));
        }
        mistakes
            .iter()
            .map(|what| format!("`Idempotency`: {what}"))
            .collect()
    }

    fn describe(&self, operation: &mut Operation) {
        if !is_covered(&operation.method) {
            return;
        }
        operation.detached = true;
        let schema = Schema::string();
        // As the draft writes it; names of headers are compared without case.
        let name = "Idempotency-Key";
        let mut parameter = Parameter::new(ParameterLocation::Header, name, schema, self.required);
        DESCRIPTION.clone_into(&mut parameter.description);
        operation.add_parameter(parameter);
        let invalid = if self.required {
            "The idempotency key is missing or malformed"
        } else {
            "The idempotency key is malformed"
        };
        documented::error(operation, StatusCode::BAD_REQUEST, invalid);
        documented::error(
            operation,
            StatusCode::CONFLICT,
            "The request with this idempotency key still runs, or its response was not stored",
        );
        documented::error(
            operation,
            StatusCode::PAYLOAD_TOO_LARGE,
            "The body is over the limit for requests with an idempotency key",
        );
        documented::error(
            operation,
            StatusCode::UNPROCESSABLE_ENTITY,
            "The idempotency key was used with another request",
        );
    }

    async fn run(self: Arc<Self>, request: Request, next: Next) -> Result<Response, HttpError> {
        if !is_covered(request.method()) {
            return Ok(next.run(request).await);
        }
        let key = match key::read(request.headers()) {
            KeyHeader::Key(key) => key.to_owned(),
            KeyHeader::Missing if !self.required => return Ok(next.run(request).await),
            KeyHeader::Missing => {
                return Err(error(
                    StatusCode::BAD_REQUEST,
                    "The header `Idempotency-Key` is required",
                ));
            }
            KeyHeader::Malformed => {
                let detail = format!(
                    "The header `Idempotency-Key` should be one key of 1 to {LONGEST} visible ASCII characters"
                );
                return Err(error(StatusCode::BAD_REQUEST, detail));
            }
        };
        let (head, body) = request.into_inner().into_parts();
        let body = read(body, self.max_request_bytes).await?;
        let request = http::Request::from_parts(head, ReceivedBody::new(Full::new(body.clone())));
        let request = Request::from(request);
        let fingerprint = scope::fingerprint(&request, &body);
        drop(body);
        let caller = self.caller_of(&request);
        let record_key = scope::record_key(&request, caller.as_deref(), &key);
        let claim = Lease::claim(&self.records, record_key, fingerprint, self.lease).await;
        let lease = match claim.map_err(unavailable)? {
            Claim::Mine(lease) => lease,
            Claim::Other(record) => return replayed(record, &fingerprint),
        };
        let response = next.run(request).await;
        Ok(self.keep(lease, response).await)
    }
}

fn is_covered(method: &Method) -> bool {
    *method == Method::POST || *method == Method::PATCH
}

/// Returns the response to a request whose key has a record.
fn replayed(
    record: Option<Record>,
    fingerprint: &record::Fingerprint,
) -> Result<Response, HttpError> {
    let retry = HeaderValue::from_static("1");
    let running = error(
        StatusCode::CONFLICT,
        "The request with this idempotency key still runs",
    )
    .header(header::RETRY_AFTER, retry);
    match record {
        None => Err(running),
        Some(record) if record.fingerprint != *fingerprint => Err(error(
            StatusCode::UNPROCESSABLE_ENTITY,
            "The idempotency key was used with another request; use a new key for a new request",
        )),
        Some(record) => match record.state {
            State::Running => Err(running),
            State::Unstored => Err(error(
                StatusCode::CONFLICT,
                "The request with this idempotency key is done, and its response was too large to be stored",
            )),
            State::Done(stored) => {
                let mut response = stored.into_response();
                response
                    .headers_mut()
                    .insert(REPLAYED, HeaderValue::from_static("true"));
                Ok(response)
            }
        },
    }
}

/// Reads the body of a request.
async fn read(body: ReceivedBody, limit: usize) -> Result<Bytes, HttpError> {
    let collected = Limited::new(body, limit).collect().await;
    collected.map(http_body_util::Collected::to_bytes).map_err(|cause| {
        if cause.is::<LengthLimitError>() {
            let detail = format!("The body is over the limit of {limit} bytes for requests with an idempotency key");
            return error(StatusCode::PAYLOAD_TOO_LARGE, detail);
        }
        match cause.downcast_ref::<ClientBodyError>() {
            Some(cause) if cause.is_too_slow() => {
                error(StatusCode::REQUEST_TIMEOUT, "The body arrived too slowly")
            }
            _ => error(StatusCode::BAD_REQUEST, "Unexpected end of the request body"),
        }
    })
}

/// A store that fails must not let a request run twice.
fn unavailable(cause: Error) -> HttpError {
    match cause {
        Error::Limit(_) | Error::Busy { .. } => error(
            StatusCode::SERVICE_UNAVAILABLE,
            "There is no room for further idempotency keys",
        ),
        cause => HttpError::internal(cause),
    }
}

fn error(status: StatusCode, detail: impl Into<String>) -> HttpError {
    HttpError::new(status, detail.into())
}

impl fmt::Debug for Idempotency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Idempotency")
            .field("namespace", &self.records.config().name())
            .field("required", &self.required)
            .field("expiry", &self.expiry)
            .field("lease", &self.lease)
            .finish_non_exhaustive()
    }
}

//! Services that are mounted beside the routes.

use std::fmt;

use bytes::Bytes;
use http::uri::PathAndQuery;
use http::{Request, Uri};
use http_body::Body;
use tower_service::Service;

use super::endpoint::Endpoint;
use crate::extract::ReceivedBody;
use crate::response::{BodyError, ErrorFormat};

/// The request target before the prefixes of mounts were removed, in the extensions of the request.
///
/// ```
/// use avocet::layer::OriginalUri;
///
/// fn path(request: &http::Request<()>) -> &str {
///     request.extensions().get::<OriginalUri>().map_or(request.uri(), |original| &original.0).path()
/// }
/// ```
#[derive(Clone, Debug)]
pub struct OriginalUri(pub Uri);

/// A service that can be mounted: any cloneable `tower::Service` for requests with a body.
///
/// ```
/// fn takes_service(_: impl avocet::layer::Mountable) {}
/// takes_service(axum::Router::<()>::new());
/// ```
pub trait Mountable: Send {
    #[doc(hidden)]
    fn into_endpoint(self, errors: ErrorFormat) -> Endpoint;
}

impl<S, B> Mountable for S
where
    S: Service<Request<ReceivedBody>, Response = http::Response<B>>,
    S: Clone + Send + Sync + 'static,
    S::Error: Into<BodyError>,
    S::Future: Send + 'static,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BodyError>,
{
    fn into_endpoint(self, errors: ErrorFormat) -> Endpoint {
        Endpoint::of(self, errors)
    }
}

/// A mount of an application that is not built yet.
pub(crate) struct PendingMount {
    prefix: String,
    redirects_prefix: bool,
    is_public: bool,
    endpoint: Box<dyn FnOnce(ErrorFormat) -> Endpoint + Send + Sync>,
}

impl PendingMount {
    pub(crate) fn new<M: Mountable + Sync + 'static>(prefix: String, service: M) -> Self {
        Self {
            prefix,
            redirects_prefix: false,
            is_public: false,
            endpoint: Box::new(move |errors| service.into_endpoint(errors)),
        }
    }

    /// Redirects a request for the prefix itself to the prefix with a slash.
    pub(crate) fn redirecting_prefix(mut self, redirects: bool) -> Self {
        self.redirects_prefix = redirects;
        self
    }

    /// Allows it in an application that denies by default.
    pub(crate) fn public(mut self) -> Self {
        self.is_public = true;
        self
    }

    /// Returns the mistakes in the prefixes, and the mounts that an application denies.
    pub(crate) fn mistakes(mounts: &[Self], denies_by_default: bool) -> Vec<String> {
        let mut mistakes = Vec::new();
        for (index, mount) in mounts.iter().enumerate() {
            let prefix = &mount.prefix;
            if denies_by_default && !mount.is_public {
                mistakes.push(format!(
                    "the service at `{prefix}` is open to everyone, unless it checks its callers itself: mount it with `mount_public` if that is right"
                ));
            }
            let is_root = prefix == "/";
            if !prefix.starts_with('/') || (prefix.ends_with('/') && !is_root) {
                mistakes.push(format!(
                    "a service is mounted at `{prefix}`: a prefix starts with a slash and does not end with one, such as `/legacy`"
                ));
            } else if prefix.contains(['{', '}', '?', '#', '%']) {
                mistakes.push(format!(
                    "a service is mounted at `{prefix}`: a prefix is literal text, without variables, queries and escapes"
                ));
            }
            if mounts[..index].iter().any(|other| other.prefix == *prefix) {
                mistakes.push(format!("two services are mounted at `{prefix}`"));
            }
        }
        mistakes
    }

    /// Completes the mounts, those with the longest prefixes first.
    pub(crate) fn complete(mounts: Vec<Self>, errors: ErrorFormat) -> Vec<Mount> {
        let mount = |pending: Self| Mount {
            prefix: pending.prefix.trim_end_matches('/').to_owned(),
            redirects_prefix: pending.redirects_prefix,
            endpoint: (pending.endpoint)(errors),
        };
        let mut mounts: Vec<_> = mounts.into_iter().map(mount).collect();
        mounts.sort_by_key(|mount| std::cmp::Reverse(mount.prefix.len()));
        mounts
    }
}

impl fmt::Debug for PendingMount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PendingMount({})", self.prefix)
    }
}

/// A mounted service with its prefix.
#[derive(Clone, Debug)]
pub(crate) struct Mount {
    /// Begins with a slash and does not end with one; empty for the root.
    pub(crate) prefix: String,
    redirects_prefix: bool,
    pub(crate) endpoint: Endpoint,
}

impl Mount {
    /// Returns the template of the paths under the mount, for logs and metrics.
    pub(crate) fn template(&self) -> String {
        format!("{}/{{path:path}}", self.prefix)
    }

    /// Returns the path inside the mount, without its prefix.
    pub(crate) fn path_inside<'p>(&self, path: &'p str) -> Option<&'p str> {
        let inside = path.strip_prefix(self.prefix.as_str())?;
        (inside.is_empty() || inside.starts_with('/')).then_some(inside)
    }

    /// Returns the relative target of a redirect of the prefix itself to the prefix with a slash, below which the links of the service are.
    pub(crate) fn redirect(&self, path: &str) -> Option<String> {
        let redirects = self.redirects_prefix && path == self.prefix;
        let (_, last) = path.rsplit_once('/').filter(|_| redirects)?;
        Some(format!("./{last}/"))
    }

    /// Removes the prefix from the target of a request.
    pub(crate) fn strip<B>(&self, request: &mut Request<B>) {
        let uri = request.uri();
        let Some(inside) = self.path_inside(uri.path()) else {
            return;
        };
        let slash = if inside.is_empty() { "/" } else { "" };
        let target = match uri.query() {
            Some(query) => format!("{slash}{inside}?{query}"),
            None => format!("{slash}{inside}"),
        };
        let mut parts = uri.clone().into_parts();
        // The rest of a valid target is valid.
        parts.path_and_query = PathAndQuery::try_from(target).ok();
        if let Ok(stripped) = Uri::from_parts(parts) {
            let original = std::mem::replace(request.uri_mut(), stripped);
            if !self.prefix.is_empty() {
                // Of an application in an application, the outer one has the whole path.
                request
                    .extensions_mut()
                    .get_or_insert_with(|| OriginalUri(original));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stripped(prefix: &str, target: &str) -> Option<String> {
        let endpoint = Endpoint::new(|_| unreachable!("not called"));
        let mount = Mount {
            prefix: prefix.to_owned(),
            redirects_prefix: false,
            endpoint,
        };
        let mut request = Request::new(());
        *request.uri_mut() = target.parse().expect("a target");
        mount.path_inside(request.uri().path())?;
        mount.strip(&mut request);
        Some(request.uri().to_string())
    }

    #[test]
    fn a_prefix_ends_at_a_slash() {
        for (prefix, target, inside) in [
            ("/old", "/old/items?page=2", Some("/items?page=2")),
            ("/old", "/old", Some("/")),
            ("/old", "/old?page=2", Some("/?page=2")),
            ("/old", "/old/", Some("/")),
            ("/old", "/older", None),
            ("/old", "/new/old", None),
            ("", "/items", Some("/items")),
            ("/old", "/old/a%2Fb", Some("/a%2Fb")),
            ("/old", "http://host/old/items", Some("http://host/items")),
        ] {
            assert_eq!(stripped(prefix, target).as_deref(), inside, "{target}");
        }
    }
}

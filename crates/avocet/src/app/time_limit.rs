//! The time limit of a request: by its route, by the application, and by a header of the client.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use avocet_context::Deadline;
use http::{HeaderMap, HeaderName, StatusCode};

use super::App;
use crate::report::RejectionReason;
use crate::response::{ErrorFormat, HttpError, Response};

impl App {
    /// Sets the time limit of every route that does not set its own ([`Operation::time_limit`](crate::operation::Operation::time_limit())): how long it may take to the head of its
    /// response.
    ///
    /// Then the handler is cancelled and the client receives a 504, through the layers of the application; without them if a layer itself has
    /// waited for too long. A stream that has begun is not ended. The limit is the deadline of
    /// [`Context::current`](crate::context::Context::current), which queues and clients that the handler calls can follow. Default: none,
    /// since a response may depend on a model that takes minutes.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use avocet::prelude::*;
    /// use avocet::testing::TestClient;
    ///
    /// #[get("/never")]
    /// async fn never() -> u32 { std::future::pending().await }
    ///
    /// # #[avocet::main]
    /// # async fn main() -> avocet::Result<()> {
    /// let app = App::new("Slow", "1.0.0").time_limit(Duration::from_millis(10)).routes(routes![never]);
    /// let client = TestClient::new(app.build()?);
    /// let response = client.get("/never").send().await;
    /// assert_eq!(response.status(), 504);
    /// assert_eq!(response.text().await, r#"{"detail":"The response took longer than 10ms"}"#);
    /// # Ok(())
    /// # }
    /// ```
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = Some(limit);
        self
    }

    /// Lets clients shorten the time limit with a header: a number of seconds (`10`, `0.5`), or with a unit (`500ms`, `2min`).
    ///
    /// A client cannot extend the limit of the server. A value that is not a time is a 400.
    ///
    /// Then `x-stainless-read-timeout` counts as well, with which the clients of `OpenAI` send how many seconds they wait for the head of a
    /// response. The shortest time holds. A value of this header that is not a time is ignored, because the client library sets it.
    ///
    /// ```
    /// use http::HeaderName;
    ///
    /// let app = avocet::App::new("Slow", "1.0.0").time_limit_header(HeaderName::from_static("x-request-timeout"));
    /// ```
    pub fn time_limit_header(mut self, name: HeaderName) -> Self {
        self.time_limit_header = Some(name);
        self
    }
}

/// How many seconds a client of `OpenAI` waits for the head of a response.
const CLIENT_WAITS: HeaderName = HeaderName::from_static("x-stainless-read-timeout");

/// Returns the shortest one of the limit of a route and those of the client's headers.
pub(super) fn of_request(
    route: Option<Duration>,
    header: Option<&HeaderName>,
    headers: &HeaderMap,
) -> Result<Option<Duration>, HttpError> {
    let Some(name) = header else {
        return Ok(route);
    };
    let waits = headers.get(CLIENT_WAITS);
    let waits = waits.and_then(|value| duration(value.to_str().ok()?));
    let route = route.into_iter().chain(waits).min();
    let Some(value) = headers.get(name) else {
        return Ok(route);
    };
    let Some(wanted) = value.to_str().ok().and_then(duration) else {
        let detail =
            format!("The header `{name}` should be a time in seconds, such as `10` or `0.5`");
        let error = HttpError::new(StatusCode::BAD_REQUEST, detail);
        return Err(error.rejecting(RejectionReason::Malformed));
    };
    Ok(Some(route.map_or(wanted, |limit| limit.min(wanted))))
}

/// Parses `10`, `0.5` or `500ms`.
fn duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    match text.parse::<f64>() {
        Ok(seconds) => Duration::try_from_secs_f64(seconds).ok(),
        Err(_) => humantime::parse_duration(text).ok(),
    }
}

/// Ends what runs at the deadline, with a 504.
pub(super) fn limited(
    running: Pin<Box<dyn Future<Output = Response> + Send>>,
    deadline: Deadline,
    limit: Duration,
    errors: ErrorFormat,
) -> Pin<Box<dyn Future<Output = Response> + Send>> {
    Box::pin(async move {
        tokio::select! {
            biased;
            response = running => response,
            () = deadline.passed() => {
                let limit = humantime::format_duration(limit);
                let detail = format!("The response took longer than {limit}");
                HttpError::new(StatusCode::GATEWAY_TIMEOUT, detail).into_response(errors)
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(route: Option<u64>, text: &str) -> Result<Option<Duration>, HttpError> {
        let name = HeaderName::from_static("x-timeout");
        let mut headers = HeaderMap::new();
        headers.insert(&name, text.parse().expect("a header"));
        of_request(route.map(Duration::from_millis), Some(&name), &headers)
    }

    #[test]
    fn how_long_a_client_waits_counts_where_clients_may_shorten_the_limit() {
        let name = HeaderName::from_static("x-timeout");
        let seconds = |name, route: Option<u64>, own: &str, waits: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("x-timeout", own.parse().expect("a header"));
            headers.insert(CLIENT_WAITS, waits.parse().expect("a header"));
            let limit = of_request(route.map(Duration::from_secs), name, &headers);
            limit.expect("times").map(|limit| limit.as_secs_f64())
        };
        for (route, own, waits, limit) in [
            (None, "9", "600.0", 9.0),
            (None, "900", "600.0", 600.0),
            (Some(60), "9", "0.5", 0.5),
            (Some(5), "9", "600.0", 5.0),
            (None, "9", "inf", 9.0),
            (None, "9", "None", 9.0),
        ] {
            assert_eq!(seconds(Some(&name), route, own, waits), Some(limit));
        }
        assert_eq!(seconds(None, Some(60), "9", "0.5"), Some(60.0));
    }

    #[test]
    fn the_shorter_limit_holds() {
        for (route, text, millis) in [
            (None, "10", 10_000),
            (None, "0.5", 500),
            (None, " 250ms ", 250),
            (None, "2min", 120_000),
            (Some(100), "10", 100),
            (Some(100), "0.01", 10),
            (Some(100), "0", 0),
        ] {
            let limit = of(route, text).expect("a time").expect("a limit");
            assert_eq!(limit, Duration::from_millis(millis), "{route:?} {text}");
        }
        for text in ["-1", "soon", "", "NaN", "inf", "10 parsecs"] {
            assert_eq!(of(None, text).expect_err("no time").status(), 400, "{text}");
        }
    }
}

//! `Browser`: a client that keeps cookies and sends what browsers send.

use std::collections::BTreeMap;

use avocet::App;
use avocet::testing::{TestClient, TestResponse};
use http::Method;

#[derive(Clone)]
pub(crate) struct Browser {
    pub(crate) client: TestClient,
    pub(crate) cookies: BTreeMap<String, String>,
}

impl Browser {
    pub(crate) fn new(app: App) -> Self {
        Self {
            client: TestClient::new(app.build().expect("it builds")),
            cookies: BTreeMap::new(),
        }
    }

    /// The same application with a new profile.
    pub(crate) fn other(&self) -> Self {
        Self {
            client: self.client.clone(),
            cookies: BTreeMap::new(),
        }
    }

    /// The name and the value of the only cookie.
    pub(crate) fn cookie(&self) -> (&str, &str) {
        let (name, value) = self.cookies.first_key_value().expect("a cookie");
        (name, value)
    }

    pub(crate) fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> avocet::testing::TestRequest {
        // The browser keeps the cookies, so that a test can change them.
        self.client.clear_cookies();
        let request = self
            .client
            .request(method, path)
            .header("host", "shop.example");
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if cookies.is_empty() {
            return request;
        }
        request.header("cookie", &cookies.join("; "))
    }

    pub(crate) fn keep(&mut self, response: &TestResponse) {
        for line in response.headers().get_all("set-cookie") {
            let line = line.to_str().expect("text");
            let (pair, attributes) = line.split_once(';').expect("attributes");
            let (name, value) = pair.split_once('=').expect("a value");
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.set_cookie(name, value);
            }
        }
    }

    pub(crate) async fn send(&mut self, method: Method, path: &str) -> TestResponse {
        let request = self
            .request(method, path)
            .header("sec-fetch-site", "same-origin");
        let response = request.send().await;
        self.keep(&response);
        response
    }

    /// Opens a page, which must be there, and returns its text.
    pub(crate) async fn get(&mut self, path: &str) -> String {
        let response = self.send(Method::GET, path).await;
        assert_eq!(response.status(), 200, "{path}");
        response.text().await
    }

    pub(crate) async fn put(&mut self, path: &str) -> TestResponse {
        self.send(Method::PUT, path).await
    }

    pub(crate) async fn delete(&mut self, path: &str) -> TestResponse {
        self.send(Method::DELETE, path).await
    }

    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> TestResponse {
        let request = self
            .request(Method::POST, path)
            .header("sec-fetch-site", "same-origin");
        let response = request.form(fields).send().await;
        self.keep(&response);
        response
    }
}

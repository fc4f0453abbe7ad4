//! `Call`: the values for a call of an operation.

use std::fmt::Write;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, header};
use http_body_util::Full;
use serde_json::Value;

use super::CallError;
use crate::operation::{Operation, ParameterLocation};

/// The values for a call of an operation: its arguments by name, and its body.
///
/// A list stands for a parameter that is given several times. A value that is `null` is left out. The last body that is set is sent; its
/// media type is the header `content-type`, unless [`header`](Self::header) sets that.
///
/// ```
/// use avocet::plugin::Call;
/// use serde_json::json;
///
/// let call = Call::of("read_item").argument("item_id", 7).argument("tag", json!(["a", "b"])).body(json!({"name": "ann"}));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Call {
    pub(super) operation: String,
    arguments: Vec<(String, Value)>,
    headers: HeaderMap,
    body: Option<CallBody>,
}

/// A body with its media type.
#[derive(Clone, Debug)]
struct CallBody {
    media_type: String,
    content: Bytes,
}

impl Call {
    /// Begins a call of the operation with this id.
    ///
    /// ```
    /// let call = avocet::plugin::Call::of("read_item");
    /// ```
    pub fn of(operation: impl Into<String>) -> Self {
        Self {
            operation: operation.into(),
            ..Self::default()
        }
    }

    /// Sets the value of a parameter, whatever its location: the path, the query, a header or a cookie.
    ///
    /// ```
    /// let call = avocet::plugin::Call::of("read_item").argument("item_id", 7);
    /// ```
    pub fn argument(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.arguments.push((name.into(), value.into()));
        self
    }

    /// Adds a header that is no parameter, such as the credentials of the request that makes the call.
    ///
    /// ```
    /// use http::{HeaderValue, header};
    ///
    /// let call = avocet::plugin::Call::of("read_item").header(header::AUTHORIZATION, HeaderValue::from_static("Bearer abc"));
    /// ```
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.append(name, value);
        self
    }

    /// Sets the JSON body.
    ///
    /// ```
    /// let call = avocet::plugin::Call::of("create_item").body(serde_json::json!({"name": "ann"}));
    /// ```
    pub fn body(self, body: impl Into<Value>) -> Self {
        self.content("application/json", body.into().to_string())
    }

    /// Sets the fields of a form, as `application/x-www-form-urlencoded`. A form with files is a [`content`](Self::content).
    ///
    /// ```
    /// let call = avocet::plugin::Call::of("log_in").form([("name", "ann"), ("remember", "true")]);
    /// ```
    pub fn form<N, V>(self, fields: impl IntoIterator<Item = (N, V)>) -> Self
    where
        N: AsRef<str>,
        V: AsRef<str>,
    {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        self.content("application/x-www-form-urlencoded", form.finish())
    }

    /// Sets a body of any media type, as it is sent: text, an image, a multipart form with its boundary.
    ///
    /// ```
    /// let call = avocet::plugin::Call::of("upload").content("image/png", &b"\x89PNG"[..]);
    /// ```
    pub fn content(mut self, media_type: impl Into<String>, content: impl Into<Bytes>) -> Self {
        self.body = Some(CallBody {
            media_type: media_type.into(),
            content: content.into(),
        });
        self
    }

    /// Creates the request that has these values.
    pub(super) fn request(self, operation: &Operation) -> Result<Request<Full<Bytes>>, CallError> {
        let mut path = Vec::new();
        let mut query = form_urlencoded::Serializer::new(String::new());
        let mut headers = self.headers;
        let mut cookies = String::new();
        for (name, value) in self.arguments {
            let parameter = operation.parameters.iter();
            let mut parameter =
                parameter.filter(|parameter| parameter.name.eq_ignore_ascii_case(&name));
            let Some(parameter) = parameter.next() else {
                return Err(CallError::new(format!(
                    "the operation `{}` has no parameter `{name}`",
                    operation.id
                )));
            };
            let texts = texts(value);
            match parameter.source {
                ParameterLocation::Path => path.push((name, texts.join(","))),
                ParameterLocation::Query => {
                    query.extend_pairs(texts.iter().map(|text| (&name, text)));
                }
                ParameterLocation::Header => {
                    let of_text = |text: &String| {
                        let name = HeaderName::try_from(&name).ok()?;
                        Some((name, HeaderValue::try_from(text).ok()?))
                    };
                    for text in &texts {
                        let Some((name, value)) = of_text(text) else {
                            return Err(CallError::new(format!(
                                "the value of the header `{name}` has characters that no header may have"
                            )));
                        };
                        headers.append(name, value);
                    }
                }
                ParameterLocation::Cookie => {
                    for text in &texts {
                        let separator = if cookies.is_empty() { "" } else { "; " };
                        // Writing to a string cannot fail.
                        let _ = write!(cookies, "{separator}{name}={text}");
                    }
                }
            }
        }
        let mut target = fill(&operation.path, &path)?;
        let query = query.finish();
        if !query.is_empty() {
            target.push('?');
            target.push_str(&query);
        }
        if !cookies.is_empty() {
            let cookies = HeaderValue::try_from(cookies);
            let cookies = cookies.map_err(|_| {
                CallError::new("a cookie has characters that no header may have".to_owned())
            })?;
            headers.append(header::COOKIE, cookies);
        }
        let body = match self.body {
            Some(CallBody {
                media_type,
                content,
            }) => {
                let Ok(value) = HeaderValue::try_from(&media_type) else {
                    return Err(CallError::new(format!(
                        "the media type `{media_type}` has characters that no header may have"
                    )));
                };
                headers.entry(header::CONTENT_TYPE).or_insert(value);
                Full::from(content)
            }
            None => Full::default(),
        };
        let mut request = Request::new(body);
        *request.method_mut() = operation.method.clone();
        *request.uri_mut() = target.parse().map_err(|error| {
            CallError::new(format!("the target `{target}` is not valid: {error}"))
        })?;
        *request.headers_mut() = headers;
        Ok(request)
    }
}

/// Returns the texts of a parameter's value.
fn texts(value: Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::String(text) => vec![text],
        Value::Array(items) => items.into_iter().flat_map(texts).collect(),
        other @ (Value::Bool(_) | Value::Number(_) | Value::Object(_)) => vec![other.to_string()],
    }
}

/// Fills the variables of a path template.
fn fill(template: &str, values: &[(String, String)]) -> Result<String, CallError> {
    let mut path = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((literal, after)) = rest.split_once('{') {
        path.push_str(literal);
        let Some((variable, after)) = after.split_once('}') else {
            break;
        };
        let name = variable.split(':').next().unwrap_or(variable);
        let value = values.iter().find(|(known, _)| known == name);
        let Some((_, value)) = value else {
            return Err(CallError::new(format!(
                "the path variable `{name}` of `{template}` has no value"
            )));
        };
        let keeps_slashes = variable.ends_with(":path");
        for byte in value.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                    path.push(char::from(byte));
                }
                b'/' if keeps_slashes => path.push('/'),
                byte => drop(write!(path, "%{byte:02X}")),
            }
        }
        rest = after;
    }
    path.push_str(rest);
    Ok(path)
}

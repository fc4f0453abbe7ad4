//! Descriptions of responses by status, for responses that no type documents.

use super::Operation;

/// The description of a status, of a range of statuses or of all others.
///
/// ```
/// use avocet::operation::Operation;
///
/// let operation = Operation::post("/complete").describe_response("5XX", "The model failed");
/// assert_eq!(operation.described_responses[0].status, "5XX");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DescribedResponse {
    /// The key in the document: `402`, `5XX` or `default`.
    pub status: String,
    /// The description, in Markdown.
    pub description: String,
}

impl DescribedResponse {
    /// Whether the status is one of an error.
    pub(crate) fn is_error(&self) -> bool {
        !self.status.starts_with(['1', '2', '3'])
    }
}

impl Operation {
    /// Describes the response with a status, such as `402`, a range, such as `5XX`, or `default` for all others. The attribute setting is
    /// `response("5XX", "…")`.
    ///
    /// It sets the description of a response that the types of the handler document already. A response that they do not document, such
    /// as that of a layer, is added: an error has the schema of a message in the operation's error format, any other response has no
    /// schema.
    ///
    /// `App::build` rejects anything that is not a status, a range or `default`.
    ///
    /// ```
    /// use avocet::operation::Operation;
    ///
    /// # fn main() -> Result<(), avocet::BuildError> {
    /// let operation = Operation::post("/complete").id("complete").describe_response("402", "The budget is spent");
    /// let app = avocet::App::new("Models", "1.0.0").routes([operation.handle((), |()| async { "done" })]).build()?;
    /// let responses = &app.openapi()["paths"]["/complete"]["post"]["responses"];
    /// assert_eq!(responses["402"]["description"], "The budget is spent");
    /// # Ok(())
    /// # }
    /// ```
    pub fn describe_response(mut self, status: &str, description: impl Into<String>) -> Self {
        self.add_description(status, description.into());
        self
    }

    /// Describes responses that its own descriptions override.
    pub(crate) fn describe_responses_first(&mut self, responses: &[(String, String)]) {
        let own = std::mem::take(&mut self.described_responses);
        for (status, description) in responses {
            self.add_description(status, description.clone());
        }
        self.described_responses.extend(own);
    }

    fn add_description(&mut self, status: &str, description: String) {
        let status = status.replace('x', "X");
        if !is_key(&status) {
            self.mistakes.push(format!(
                "`{status}` is not the status of a response; write a status such as `402`, a range such as `5XX`, or `default`"
            ));
        }
        self.described_responses.push(DescribedResponse {
            status,
            description,
        });
    }
}

/// Returns whether this is a key of the responses in `OpenAPI`.
fn is_key(status: &str) -> bool {
    let digits = |rest: &[u8]| rest.iter().all(u8::is_ascii_digit);
    match status.as_bytes() {
        [b'1'..=b'5', rest @ ..] if rest.len() == 2 => rest == b"XX" || digits(rest),
        _ => status == "default",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_statuses_and_ranges_are_keys() {
        for key in ["100", "402", "599", "2XX", "5XX", "default"] {
            assert!(is_key(key), "{key}");
        }
        for key in ["", "99", "600", "6XX", "40X", "4XXX", "4020", "Default"] {
            assert!(!is_key(key), "{key}");
        }
    }
}

//! Responses of one status: their contents together are one response of the document.

use super::{Content, DocumentedResponse, Operation, ResponseHeader};
use crate::model::{Schema, Shape};

impl Operation {
    /// Adds a response. If there is one with the same status, they become one response with the contents of both: a JSON value and an
    /// event stream, for example, or either of two JSON values.
    ///
    /// ```
    /// use avocet::model::Schema;
    /// use avocet::operation::{Content, DocumentedResponse, Operation};
    /// use http::StatusCode;
    ///
    /// let mut operation = Operation::get("/chat");
    /// operation.add_response(DocumentedResponse::new(StatusCode::OK).with_content(Content::json(Schema::string())));
    /// let events = Content::stream("text/event-stream", Schema::any());
    /// operation.add_response(DocumentedResponse::new(StatusCode::OK).with_content(events));
    /// assert_eq!(operation.responses.len(), 1);
    /// assert_eq!(operation.responses[0].content.len(), 2);
    /// ```
    pub fn add_response(&mut self, response: DocumentedResponse) {
        let mut known = self.responses.iter_mut();
        match known.find(|known| known.status == response.status) {
            Some(known) => known.add(response),
            None => self.responses.push(response),
        }
    }

    /// Makes one response of those that have the same status, and one error of those that are equal.
    pub(crate) fn merge_responses(&mut self) {
        if self.errors.len() > 1 {
            for error in std::mem::take(&mut self.errors) {
                if !self.errors.contains(&error) {
                    self.errors.push(error);
                }
            }
        }
        if self.responses.len() > 1 {
            for response in std::mem::take(&mut self.responses) {
                self.add_response(response);
            }
        }
    }
}

impl DocumentedResponse {
    fn add(&mut self, other: Self) {
        if self.description.is_empty() {
            self.description = other.description;
        } else if !self.description.contains(&other.description) {
            self.description = format!("{}\n\n{}", self.description, other.description);
        }
        add_headers(&mut self.headers, other.headers);
        for content in other.content {
            let mut known = self.content.iter_mut();
            match known.find(|known| known.media_type == content.media_type) {
                Some(known) => known.add(content),
                None => self.content.push(content),
            }
        }
    }
}

/// Adds headers. A header that only one of two responses has is not required.
fn add_headers(headers: &mut Vec<ResponseHeader>, others: Vec<ResponseHeader>) {
    let is_same =
        |one: &ResponseHeader, other: &ResponseHeader| one.name.eq_ignore_ascii_case(&other.name);
    for header in headers.iter_mut() {
        let other = others.iter().find(|other| is_same(header, other));
        header.required &= other.is_some_and(|other| other.required);
    }
    for mut other in others {
        if !headers.iter().any(|header| is_same(header, &other)) {
            other.required = false;
            headers.push(other);
        }
    }
}

impl Content {
    fn add(&mut self, other: Self) {
        self.schema = either(self.schema.take(), other.schema);
        self.items = either(self.items.take(), other.items);
    }
}

/// Returns the schema of a value that has one of two schemas.
fn either(one: Option<Schema>, other: Option<Schema>) -> Option<Schema> {
    let (Some(one), Some(other)) = (&one, &other) else {
        return one.or(other);
    };
    let mut schemas: Vec<Schema> = Vec::new();
    for schema in [one, other] {
        let parts = match schema.shape() {
            Shape::AnyOf(parts) => parts.as_slice(),
            _ => std::slice::from_ref(schema),
        };
        for part in parts {
            if !schemas.contains(part) {
                schemas.push(part.clone());
            }
        }
    }
    match schemas.len() {
        1 => schemas.pop(),
        _ => Some(Schema::any_of(schemas)),
    }
}

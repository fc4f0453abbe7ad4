//! The errors of operations in the document: their format, and what an application sends in place of it.

use http::StatusCode;

use super::operation::response_json;
use super::{OpenApi, content};
use crate::model::{Members, Names, OrderedJson, object};
use crate::operation::{DocumentedError, DocumentedResponse, ErrorBody, Operation};
use crate::response::{Audience, ErrorFormat, ErrorPages};

/// What determines the bodies of errors.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DocumentedErrors<'a> {
    pub(crate) format: ErrorFormat,
    /// `None` for requests that the application sends, whose errors are those of other servers.
    pub(crate) pages: Option<&'a ErrorPages>,
}

impl DocumentedErrors<'_> {
    /// Returns those of an operation, which can have a format.
    pub(super) fn of(self, format: Option<ErrorFormat>) -> Self {
        Self {
            format: format.unwrap_or(self.format),
            ..self
        }
    }

    /// Returns those of a request that the application sends.
    pub(crate) fn outgoing(self) -> Self {
        Self {
            pages: None,
            ..self
        }
    }

    /// Adds the replaced statuses to an operation that can fail with any.
    pub(super) fn add_replaced(self, groups: &mut Vec<Vec<DocumentedError>>) {
        if groups.iter().all(|group| group[0].status.is_some()) {
            return;
        }
        for status in self.pages.into_iter().flat_map(ErrorPages::statuses) {
            if groups.iter().all(|group| group[0].status != Some(status)) {
                groups.push(vec![DocumentedError {
                    status: Some(status),
                    description: String::new(),
                    body: ErrorBody::Message,
                }]);
            }
        }
    }

    fn documented(
        &self,
        status: Option<StatusCode>,
        audience: Audience,
    ) -> Option<(&Operation, &[DocumentedResponse])> {
        self.pages?.documented(status?, audience)
    }

    /// Adds the responses of a page that have a status other than that of the error, such as a redirect.
    pub(super) fn add_other_responses(
        self,
        status: StatusCode,
        responses: &mut Members,
        names: &Names,
        version: OpenApi,
    ) {
        for audience in [Audience::Everyone, Audience::Browsers] {
            let Some((operation, own)) = self.documented(Some(status), audience) else {
                continue;
            };
            for response in own.iter().filter(|response| response.status != status) {
                let added = response_json(response, operation, names, version);
                match responses.get_mut(response.status.as_str()) {
                    Some(known) => add_content(known, &added),
                    None => {
                        responses.insert(response.status.as_str().to_owned(), added);
                    }
                }
            }
        }
    }

    /// Returns the response to an error, unless all clients get a different status. Its body has the schema in the error format.
    pub(super) fn response_json(
        self,
        status: Option<StatusCode>,
        description: String,
        schema: OrderedJson,
        names: &Names,
        version: OpenApi,
    ) -> Option<OrderedJson> {
        let mut content = Members::new();
        let mut headers = Members::new();
        let mut has_status = false;
        let mut add = |audience| {
            let Some((operation, own)) = self.documented(status, audience) else {
                return false;
            };
            for response in own
                .iter()
                .filter(|response| Some(response.status) == status)
            {
                has_status = true;
                let schemas = &operation.schemas;
                for (media_type, body) in
                    content::of_response(&response.content, schemas, names, version)
                {
                    content.entry(media_type).or_insert(body);
                }
                if let OrderedJson::Object(described) =
                    &response_json(response, operation, names, version)["headers"]
                {
                    headers.extend(described.clone());
                }
            }
            true
        };
        let is_replaced = add(Audience::Everyone);
        let has_page = add(Audience::Browsers);
        if is_replaced && !has_status {
            return None;
        }
        if !is_replaced {
            let body = object! {"schema": schema};
            content.shift_insert(0, self.format.media_type().to_owned(), body);
        }
        if self.pages.is_some_and(ErrorPages::has_html) && !has_page && !is_replaced {
            let page = object! {"schema": object! {"type": "string"}};
            content.entry("text/html".to_owned()).or_insert(page);
        }
        let mut object = object! {"description": description};
        if !headers.is_empty() {
            object.set("headers", headers);
        }
        if !content.is_empty() {
            object.set("content", content);
        }
        Some(object)
    }
}

/// Adds the content of a response to one of the same status.
fn add_content(known: &mut OrderedJson, added: &OrderedJson) {
    let (Some(OrderedJson::Object(known)), OrderedJson::Object(added)) =
        (known.get_mut("content"), &added["content"])
    else {
        return;
    };
    for (media_type, body) in added {
        match known.get_mut(media_type) {
            Some(own) if own == body => {}
            Some(own) => {
                let schemas = [own["schema"].clone(), body["schema"].clone()];
                own.set("schema", object! {"anyOf": schemas});
            }
            None => {
                known.insert(media_type.clone(), body.clone());
            }
        }
    }
}

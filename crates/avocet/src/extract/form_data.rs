//! A received form, urlencoded or multipart, with its limits.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;

use super::content_type::ContentType;
use super::multipart::{Decoder, Event, Malformed};
use super::part::PartHead;
use super::received_body::ReceivedBody;
use super::spool::Spool;
use super::upload::Upload;
use crate::operation::FormLimits;
use crate::report::{self, RejectionReason};
use crate::response::HttpError;
use crate::serve::Limits;

/// How many bytes of a form's files are held in memory; the rest is written to temporary files.
const FILES_IN_MEMORY: usize = 1024 * 1024;

/// The limits on a form: the route's, or the application's if the route has none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FormBounds {
    fields: usize,
    files: usize,
    pub(super) text_bytes: usize,
    file_bytes: u64,
    head_bytes: usize,
}

impl FormBounds {
    pub(crate) fn new(own: FormLimits, limits: &Limits) -> Self {
        Self {
            fields: own.fields.unwrap_or(limits.form_fields),
            files: own.files.unwrap_or(limits.form_files),
            text_bytes: own.text_bytes.unwrap_or(limits.form_text_bytes),
            // The body limit applies.
            file_bytes: own.file_bytes.map_or(u64::MAX, |most| most as u64),
            head_bytes: limits.form_head_bytes,
        }
    }
}

/// The fields of a form, in the order in which they were sent.
#[derive(Debug, Default)]
pub(super) struct FormData {
    fields: Vec<(String, FormValue)>,
    is_urlencoded: bool,
}

/// The value of a form field.
#[derive(Debug)]
pub(super) enum FormValue {
    Text(String),
    File(Upload),
}

impl FormData {
    pub(super) async fn receive(
        body: ReceivedBody,
        content_type: &ContentType<'_>,
        body_limit: usize,
        bounds: &FormBounds,
        directory: Option<Arc<Path>>,
    ) -> Result<Self, HttpError> {
        if body.is_empty() {
            // An empty body needs no content type; it is a form without fields.
            Ok(Self::default())
        } else if content_type.is_urlencoded() {
            // A urlencoded form is held in memory as a whole, so a route's higher limit for files does not apply.
            let text = if bounds.text_bytes < body_limit {
                body.receive_text(bounds.text_bytes).await?
            } else {
                body.receive(body_limit).await?
            };
            Self::urlencoded(&text, bounds)
        } else if content_type.is_multipart() {
            Self::multipart(body, content_type, body_limit, bounds, directory).await
        } else {
            Err(content_type
                .unsupported("`application/x-www-form-urlencoded` or `multipart/form-data`"))
        }
    }

    /// Whether the form was urlencoded, and so cannot contain files.
    pub(super) fn is_urlencoded(&self) -> bool {
        self.is_urlencoded
    }

    /// The names of all fields and files that were sent.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|(name, _)| name.as_str())
    }

    /// The texts sent for a field.
    pub(super) fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        self.values(name).filter_map(|value| match value {
            FormValue::Text(text) => Some(text.as_str()),
            FormValue::File(_) => None,
        })
    }

    /// All values sent for a field.
    pub(super) fn values(&self, name: &str) -> impl Iterator<Item = &FormValue> {
        let same = self.fields.iter().filter(move |(known, _)| known == name);
        same.map(|(_, value)| value)
    }

    /// Removes and returns all values sent for a field.
    pub(super) fn remove(&mut self, name: &str) -> Vec<FormValue> {
        let taken = self.fields.extract_if(.., |(known, _)| known == name);
        taken.map(|(_, value)| value).collect()
    }

    fn urlencoded(text: &[u8], bounds: &FormBounds) -> Result<Self, HttpError> {
        let mut tally = Tally::new(bounds);
        let mut fields = Vec::new();
        for (name, value) in form_urlencoded::parse(text) {
            tally.field()?;
            fields.push((name.into_owned(), FormValue::Text(value.into_owned())));
        }
        Ok(Self {
            fields,
            is_urlencoded: true,
        })
    }

    async fn multipart(
        body: ReceivedBody,
        content_type: &ContentType<'_>,
        body_limit: usize,
        bounds: &FormBounds,
        directory: Option<Arc<Path>>,
    ) -> Result<Self, HttpError> {
        let boundary = content_type
            .boundary()
            .ok_or_else(|| bad("Missing boundary in multipart."))?;
        let most_head = bounds.head_bytes;
        let malformed = |why: Malformed| {
            if why == Malformed::LongHead {
                report::limit_hit("form_head_bytes");
            }
            bad(why.sentence(most_head))
        };
        let mut decoder = Decoder::new(boundary, most_head).map_err(malformed)?;
        let mut pieces = body.pieces(body_limit)?;
        let mut parts = Parts::new(bounds, directory);
        loop {
            match decoder.next().map_err(malformed)? {
                Event::Part(head) => parts.begin(head)?,
                Event::Data(data) => parts.data(&data).await?,
                Event::PartEnd => parts.end().await?,
                Event::NeedsMore => match pieces.next().await? {
                    Some(piece) => decoder.push(&piece),
                    None => break,
                },
            }
        }
        decoder.finish().map_err(malformed)?;
        Ok(Self {
            fields: parts.fields,
            is_urlencoded: false,
        })
    }
}

/// The parts of a multipart form while they arrive. Dropping it removes the temporary files.
struct Parts<'b> {
    fields: Vec<(String, FormValue)>,
    current: Option<Current>,
    tally: Tally<'b>,
    /// How many bytes of complete files are held in memory.
    in_memory: usize,
    directory: Option<Arc<Path>>,
}

/// The part that is arriving.
enum Current {
    Text(PartHead, Vec<u8>),
    File(PartHead, Spool),
}

impl<'b> Parts<'b> {
    fn new(bounds: &'b FormBounds, directory: Option<Arc<Path>>) -> Self {
        Self {
            fields: Vec::new(),
            current: None,
            tally: Tally::new(bounds),
            in_memory: 0,
            directory,
        }
    }

    fn begin(&mut self, head: PartHead) -> Result<(), HttpError> {
        self.current = Some(if head.file_name.is_some() {
            self.tally.file()?;
            let room = FILES_IN_MEMORY.saturating_sub(self.in_memory);
            Current::File(head, Spool::new(room, self.directory.clone()))
        } else {
            self.tally.field()?;
            Current::Text(head, Vec::new())
        });
        Ok(())
    }

    async fn data(&mut self, data: &Bytes) -> Result<(), HttpError> {
        match &mut self.current {
            Some(Current::Text(_, text)) => {
                self.tally.text(data.len())?;
                text.extend_from_slice(data);
                Ok(())
            }
            Some(Current::File(_, spool)) => {
                let limit = self.tally.bounds.file_bytes;
                if spool.size() + data.len() as u64 > limit {
                    report::limit_hit("form_file_bytes");
                    return Err(too_large(format!(
                        "A file of the form is over the limit of {limit} bytes"
                    )));
                }
                spool.write(data).await.map_err(HttpError::internal)
            }
            None => Ok(()),
        }
    }

    async fn end(&mut self) -> Result<(), HttpError> {
        let field = match self.current.take() {
            Some(Current::Text(head, text)) => {
                let text = String::from_utf8(text)
                    .map_err(|_| bad("Invalid multipart data: a field's text is not UTF-8"))?;
                (head.name, FormValue::Text(text))
            }
            Some(Current::File(head, spool)) => {
                let content = spool.finish().await.map_err(HttpError::internal)?;
                self.in_memory += content.in_memory();
                let file_name = head.file_name.unwrap_or_default();
                let upload = Upload::new(file_name, head.content_type, content);
                (head.name, FormValue::File(upload))
            }
            None => return Ok(()),
        };
        self.fields.push(field);
        Ok(())
    }
}

/// Counts fields, files and bytes against the limits.
struct Tally<'b> {
    bounds: &'b FormBounds,
    fields: usize,
    files: usize,
    text: usize,
}

impl<'b> Tally<'b> {
    fn new(bounds: &'b FormBounds) -> Self {
        Self {
            bounds,
            fields: 0,
            files: 0,
            text: 0,
        }
    }

    fn field(&mut self) -> Result<(), HttpError> {
        self.fields += 1;
        within(self.fields, self.bounds.fields, "fields", "form_fields")
    }

    fn file(&mut self) -> Result<(), HttpError> {
        self.files += 1;
        within(self.files, self.bounds.files, "files", "form_files")
    }

    fn text(&mut self, bytes: usize) -> Result<(), HttpError> {
        self.text = self.text.saturating_add(bytes);
        let limit = self.bounds.text_bytes;
        if self.text > limit {
            return Err(text_too_large(limit));
        }
        Ok(())
    }
}

fn within(count: usize, limit: usize, what: &str, name: &'static str) -> Result<(), HttpError> {
    if count > limit {
        report::limit_hit(name);
        return Err(bad(format!(
            "Too many {what}. Maximum number of {what} is {limit}."
        )));
    }
    Ok(())
}

/// Returns the error of a form whose text is over its limit.
pub(super) fn text_too_large(limit: usize) -> HttpError {
    report::limit_hit("form_text_bytes");
    too_large(format!(
        "The text of the form is over the limit of {limit} bytes"
    ))
}

fn too_large(message: String) -> HttpError {
    HttpError::new(StatusCode::PAYLOAD_TOO_LARGE, message).rejecting(RejectionReason::TooLarge)
}

fn bad(message: impl Into<String>) -> HttpError {
    HttpError::new(StatusCode::BAD_REQUEST, message.into()).rejecting(RejectionReason::Malformed)
}

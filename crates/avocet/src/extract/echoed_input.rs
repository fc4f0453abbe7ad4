//! The `input` of validation errors: the value that was sent, if the application includes it.

use std::borrow::Cow;

use super::{RequestContext, header_list};
use crate::model::{OrderedJson, object};
use crate::read::{Location, LocationSegment, Reader, ValidationError, ValidationErrors, whole};

/// The longest JSON of a value that is included.
const LONGEST: usize = 1024;

/// The longest body that is searched for values.
const LONGEST_BODY: usize = 256 * 1024;

const MALFORMED: &str = "json_invalid";

impl RequestContext {
    /// Adds to each validation error the value that was sent at its location.
    pub(super) fn show_inputs(&self, errors: &mut ValidationErrors) {
        let body = self.received();
        // Malformed JSON has no values to show; the reader reports excessive depth the same way.
        let is_malformed = errors.iter().any(|error| error.kind() == MALFORMED);
        let json = (!body.is_empty() && body.len() <= LONGEST_BODY && !is_malformed)
            .then(|| read(body, self.json_depth()))
            .flatten();
        for error in errors.kept_mut() {
            let input = self.input_of(error, json.as_ref());
            if let Some(input) = input.filter(|input| input.to_string().len() <= LONGEST) {
                error.set_input(input);
            }
        }
    }

    fn input_of(&self, error: &ValidationError, json: Option<&OrderedJson>) -> Option<OrderedJson> {
        let (LocationSegment::Name(source), steps) = error.location().split_first()? else {
            return None;
        };
        if error.kind() == MALFORMED {
            return Some(object! {});
        }
        match (source.as_str(), steps.first()) {
            ("body", _) if !self.received().is_empty() => {
                in_json(json?, steps, error.kind() == "missing")
            }
            ("body", None) => Some(OrderedJson::Null),
            ("body", Some(LocationSegment::Name(name))) => {
                in_texts(&self.form_texts(name), steps, error)
            }
            ("query", Some(LocationSegment::Name(name))) => {
                in_texts(&self.query(name), steps, error)
            }
            ("header", Some(LocationSegment::Name(name))) => {
                let lines = self.header(name);
                let texts = if is_about_a_list(steps, error) {
                    header_list::elements(lines)
                } else {
                    lines
                };
                in_texts(&texts, steps, error)
            }
            ("cookie", Some(LocationSegment::Name(name))) => {
                in_texts(&self.cookie(name), steps, error)
            }
            ("path", Some(LocationSegment::Name(name))) => {
                self.captured(name).map(OrderedJson::from)
            }
            _ => None,
        }
    }
}

/// Reads a body as a value with the reader that found the errors, so that both take the last of repeated keys.
fn read(body: &[u8], depth: usize) -> Option<OrderedJson> {
    let at = Location::root("body");
    // A number out of range is shown as it was spelled.
    let as_spelled = |spelling: &str, _: &mut Reader<'_>| Ok(spelling.into());
    whole(body, &at, depth, |reader| {
        OrderedJson::read(reader, &as_spelled)
    })
    .ok()
}

/// Returns the value at `steps` in a JSON value; for a missing value, the object that lacks it.
fn in_json(
    value: &OrderedJson,
    steps: &[LocationSegment],
    is_missing: bool,
) -> Option<OrderedJson> {
    let steps = match steps.split_last() {
        Some((_, around)) if is_missing => around,
        Some((LocationSegment::Name(key), [.., LocationSegment::Name(name)])) if key == "[key]" => {
            return Some(name.as_str().into());
        }
        _ => steps,
    };
    let Some((first, behind)) = steps.split_first() else {
        return Some(value.clone());
    };
    let child = match first {
        LocationSegment::Name(name) => value.get(name),
        LocationSegment::Index(index) => value.as_array().and_then(|items| items.get(*index)),
    };
    child
        .and_then(|child| in_json(child, behind, false))
        .or_else(|| match first {
            // The label of an untagged alternative: part of the location, but not of the value.
            LocationSegment::Name(_) => in_json(value, behind, false),
            LocationSegment::Index(_) => None,
        })
}

/// Whether the error is about an element of a list or about the list as a whole.
fn is_about_a_list(steps: &[LocationSegment], error: &ValidationError) -> bool {
    let names_the_list = || error.context_json()?.get("field_type").cloned();
    match steps.get(1) {
        Some(LocationSegment::Index(_)) => true,
        Some(LocationSegment::Name(_)) => false,
        None => names_the_list().is_some(),
    }
}

/// Returns what was sent for a name: nothing, the text that counts, or all texts if the error is about all of them.
fn in_texts(
    texts: &[Cow<'_, str>],
    steps: &[LocationSegment],
    error: &ValidationError,
) -> Option<OrderedJson> {
    match steps.get(1) {
        Some(LocationSegment::Index(index)) => texts.get(*index).map(|text| (**text).into()),
        Some(LocationSegment::Name(_)) => None,
        None if is_about_a_list(steps, error) => Some(texts.into()),
        None => Some(texts.last().map(|text| &**text).into()),
    }
}

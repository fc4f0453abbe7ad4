//! The `input` of validation errors: the value that was sent, if the application includes it.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use super::{RequestContext, header_list};
use crate::read::{
    Kind, Location, LocationSegment, Malformed, Reader, ValidationError, ValidationErrors, whole,
};

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

    fn input_of(&self, error: &ValidationError, json: Option<&Value>) -> Option<Value> {
        let (LocationSegment::Name(source), steps) = error.location().split_first()? else {
            return None;
        };
        if error.kind() == MALFORMED {
            return Some(json!({}));
        }
        match (source.as_str(), steps.first()) {
            ("body", _) if !self.received().is_empty() => {
                in_json(json?, steps, error.kind() == "missing")
            }
            ("body", None) => Some(Value::Null),
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
            ("path", Some(LocationSegment::Name(name))) => self.captured(name).map(Value::from),
            _ => None,
        }
    }
}

/// Reads a body as a value with the reader that found the errors, so that both take the last of repeated keys.
fn read(body: &[u8], depth: usize) -> Option<Value> {
    let at = Location::root("body");
    whole(body, &at, depth, |reader| Ok(value(reader)?)).ok()
}

fn value(reader: &mut Reader<'_>) -> Result<Value, Malformed> {
    Ok(match reader.peek()? {
        Kind::Null => reader.null().map(|()| Value::Null)?,
        Kind::Boolean => reader.boolean()?.into(),
        Kind::Number => {
            let number = reader.number()?;
            let spelling = number.as_str();
            // A number that no float holds is shown as it was spelled.
            serde_json::from_str(spelling).unwrap_or_else(|_| spelling.into())
        }
        Kind::String => reader.text()?.into(),
        Kind::Array => {
            reader.begin_array()?;
            let mut items = Vec::new();
            while reader.next_item(items.is_empty())? {
                items.push(value(reader)?);
            }
            items.into()
        }
        Kind::Object => {
            let mut object = reader.begin_map()?;
            let mut members = Map::new();
            while let Some(key) = reader.next_key(&mut object)? {
                members.insert(key.into_owned(), value(reader)?);
            }
            members.into()
        }
    })
}

/// Returns the value at `steps` in a JSON value; for a missing value, the object that lacks it.
fn in_json(value: &Value, steps: &[LocationSegment], is_missing: bool) -> Option<Value> {
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
        LocationSegment::Index(index) => value.get(index),
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
) -> Option<Value> {
    match steps.get(1) {
        Some(LocationSegment::Index(index)) => texts.get(*index).map(|text| (**text).into()),
        Some(LocationSegment::Name(_)) => None,
        None if is_about_a_list(steps, error) => Some(json!(texts)),
        None => Some(texts.last().map(|text| &**text).into()),
    }
}

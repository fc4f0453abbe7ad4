//! What was sent where a problem stands, for applications that show it.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::Call;
use crate::read::{Problem, Problems, Step};

/// A value whose JSON is longer is not shown.
const LONGEST: usize = 1024;

/// A body that is longer is not looked into.
const LONGEST_BODY: usize = 256 * 1024;

impl Call {
    /// Adds to each problem what was sent in its place.
    pub(super) fn show_inputs(&self, problems: &mut Problems) {
        let body = self.received();
        let json = (body.len() <= LONGEST_BODY).then(|| serde_json::from_slice(body).ok());
        let json: Option<Value> = json.flatten();
        for problem in problems.kept_mut() {
            let input = self.input_of(problem, json.as_ref());
            if let Some(input) = input.filter(|input| input.to_string().len() <= LONGEST) {
                problem.set_input(input);
            }
        }
    }

    fn input_of(&self, problem: &Problem, json: Option<&Value>) -> Option<Value> {
        let (Step::Name(source), steps) = problem.place().split_first()? else {
            return None;
        };
        if problem.kind() == "json_invalid" {
            return Some(json!({}));
        }
        match (source.as_str(), steps.first()) {
            ("body", _) if !self.received().is_empty() => {
                in_json(json?, steps, problem.kind() == "missing")
            }
            ("body", None) => Some(Value::Null),
            ("body", Some(Step::Name(name))) => in_texts(&self.form_texts(name), steps, problem),
            ("query", Some(Step::Name(name))) => in_texts(&self.query(name), steps, problem),
            ("header", Some(Step::Name(name))) => in_texts(&self.header(name), steps, problem),
            ("cookie", Some(Step::Name(name))) => in_texts(&self.cookie(name), steps, problem),
            ("path", Some(Step::Name(name))) => self.captured(name).map(Value::from),
            _ => None,
        }
    }
}

/// What stands in a JSON value; of what is missing, that in which it is missed.
fn in_json(value: &Value, steps: &[Step], is_missing: bool) -> Option<Value> {
    let steps = match steps.split_last() {
        Some((_, around)) if is_missing => around,
        Some((Step::Name(key), [.., Step::Name(name)])) if key == "[key]" => {
            return Some(name.as_str().into());
        }
        _ => steps,
    };
    let Some((first, behind)) = steps.split_first() else {
        return Some(value.clone());
    };
    let child = match first {
        Step::Name(name) => value.get(name),
        Step::Index(index) => value.get(index),
    };
    child
        .and_then(|child| in_json(child, behind, false))
        .or_else(|| match first {
            // The name of an alternative, which stands in the place and not in the value.
            Step::Name(_) => in_json(value, behind, false),
            Step::Index(_) => None,
        })
}

/// What was sent for a name: nothing, the text that counts, or all of them where they are wrong together.
fn in_texts(texts: &[Cow<'_, str>], steps: &[Step], problem: &Problem) -> Option<Value> {
    let of_list = || problem.context_json()?.get("field_type").cloned();
    match steps.get(1) {
        Some(Step::Index(index)) => texts.get(*index).map(|text| (**text).into()),
        Some(Step::Name(_)) => None,
        None if of_list().is_some() => Some(json!(texts)),
        None => Some(texts.last().map(|text| &**text).into()),
    }
}

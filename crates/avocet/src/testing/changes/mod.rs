//! `breaking_changes`: what a client of an older document can no longer rely on.

mod bounds;
mod object;
mod operation;
mod schema;
#[cfg(test)]
mod tests;

use std::fmt::Display;

use serde::Serialize;
use serde_json::Value;

use operation::Party;

/// Compares two `OpenAPI` documents, and returns each change after which a client of the old one can fail: the operation, the place and the
/// change.
///
/// Keep the document of the last release beside the tests (`my-service --openapi > openapi.json`), and compare:
///
/// ```
/// use avocet::prelude::*;
/// use avocet::testing::breaking_changes;
///
/// #[get("/double")]
/// async fn double(#[query] number: u32, #[query] unit: String) -> u32 { number * 2 }
///
/// let old = serde_json::json!({"paths": {"/double": {"get": {
///     "parameters": [{"name": "number", "in": "query", "required": true, "schema": {"type": "integer", "minimum": 0}}],
///     "responses": {"200": {"description": "", "content": {"application/json": {"schema": {"type": "integer"}}}}},
/// }}}});
/// let service = App::new("Double", "1.1.0").routes(routes![double]).build()?;
/// assert_eq!(
///     breaking_changes(&old, service.openapi()),
///     [
///         "GET /double: query parameter `number`: `maximum` is new: 4294967295",
///         "GET /double: query parameter `unit`: is new and required",
///     ]
/// );
/// # Ok::<(), avocet::BuildError>(())
/// ```
///
/// A request may only become easier to make, and a response may only become narrower: a new required parameter, a stricter rule for a
/// body, a property that is gone, a response that may now be `null`, a new status of success, and new credentials are reported; new
/// operations, optional parameters, properties of responses and errors are not. Webhooks are compared the other way round. Paths that
/// differ in the names of their variables only are the same path. Names of operations and models are not compared: they change generated
/// code, not what is sent. Two patterns or formats are the same if their texts are.
///
/// # Panics
/// If a document cannot be serialized.
pub fn breaking_changes(
    old: &(impl Serialize + ?Sized),
    new: &(impl Serialize + ?Sized),
) -> Vec<String> {
    let value = |document| match document {
        Ok(document) => document,
        Err(error) => panic!("the document cannot be serialized: {error}"),
    };
    let old: Value = value(serde_json::to_value(old));
    let new: Value = value(serde_json::to_value(new));
    let mut changes = Changes::default();
    operation::compare(&old, &new, "paths", Party::Server, &mut changes);
    operation::compare(&old, &new, "webhooks", Party::Client, &mut changes);
    changes.0
}

/// The changes found so far.
#[derive(Default)]
struct Changes(Vec<String>);

impl Changes {
    fn add(&mut self, place: &str, what: impl Display) {
        self.0.push(format!("{place}: {what}"));
    }
}

/// Follows a reference within a document. A reference to nothing stays as it is.
fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let mut value = value;
    // A chain of references can be a circle.
    for _ in 0..32 {
        let Some(target) = value["$ref"].as_str().and_then(|it| it.strip_prefix('#')) else {
            break;
        };
        match document.pointer(target) {
            Some(found) => value = found,
            None => break,
        }
    }
    value
}

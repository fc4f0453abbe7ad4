//! Operations of two documents.

use serde_json::{Map, Value};

use super::schema::{Comparison, Sides};
use super::{Changes, resolve};

/// Who responds to the operations.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Party {
    /// The application: its own paths.
    Server,
    /// The reader of the document: webhooks.
    Client,
}

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// Compares the operations of one member of the documents.
pub(super) fn compare(old: &Value, new: &Value, member: &str, party: Party, changes: &mut Changes) {
    for (path, old_item) in members(&old[member]) {
        let same = |candidate: &str| without_names(candidate) == without_names(path);
        let new_item = members(&new[member]).find(|(candidate, _)| same(candidate));
        for method in METHODS {
            let Some(old_operation) = old_item.get(method) else {
                continue;
            };
            let name = match party {
                Party::Server => format!("{} {path}", method.to_uppercase()),
                Party::Client => format!("webhook {} {path}", method.to_uppercase()),
            };
            let found = new_item.and_then(|(new_path, item)| Some((new_path, item.get(method)?)));
            let Some((new_path, new_operation)) = found else {
                changes.add(&name, "is gone");
                continue;
            };
            let mut pair = Pair {
                old: (old, old_operation),
                new: (new, new_operation),
                renamed: renamed(path, new_path),
                name,
                party,
                changes,
            };
            pair.parameters(&old_item["parameters"], &new_item_parameters(new_item));
            pair.body();
            pair.responses();
            if party == Party::Server {
                pair.security();
            }
        }
    }
}

fn new_item_parameters(item: Option<(&str, &Value)>) -> Value {
    item.map_or(Value::Null, |(_, item)| item["parameters"].clone())
}

/// One operation in both documents, each with its document.
struct Pair<'a> {
    old: (&'a Value, &'a Value),
    new: (&'a Value, &'a Value),
    /// The new names of variables of the path.
    renamed: Vec<(String, String)>,
    name: String,
    party: Party,
    changes: &'a mut Changes,
}

impl Pair<'_> {
    fn parameters(&mut self, old_shared: &Value, new_shared: &Value) {
        let old: Vec<_> = items(&self.old.1["parameters"])
            .chain(items(old_shared))
            .map(|it| resolve(self.old.0, it).clone())
            .collect();
        let new: Vec<_> = items(&self.new.1["parameters"])
            .chain(items(new_shared))
            .map(|it| resolve(self.new.0, it).clone())
            .collect();
        for parameter in &old {
            let location = parameter["in"].as_str().unwrap_or_default();
            let name = parameter["name"].as_str().unwrap_or_default();
            let renamed = self.renamed.iter().find(|(before, _)| before == name);
            let new_name = match renamed {
                Some((_, after)) if location == "path" => after,
                _ => name,
            };
            let place = format!("{}: {location} parameter `{name}`", self.name);
            let found = new
                .iter()
                .find(|it| it["in"] == location && it["name"] == new_name);
            let Some(found) = found else {
                self.changes.add(&place, "is gone");
                continue;
            };
            if found["required"] == true && parameter["required"] != true {
                self.changes.add(&place, "is now required");
            }
            self.sent(&place, &parameter["schema"], &found["schema"]);
        }
        for parameter in new {
            let same = |it: &Value| {
                it["in"] == parameter["in"]
                    && (it["name"] == parameter["name"] || it["in"] == "path")
            };
            if parameter["required"] == true && !old.iter().any(same) {
                let location = parameter["in"].as_str().unwrap_or_default();
                let name = parameter["name"].as_str().unwrap_or_default();
                let place = format!("{}: {location} parameter `{name}`", self.name);
                self.changes.add(&place, "is new and required");
            }
        }
    }

    fn body(&mut self) {
        let old = resolve(self.old.0, &self.old.1["requestBody"]);
        let new = resolve(self.new.0, &self.new.1["requestBody"]);
        let place = format!("{}: body", self.name);
        match (old.is_null(), new.is_null()) {
            (true, _) if new["required"] == true => {
                return self.changes.add(&place, "is new and required");
            }
            (true, _) => return,
            (false, true) => return self.changes.add(&place, "is gone"),
            (false, false) => {}
        }
        if new["required"] == true && old["required"] != true {
            self.changes.add(&place, "is now required");
        }
        for (media_type, content) in members(&old["content"]) {
            match new["content"].get(media_type) {
                None => self
                    .changes
                    .add(&place, format_args!("`{media_type}` is no longer read")),
                Some(other) => self.sent(&place, &content["schema"], &other["schema"]),
            }
        }
    }

    fn responses(&mut self) {
        for (status, response) in members(&self.old.1["responses"]) {
            let place = format!("{}: response {status}", self.name);
            let new = resolve(self.new.0, &self.new.1["responses"][status]);
            if new.is_null() {
                if is_success(status) {
                    self.changes.add(&place, "is gone");
                }
                continue;
            }
            let old = resolve(self.old.0, response);
            for (header, _) in members(&old["headers"]) {
                let has = members(&new["headers"]).any(|(it, _)| it.eq_ignore_ascii_case(header));
                if !has {
                    let what = format_args!("the header `{header}` is gone");
                    self.changes.add(&place, what);
                }
            }
            for (media_type, content) in members(&old["content"]) {
                let Some(other) = new["content"].get(media_type) else {
                    let what = format_args!("`{media_type}` is no longer written");
                    self.changes.add(&place, what);
                    continue;
                };
                self.received(&place, &content["schema"], &other["schema"]);
                self.received(
                    &format!("{place}: item"),
                    &content["itemSchema"],
                    &other["itemSchema"],
                );
            }
        }
        for (status, _) in members(&self.new.1["responses"]) {
            if is_success(status) && self.old.1["responses"].get(status).is_none() {
                let place = format!("{}: response {status}", self.name);
                self.changes.add(&place, "is new, and not an error");
            }
        }
    }

    /// Compares what the sender of the request writes.
    fn sent(&mut self, place: &str, old: &Value, new: &Value) {
        let accepted = match self.party {
            Party::Server => Sides::OldWithinNew,
            Party::Client => Sides::NewWithinOld,
        };
        self.schemas(place, old, new, accepted);
    }

    /// Compares what the sender of the request reads.
    fn received(&mut self, place: &str, old: &Value, new: &Value) {
        let read = match self.party {
            Party::Server => Sides::NewWithinOld,
            Party::Client => Sides::OldWithinNew,
        };
        self.schemas(place, old, new, read);
    }

    fn schemas(&mut self, place: &str, old: &Value, new: &Value, sides: Sides) {
        let mut comparison = Comparison::new(self.old.0, self.new.0, sides);
        comparison.compare(place, old, new);
        self.changes.0.append(&mut comparison.found);
    }

    /// Some new set of credentials must be a part of each old set.
    fn security(&mut self) {
        let new = alternatives(self.new.0, self.new.1);
        let enough = |old: &Map<String, Value>| {
            new.iter()
                .any(|new| new.iter().all(|(name, scopes)| has(old, name, scopes)))
        };
        let old = alternatives(self.old.0, self.old.1);
        let lost = old.iter().find(|old| !enough(old));
        if let Some(lost) = lost {
            let what = if lost.is_empty() {
                "requires credentials now".to_owned()
            } else {
                let names: Vec<_> = lost.keys().map(String::as_str).collect();
                format!(
                    "the credentials `{}` are no longer enough",
                    names.join("`, `")
                )
            };
            self.changes.add(&self.name, what);
        }
    }
}

/// Returns the alternatives of credentials of an operation; one empty alternative without any.
fn alternatives(document: &Value, operation: &Value) -> Vec<Map<String, Value>> {
    let own = operation.get("security");
    let security = own.unwrap_or(&document["security"]);
    let sets: Vec<_> = items(security)
        .filter_map(Value::as_object)
        .cloned()
        .collect();
    if sets.is_empty() {
        vec![Map::new()]
    } else {
        sets
    }
}

/// Returns whether a set of credentials contains a scheme with these scopes.
fn has(set: &Map<String, Value>, name: &str, scopes: &Value) -> bool {
    set.get(name)
        .is_some_and(|own| items(scopes).all(|scope| items(own).any(|it| it == scope)))
}

fn is_success(status: &str) -> bool {
    status.starts_with(['1', '2', '3'])
}

fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.as_str(), value))
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Returns the names of the variables of a path, in order.
fn variables(path: &str) -> impl Iterator<Item = &str> {
    path.split('{')
        .skip(1)
        .filter_map(|part| Some(part.split_once('}')?.0))
}

/// Returns a path whose variables have no names.
fn without_names(path: &str) -> String {
    variables(path).fold(path.to_owned(), |path, name| {
        path.replacen(&format!("{{{name}}}"), "{}", 1)
    })
}

/// Returns the variables of a path with their names in another one of the same shape.
fn renamed(old: &str, new: &str) -> Vec<(String, String)> {
    variables(old)
        .zip(variables(new))
        .map(|(old, new)| (old.to_owned(), new.to_owned()))
        .collect()
}

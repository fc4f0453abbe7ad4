//! The components that the document references. The others are left out: a model whose members are part of another object (a variant
//! with a tag, a flattened field, a query) is described there and not as a component.

use std::collections::HashSet;

use crate::model::{Members, OrderedJson};

const PREFIX: &str = "#/components/schemas/";

/// Keeps the components that the paths reference, and those that these reference.
pub(super) fn keep_referenced<'a>(
    components: &mut Members,
    paths: impl Iterator<Item = &'a OrderedJson>,
) {
    let mut kept = HashSet::new();
    let mut open = Vec::new();
    for path in paths {
        gather(path, &mut open);
    }
    while let Some(name) = open.pop() {
        if let Some(component) = components.get(&name)
            && kept.insert(name)
        {
            gather(component, &mut open);
        }
    }
    components.retain(|name, _| kept.contains(name));
}

/// Collects the names of the components that a value references, by `$ref` or in the mapping of a discriminator.
fn gather(value: &OrderedJson, names: &mut Vec<String>) {
    match value {
        OrderedJson::String(text) => names.extend(text.strip_prefix(PREFIX).map(str::to_owned)),
        OrderedJson::Array(items) => items.iter().for_each(|item| gather(item, names)),
        OrderedJson::Object(members) => members.values().for_each(|member| gather(member, names)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Members, OrderedJson, keep_referenced};

    fn object(value: Value) -> Members {
        match value.into() {
            OrderedJson::Object(object) => object,
            _ => Members::new(),
        }
    }

    #[test]
    fn components_are_kept_while_something_refers_to_them() {
        let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let mut components = object(json!({
            "Pet": {"oneOf": [reference("Cat")], "discriminator": {"mapping": {"dog": "#/components/schemas/Dog"}}},
            "Cat": {"properties": {"kittens": {"items": reference("Cat")}}},
            "Dog": {},
            "Alone": {"properties": {"friend": reference("Lost")}},
            "Lost": {},
        }));
        let paths = object(
            json!({"/pets": {"get": {"responses": [reference("Pet"), reference("Missing")]}}}),
        );
        keep_referenced(&mut components, paths.values());
        let mut names: Vec<_> = components.keys().cloned().collect();
        names.sort();
        assert_eq!(names, ["Cat", "Dog", "Pet"]);
    }
}

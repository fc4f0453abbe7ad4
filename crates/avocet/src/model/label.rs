//! The label of a type in the location of an error, for a value with several alternative types.

use super::{Model, OrderedJson, Schema, Schemas, Shape, Side};

/// The short name of a type in Pydantic's form: `list[str]`, or the name of a model.
///
/// ```
/// use avocet::model::label;
///
/// assert_eq!(label::<Vec<String>>(), "list[str]");
/// assert_eq!(label::<Option<(u8, f32)>>(), "nullable[tuple[int, float]]");
/// ```
pub fn label<T: Model>() -> String {
    let mut schemas = Schemas::names_only(Side::Input);
    let schema = T::schema(&mut schemas);
    of(&schema, &schemas)
}

fn of(schema: &Schema, schemas: &Schemas) -> String {
    let all = |parts: &[Schema], between: &str| {
        let labels: Vec<String> = parts.iter().map(|part| of(part, schemas)).collect();
        labels.join(between)
    };
    match schema.shape() {
        Shape::Any => "any".to_owned(),
        Shape::Boolean => "bool".to_owned(),
        Shape::Integer => "int".to_owned(),
        Shape::Number => "float".to_owned(),
        Shape::String => of_text(schema.keyword("format")).to_owned(),
        Shape::List(items) if schema.keyword("uniqueItems").is_some() => {
            format!("set[{}]", of(items, schemas))
        }
        Shape::List(items) => format!("list[{}]", of(items, schemas)),
        Shape::Tuple(locations) => format!("tuple[{}]", all(locations, ", ")),
        Shape::Map(values) => format!("dict[str,{}]", of(values, schemas)),
        Shape::Object { .. } => "object".to_owned(),
        Shape::Enum(values) => {
            let values: Vec<String> = values.iter().map(value).collect();
            format!("literal[{}]", values.join(","))
        }
        Shape::OneOf {
            variants: parts, ..
        }
        | Shape::AnyOf(parts) => {
            format!("union[{}]", all(parts, ","))
        }
        Shape::Nullable(inner) => format!("nullable[{}]", of(inner, schemas)),
        Shape::Encoded(_) => "json".to_owned(),
        Shape::Reference(id) => schemas.name_of(*id).to_owned(),
    }
}

fn of_text(format: Option<&OrderedJson>) -> &str {
    match format.and_then(OrderedJson::as_str) {
        Some("date-time") => "datetime",
        Some("duration") => "timedelta",
        Some("time-local") => "time",
        Some("uri") => "url",
        Some(format @ ("date" | "time" | "uuid")) => format,
        _ => "str",
    }
}

fn value(value: &OrderedJson) -> String {
    match value {
        OrderedJson::String(text) => format!("'{text}'"),
        OrderedJson::Bool(true) => "True".to_owned(),
        OrderedJson::Bool(false) => "False".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::label;

    #[test]
    fn types_are_labelled_as_pydantic_labels_them() {
        assert_eq!(label::<String>(), "str");
        assert_eq!(label::<Vec<Vec<i64>>>(), "list[list[int]]");
        assert_eq!(label::<BTreeMap<String, bool>>(), "dict[str,bool]");
        assert_eq!(label::<serde_json::Value>(), "any");
    }
}

//! A responder: a table as CSV (RFC 4180), whose columns are the members of its model.

use std::marker::PhantomData;

use avocet::model::{Output, Schema, Schemas, Shape, Side};
use avocet::operation::{Content, DocumentedResponse, Operation};
use avocet::response::{HttpError, Responder, Response, ResponseContext, full_response};
use http::{HeaderValue, StatusCode};
use serde_json::Value;

/// A table as CSV.
///
/// ```
/// use avocet::prelude::*;
/// use csv_response::Csv;
///
/// #[model(output)]
/// struct Price {
///     item: String,
///     price: u32,
/// }
///
/// #[get("/prices.csv")]
/// async fn prices() -> Csv<Price> {
///     Csv(vec![Price { item: "tea".to_owned(), price: 3 }])
/// }
/// ```
#[derive(Debug)]
pub struct Csv<T>(pub Vec<T>);

/// The columns of a table, read from the schema of its rows once.
struct Columns<T> {
    names: Vec<String>,
    of: PhantomData<fn() -> T>,
}

impl<T: Output + Send> Responder for Csv<T> {
    fn describe(operation: &mut Operation) {
        let names = operation.schemas.on(Side::Output, columns::<T>);
        if names.is_empty() {
            let row = T::name();
            operation.schemas.mistake(format!(
                "`{row}` is a row of a `Csv`, but it is not an object with members"
            ));
        }
        let status = operation.status_or(StatusCode::OK);
        let content = Content::new("text/csv", Schema::string());
        let mut response = DocumentedResponse::new(status).with_content(content);
        response.description = format!("A table with the columns {}.", names.join(", "));
        operation.responses.push(response);
        operation.keep(Columns::<T> {
            names,
            of: PhantomData,
        });
    }

    async fn respond(self, context: &ResponseContext) -> Response {
        let columns = context.kept::<Columns<T>>();
        let names = columns.map_or(&[][..], |columns| &columns.names);
        let mut text = line(names.iter().map(|name| cell(name)));
        for row in &self.0 {
            match serde_json::to_value(row) {
                Ok(row) => text.push_str(&line(names.iter().map(|name| value(&row[name])))),
                Err(error) => {
                    return HttpError::internal(error).into_response(context.error_format());
                }
            }
        }
        let media_type = HeaderValue::from_static("text/csv; charset=utf-8; header=present");
        full_response(context.status_or(StatusCode::OK), media_type, text)
    }
}

/// Returns the names of the members of a model.
fn columns<T: Output>(schemas: &mut Schemas) -> Vec<String> {
    let row = T::schema(schemas);
    match schemas.behind(&row).shape() {
        Shape::Object { properties, .. } => properties
            .iter()
            .map(|property| property.name.clone())
            .collect(),
        _ => Vec::new(),
    }
}

fn line(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<_> = cells.collect();
    format!("{}\r\n", cells.join(","))
}

fn value(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => cell(text),
        other => cell(&other.to_string()),
    }
}

fn cell(text: &str) -> String {
    if text.contains(['"', ',', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use avocet::prelude::*;
    use avocet::testing::TestClient;

    use super::*;

    #[model]
    struct Product {
        item: String,
        price: u32,
        note: Option<String>,
        #[serde(skip_deserializing)]
        in_stock: bool,
    }

    fn product(item: &str, note: Option<&str>) -> Product {
        Product {
            item: item.to_owned(),
            price: 3,
            note: note.map(str::to_owned),
            in_stock: true,
        }
    }

    #[get("/prices.csv")]
    async fn prices() -> Csv<Product> {
        Csv(vec![
            product("tea", None),
            product("tea, \"black\"", Some("new")),
        ])
    }

    #[get("/numbers.csv")]
    async fn numbers() -> Csv<u32> {
        Csv(vec![1])
    }

    #[tokio::test]
    async fn a_table_has_the_columns_of_its_model() {
        let service = App::new("Shop", "1.0.0").routes(routes![prices]).build();
        let service = service.expect("it builds");
        let response = &service.openapi()["paths"]["/prices.csv"]["get"]["responses"]["200"];
        assert_eq!(
            response["description"],
            "A table with the columns item, price, note, in_stock."
        );
        assert!(response["content"].get("text/csv").is_some());

        let response = TestClient::new(service).get("/prices.csv").send().await;
        assert_eq!(
            response.text().await,
            "item,price,note,in_stock\r\ntea,3,,true\r\n\"tea, \"\"black\"\"\",3,new,true\r\n"
        );
    }

    #[test]
    fn rows_that_are_no_objects_are_a_mistake() {
        let app = App::new("Shop", "1.0.0").routes(routes![numbers]);
        let error = app.build().expect_err("a mistake").to_string();
        assert!(error.contains("is a row of a `Csv`"), "{error}");
        assert!(error.contains("GET /numbers.csv"), "{error}");
    }
}

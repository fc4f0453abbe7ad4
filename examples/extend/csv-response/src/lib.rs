//! A responder: a table as CSV (RFC 4180), described in the document with its columns.

use avocet::model::Schema;
use avocet::operation::{Content, DocumentedResponse, Operation};
use avocet::response::{Responder, Response, ResponseContext, full_response};
use http::{HeaderValue, StatusCode};

/// A row of a table.
pub trait Row: Send {
    /// The names of the columns.
    const COLUMNS: &'static [&'static str];

    /// Returns the texts of the cells, one for each column.
    fn cells(&self) -> Vec<String>;
}

/// A table as CSV.
///
/// ```
/// use avocet::operation::Operation;
/// use csv_response::{Csv, Row};
///
/// struct Price(&'static str, u32);
///
/// impl Row for Price {
///     const COLUMNS: &'static [&'static str] = &["item", "price"];
///
///     fn cells(&self) -> Vec<String> {
///         vec![self.0.to_owned(), self.1.to_string()]
///     }
/// }
///
/// let route = Operation::get("/prices.csv").handle((), |()| async { Csv(vec![Price("tea", 3)]) });
/// ```
#[derive(Debug)]
pub struct Csv<T>(pub Vec<T>);

impl<T: Row> Responder for Csv<T> {
    fn describe(operation: &mut Operation) {
        let status = operation.status_or(StatusCode::OK);
        let mut response = DocumentedResponse::new(status)
            .with_content(Content::new("text/csv", Schema::string()));
        response.description = format!("A table with the columns {}.", T::COLUMNS.join(", "));
        operation.responses.push(response);
    }

    async fn respond(self, context: &ResponseContext) -> Response {
        let mut text = line(T::COLUMNS.iter().copied());
        for row in &self.0 {
            let cells = row.cells();
            text.push_str(&line(cells.iter().map(String::as_str)));
        }
        let media_type = HeaderValue::from_static("text/csv; charset=utf-8; header=present");
        full_response(context.status_or(StatusCode::OK), media_type, text)
    }
}

fn line<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    let cells: Vec<_> = cells.map(cell).collect();
    format!("{}\r\n", cells.join(","))
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
    use avocet::App;
    use avocet::testing::TestClient;

    use super::*;

    struct Price(&'static str, u32);

    impl Row for Price {
        const COLUMNS: &'static [&'static str] = &["item", "price"];

        fn cells(&self) -> Vec<String> {
            vec![self.0.to_owned(), self.1.to_string()]
        }
    }

    #[tokio::test]
    async fn a_table_is_sent_and_documented() {
        let prices = || vec![Price("tea", 3), Price("tea, \"black\"", 4)];
        let route = Operation::get("/prices.csv").id("prices");
        let route = route.handle((), move |()| async move { Csv(prices()) });
        let service = App::new("Shop", "1.0.0").routes([route]).build();
        let service = service.expect("it builds");
        let response = &service.openapi()["paths"]["/prices.csv"]["get"]["responses"]["200"];
        assert_eq!(
            response["description"],
            "A table with the columns item, price."
        );
        assert!(response["content"].get("text/csv").is_some());

        let response = TestClient::new(service).get("/prices.csv").send().await;
        assert_eq!(
            response.text().await,
            "item,price\r\ntea,3\r\n\"tea, \"\"black\"\"\",4\r\n"
        );
    }
}

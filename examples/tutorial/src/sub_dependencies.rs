//! [Sub-dependencies](https://fastapi.tiangolo.com/tutorial/dependencies/sub-dependencies/).

use avocet::prelude::*;

#[dependency]
async fn query_extractor(#[query] q: Option<String>) -> Option<String> {
    q
}

#[dependency]
async fn query_or_cookie_extractor(
    #[depends(query_extractor)] q: Option<String>,
    #[cookie] last_query: Option<String>,
) -> Option<String> {
    q.filter(|q| !q.is_empty()).or(last_query)
}

#[model(output)]
struct Query {
    q_or_cookie: Option<String>,
}

#[get("/items/")]
async fn read_query(#[depends(query_or_cookie_extractor)] q_or_cookie: Option<String>) -> Query {
    Query { q_or_cookie }
}

pub fn app() -> App {
    crate::fastapi().routes(routes![read_query])
}

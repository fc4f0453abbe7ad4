//! [Middleware](https://fastapi.tiangolo.com/tutorial/middleware/).

use avocet::http::HeaderValue;
use avocet::layer::{Next, Request};
use avocet::prelude::*;
use avocet::response::Response;
use std::time::Instant;

async fn add_process_time_header(request: Request, next: Next) -> Result<Response, HttpError> {
    let start_time = Instant::now();
    let mut response = next.run(request).await;
    let process_time = start_time.elapsed().as_secs_f64().to_string();
    let process_time = HeaderValue::try_from(process_time)?;
    response
        .headers_mut()
        .insert("x-process-time", process_time);
    Ok(response)
}

#[get("/")]
async fn root() -> &'static str {
    "Hello World"
}

pub fn app() -> App {
    crate::fastapi()
        .routes(routes![root])
        .middleware(add_process_time_header)
}

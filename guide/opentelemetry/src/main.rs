//! A small application that sends its traces to a collector.

use avocet::prelude::*;
use opentelemetry::trace::TracerProvider;
use opentelemetry_with_avocet::{join_trace, provider};
use tracing_subscriber::layer::SubscriberExt;

#[get("/hello/{name}")]
async fn hello(name: String) -> String {
    tracing::info!("a greeting is sent");
    format!("Hello, {name}!")
}

#[avocet::main]
async fn main() -> avocet::Result<()> {
    let provider = provider("hello", "http://localhost:4318/v1/traces")?;
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("hello"));
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(layer))?;

    let app = App::new("Hello", "1.0.0").routes(routes![hello]);
    app.on_span(join_trace).serve("127.0.0.1:8000").await?;
    provider.shutdown()?;
    Ok(())
}

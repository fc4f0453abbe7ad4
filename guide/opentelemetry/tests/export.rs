//! The spans of an application, as a collector receives them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use avocet::prelude::*;
use avocet::testing::TestClient;
use opentelemetry::trace::TracerProvider;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_with_avocet::{join_trace, outgoing, provider};
use prost::Message;
use tracing_subscriber::layer::SubscriberExt;

#[get("/items/{id}")]
async fn item(id: u32) -> Result<String, HttpError> {
    let _span = tracing::info_span!("look up").entered();
    if id == 0 {
        return Err(HttpError::internal("the disk is full"));
    }
    Ok(outgoing()["traceparent"].to_str()?.to_owned())
}

/// Runs a collector for one request, and returns its content.
fn collector() -> (String, Receiver<Vec<Span>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let (sender, spans) = channel();
    thread::spawn(move || {
        let (socket, _) = listener.accept().expect("a client");
        let mut reader = BufReader::new(socket);
        let mut length = 0;
        let mut line = String::new();
        while reader.read_line(&mut line).expect("a line") > 2 {
            let lower = line.to_ascii_lowercase();
            if let Some(value) = lower.strip_prefix("content-length:") {
                length = value.trim().parse().expect("a number");
            }
            line.clear();
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).expect("a body");
        let response = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
        reader.get_mut().write_all(response).expect("it reads");
        let request = ExportTraceServiceRequest::decode(&*body).expect("spans");
        let scopes = request
            .resource_spans
            .into_iter()
            .flat_map(|resource| resource.scope_spans);
        let _ = sender.send(scopes.flat_map(|scope| scope.spans).collect());
    });
    (format!("http://{address}/v1/traces"), spans)
}

fn attribute(span: &Span, key: &str) -> Option<String> {
    let found = span
        .attributes
        .iter()
        .find(|attribute| attribute.key == key)?;
    match found.value.clone()?.value? {
        Value::StringValue(text) => Some(text),
        Value::IntValue(number) => Some(number.to_string()),
        _ => None,
    }
}

#[tokio::test]
async fn a_request_is_a_span_of_its_callers_trace() {
    let (endpoint, received) = collector();
    let build = thread::spawn(move || provider("items", &endpoint).expect("an exporter"));
    let provider = build.join().expect("no panic");
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("items"));
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));

    let app = App::new("Items", "1.0.0")
        .on_span(join_trace)
        .routes(routes![item]);
    let client = TestClient::new(app.build().expect("it builds"));
    let traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let request = client
        .get("/items/7?key=secret")
        .header("traceparent", traceparent);
    let outgoing: String = request.send().await.json().await;
    assert_eq!(client.get("/items/0").send().await.status(), 500);
    thread::spawn(move || provider.shutdown())
        .join()
        .expect("no panic")
        .expect("it was sent");

    let spans = received.recv().expect("spans");
    let named = |name: &str| {
        spans
            .iter()
            .filter(|span| span.name == name)
            .collect::<Vec<_>>()
    };
    let [good, bad] = named("GET /items/{id}")[..] else {
        panic!("two requests in {spans:#?}");
    };
    assert_eq!(good.kind(), SpanKind::Server);
    assert_eq!(
        good.trace_id,
        0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c_u128.to_be_bytes()
    );
    assert_eq!(good.parent_span_id, 0xb7ad_6b71_6920_3331_u64.to_be_bytes());
    assert_eq!(
        attribute(good, "http.route").as_deref(),
        Some("/items/{id}")
    );
    assert_eq!(
        attribute(good, "http.response.status_code").as_deref(),
        Some("200")
    );
    assert!(!format!("{spans:?}").contains("secret"));

    let inner = named("look up")[0];
    assert_eq!(inner.parent_span_id, good.span_id);
    let hex = |bytes: &[u8]| {
        bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    assert_eq!(
        outgoing,
        format!("00-{}-{}-01", hex(&inner.trace_id), hex(&inner.span_id))
    );

    assert_ne!(bad.trace_id, good.trace_id, "it named no trace");
    assert_eq!(
        bad.status.as_ref().map(|status| status.code),
        Some(2),
        "an error"
    );
    let events: Vec<_> = spans.iter().flat_map(|span| &span.events).collect();
    assert!(
        format!("{events:?}").contains("the disk is full"),
        "{events:#?}"
    );
}

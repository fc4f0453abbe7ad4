//! For every text that a program sends, a client sees exactly the sent events: compared with two parsers that are independent of the
//! writer, that of `TestClient` and that of the crate `sseer`.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use avocet::prelude::*;
use avocet::response::{EventId, EventName, TextData};
use avocet::testing::{TestClient, TestEvent};
use futures_core::Stream;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

/// The events that the program sends.
#[derive(Clone, Debug, Default)]
struct Sent {
    data: Option<String>,
    name: Option<String>,
    id: Option<String>,
    retry: Option<u32>,
    comment: Option<String>,
}

type Plan = Arc<Vec<Sent>>;

/// Sends the plan's events, with their data as text.
#[get("/text")]
async fn text(#[state] plan: Plan) -> Sse<ServerEvent<TextData>> {
    Sse::new(stream! {
        for sent in plan.iter() {
            yield planned(sent, TextData::from);
        }
    })
}

/// Sends the plan's events, with their data as JSON.
#[get("/json")]
async fn json(#[state] plan: Plan) -> Sse<ServerEvent<Word>> {
    Sse::new(stream! {
        for sent in plan.iter() {
            yield planned(sent, |text| Word { text: text.to_owned() });
        }
    })
}

#[model]
struct Word {
    text: String,
}

/// Returns the event with the sendable parts of the plan; a name or an id that cannot be sent is left out.
fn planned<'a, T>(sent: &'a Sent, data: impl Fn(&'a str) -> T) -> ServerEvent<T> {
    let mut event = match &sent.data {
        Some(text) => ServerEvent::new(data(text)),
        None => ServerEvent::without_data(),
    };
    if let Some(Ok(name)) = sent.name.clone().map(EventName::new) {
        event = event.name(name);
    }
    if let Some(Ok(id)) = sent.id.clone().map(EventId::new) {
        event = event.id(id);
    }
    if let Some(retry) = sent.retry {
        event = event.retry(Duration::from_millis(retry.into()));
    }
    if let Some(comment) = &sent.comment {
        event = event.comment(comment);
    }
    event
}

/// Returns the events that a client must see for the plan.
fn expected(plan: &Plan, data: impl Fn(&str) -> String) -> Vec<TestEvent> {
    let is_line = |text: &&String| !text.contains(['\r', '\n', '\0']);
    let mut last = TestEvent::default();
    let mut events = Vec::new();
    for sent in plan.iter() {
        if let Some(id) = sent.id.as_ref().filter(is_line) {
            last.id.clone_from(id);
        }
        last.retry = sent.retry.map(u64::from).or(last.retry);
        if let Some(text) = &sent.data {
            let name = sent.name.as_ref().filter(is_line);
            events.push(TestEvent {
                name: name.cloned().unwrap_or_default(),
                data: data(text),
                ..last.clone()
            });
        }
    }
    events
}

/// Normalizes line ends to those that events can carry.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// Reads the events with `sseer`, from pieces of `size` bytes.
fn read_by_sseer(body: &[u8], size: usize) -> Vec<TestEvent> {
    let pieces: Vec<Vec<u8>> = body.chunks(size).map(<[u8]>::to_vec).collect();
    let mut events = pin!(sseer::event_stream::EventStream::new(Pieces(
        pieces.into_iter()
    )));
    let mut context = Context::from_waker(Waker::noop());
    let mut found = Vec::new();
    while let Poll::Ready(Some(event)) = events.as_mut().poll_next(&mut context) {
        let event = event.expect("events");
        // `sseer` gives an event without a name the name under which a browser dispatches it.
        let name = match &*event.event {
            "message" => String::new(),
            name => name.to_owned(),
        };
        found.push(TestEvent {
            name,
            data: event.data.to_string(),
            id: event.id.to_string(),
            // `sseer` drops the retry time of an event without data.
            retry: None,
        });
    }
    found
}

struct Pieces<I>(I);

impl<I: Iterator<Item = Vec<u8>> + Unpin> Stream for Pieces<I> {
    type Item = Result<Vec<u8>, Infallible>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.next().map(Ok))
    }
}

/// Generates text with all the syntax of events in it.
fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => proptest::sample::select(vec![
            "\r", "\n", "\r\n", "\n\n", "\0", "\u{feff}", "\u{2028}", "\u{2029}", "\u{85}", "\u{b}", " ", ":", "data: x",
            "event: y", "id: 9", "retry: 1", "\"", "\\",
        ]).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

fn any_sent() -> impl Strategy<Value = Sent> {
    let fields = (
        option::weighted(0.9, any_text()),
        option::of(any_text()),
        option::of(any_text()),
        option::of(any::<u32>()),
        option::of(any_text()),
    );
    fields.prop_map(|(data, name, id, retry, comment)| Sent {
        data,
        name,
        id,
        retry,
        comment,
    })
}

async fn check(plan: Vec<Sent>, piece: usize) {
    let plan: Plan = Arc::new(plan);
    let app = App::new("Any text", "1.0.0")
        .state(Arc::clone(&plan))
        .routes(routes![text, json]);
    let client = TestClient::new(app.build().expect("it builds"));
    let as_json = |text: &str| serde_json::json!({"text": text}).to_string();
    for (path, expected) in [
        ("/text", expected(&plan, lines)),
        ("/json", expected(&plan, as_json)),
    ] {
        let mut response = client.get(path).send().await;
        let mut found = Vec::new();
        while let Some(event) = response.next_event().await {
            found.push(event);
        }
        assert_eq!(found, expected, "TestClient, {path}");
        let body = client.get(path).send().await.bytes().await;
        let without_retry = expected.into_iter().map(|event| TestEvent {
            retry: None,
            ..event
        });
        let expected: Vec<TestEvent> = without_retry.collect();
        assert_eq!(read_by_sseer(&body, piece), expected, "sseer, {path}");
    }
}

proptest! {
    #[test]
    fn v17_arrives_as_it_was_sent(plan in vec(any_sent(), 0..5), piece in 1_usize..40) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(check(plan, piece));
    }
}

#[test]
fn v17_a_name_or_an_id_is_one_line_without_nul() {
    for (text, fits) in [
        ("", true),
        ("run 1: ü\u{2028}", true),
        ("a\rb", false),
        ("a\n", false),
        ("\0", false),
    ] {
        assert_eq!(EventName::new(text).is_ok(), fits, "{text:?}");
        assert_eq!(EventId::new(text).is_ok(), fits, "{text:?}");
    }
}

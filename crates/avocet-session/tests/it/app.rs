//! The application that the tests call.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use avocet::prelude::*;
use avocet_session::{AllowCrossSite, CsrfToken, Flash, Key, Level, Login, Session, Sessions};
use avocet_store::Store;
use tokio::sync::Barrier;

use crate::browser::Browser;

/// Where requests of a test meet, after they have read their session.
#[derive(Clone, Default)]
pub(crate) struct Meeting(Arc<std::sync::Mutex<Option<Arc<Barrier>>>>);

impl Meeting {
    pub(crate) fn of(&self, requests: usize) {
        *self.0.lock().expect("a lock") = Some(Arc::new(Barrier::new(requests)));
    }

    pub(crate) async fn wait(&self) {
        let barrier = self.0.lock().expect("a lock").clone();
        if let Some(barrier) = barrier {
            barrier.wait().await;
        }
    }
}

/// How often a handler ran.
#[derive(Clone, Default)]
pub(crate) struct Runs(Arc<AtomicUsize>);

impl Runs {
    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

#[get("/plain")]
async fn plain() -> &'static str {
    "plain"
}

#[get("/values/{key}")]
async fn read(#[extract] session: Session, #[path] key: String) -> Option<String> {
    session.get(&key)
}

#[put("/values/{key}", status = 200)]
async fn write(#[extract] session: Session, #[path] key: String, #[query] value: String) {
    session.insert(key, value);
}

#[put("/meet/{key}", status = 200)]
async fn meet(
    #[extract] session: Session,
    #[state] meeting: Meeting,
    #[path] key: String,
    #[query] value: String,
) {
    meeting.wait().await;
    session.insert(key, value);
}

#[put("/meet-and-log-in/{name}", status = 200)]
async fn meet_and_log_in(
    #[extract] session: Session,
    #[state] meeting: Meeting,
    #[path] name: String,
) {
    meeting.wait().await;
    session.log_in(name);
}

#[delete("/meet", status = 200)]
async fn meet_and_destroy(#[extract] session: Session, #[state] meeting: Meeting) {
    meeting.wait().await;
    session.destroy();
}

#[delete("/values/{key}", status = 200)]
async fn remove(#[extract] session: Session, #[path] key: String) {
    session.remove(&key);
}

#[delete("/values", status = 200)]
async fn clear(#[extract] session: Session) {
    session.clear();
}

#[delete("/session", status = 200)]
async fn destroy(#[extract] session: Session) {
    session.destroy();
}

#[put("/restart", status = 200)]
async fn restart(#[extract] session: Session, #[query] value: String) {
    session.destroy();
    session.insert("key", value);
}

#[put("/rotate", status = 200)]
async fn rotate(#[extract] session: Session) {
    session.rotate();
}

#[put("/login/{name}", status = 200)]
async fn log_in(#[extract] session: Session, #[path] name: String) {
    session.log_in(name);
}

#[get("/me")]
async fn me(#[extract] login: Login<String>) -> String {
    login.0
}

#[post("/me/note")]
async fn note(#[extract] login: Login<String>, #[form] text: String) -> String {
    format!("{}: {text}", login.0)
}

#[get("/form")]
async fn page(#[extract] token: CsrfToken) -> PlainText {
    PlainText(token.as_str().to_owned())
}

#[get("/form-with-data")]
async fn page_with_data(#[extract] token: CsrfToken, #[extract] session: Session) -> PlainText {
    session.insert("key", "data");
    PlainText(token.as_str().to_owned())
}

#[post("/form")]
async fn form(
    #[extract] _session: Session,
    #[state] runs: Runs,
    #[form] text: String,
    #[form] csrf_token: Option<String>,
) -> String {
    runs.0.fetch_add(1, Ordering::SeqCst);
    format!("{text} {}", csrf_token.is_some())
}

#[post("/upload")]
async fn upload(#[extract] _session: Session, #[file] file: Upload) -> u64 {
    file.size()
}

#[post("/json")]
async fn json(#[extract] _session: Session, #[state] runs: Runs, #[body] number: u32) -> u32 {
    runs.0.fetch_add(1, Ordering::SeqCst);
    number
}

#[post("/api")]
async fn api(#[body] number: u32) -> u32 {
    number
}

#[post("/callback", extend = AllowCrossSite)]
async fn callback(#[extract] session: Session, #[form] state: String) -> bool {
    session.get("state") == Some(state)
}

#[put("/flash/{text}", status = 200)]
async fn push(#[extract] flash: Flash, #[path] text: String) {
    flash.push(Level::Success, text);
}

#[get("/flash")]
async fn take(#[extract] flash: Flash) -> Vec<String> {
    let messages = flash.take().into_iter();
    messages
        .map(|it| format!("{}: {}", it.level, it.text))
        .collect()
}

#[put("/fails", status = 200)]
async fn fails(#[extract] session: Session, #[query] value: String) -> Result<(), HttpError> {
    session.insert("key", value);
    Err(HttpError::new(StatusCode::CONFLICT, "No"))
}

#[put("/panics", status = 200)]
async fn panics(#[extract] session: Session, #[query] value: String) {
    session.insert("key", value);
    panic!("a panic of a test");
}

#[put("/invalid", status = 200)]
async fn invalid(#[extract] session: Session) {
    session.insert("key", std::collections::BTreeMap::from([((1, 2), 3)]));
}

#[put("/large", status = 200)]
async fn large(#[extract] session: Session, #[query] bytes: usize) {
    session.insert("key", "x".repeat(bytes));
}

#[get("/stream")]
async fn stream(#[extract] session: Session) -> JsonLines<u32> {
    session.insert("key", "before");
    JsonLines::new(stream! {
        yield 1;
        session.insert("key", "after");
        yield 2;
    })
}

#[get("/cached")]
async fn cached(#[extract] session: Session) -> WithHeaders<String, http::HeaderMap> {
    let headers = [
        ("cache-control", "private, max-age=60"),
        ("vary", "accept, cookie"),
    ];
    let headers = headers.map(|(name, value)| {
        (
            name.parse().expect("a name"),
            value.parse().expect("a value"),
        )
    });
    let value = session.get("key").unwrap_or_default();
    WithHeaders::new(
        value,
        http::HeaderMap::from_iter(
            headers.map(|(name, value): (http::HeaderName, http::HeaderValue)| (name, value)),
        ),
    )
}

/// What a test holds of the application.
#[derive(Clone, Default)]
pub(crate) struct Parts {
    pub(crate) meeting: Meeting,
    pub(crate) runs: Runs,
}

impl Parts {
    pub(crate) fn app(&self) -> App {
        App::new("Sessions", "1.0.0")
            .state(self.meeting.clone())
            .state(self.runs.clone())
            .routes(routes![
                plain,
                read,
                write,
                meet,
                meet_and_log_in,
                meet_and_destroy,
                remove,
                clear,
                destroy
            ])
            .routes(routes![
                restart,
                rotate,
                log_in,
                me,
                note,
                page,
                page_with_data,
                form,
                upload
            ])
            .routes(routes![
                json, api, callback, push, take, fails, panics, invalid, large, stream, cached
            ])
    }
}

/// One of each kind.
pub(crate) fn kinds() -> [(&'static str, Sessions); 3] {
    [
        ("signed", Sessions::signed(Key::generate())),
        ("encrypted", Sessions::encrypted(Key::generate())),
        ("stored", stored()),
    ]
}

pub(crate) fn stored() -> Sessions {
    Sessions::stored(&Store::memory(), "sessions").expect("a name")
}

pub(crate) fn browser(sessions: Sessions) -> Browser {
    Browser::new(sessions.around(Parts::default().app()))
}

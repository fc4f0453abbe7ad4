//! `responses`: a news desk with statuses, filtered output, errors, redirects, cookies and streams.
//!
//! `kit/` has neither the route nor the cases of the download: files and ranges come later. It differs from the recording in three places:
//! a 204 has no `content-type`, the schema of the documented 404 is that of its body, and the article of `/public`, which lacks a required
//! member, has a schema of its own.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use avocet::extract::{OfRequest, RequestContext};
use avocet::response::{EventName, Redirect, ResponseParts, SameSite, TextData, WithStatus};
use avocet::types::Patch;
use avocet::{OperationIds, prelude::*};
use http::HeaderValue;
use http::header::HeaderName;
use serde_json::{Value, json};

#[model(input)]
struct Draft {
    #[field(min_length = 3)]
    headline: String,
    #[field(default = 0)]
    views: i64,
}

#[model(output)]
struct Article {
    id: i64,
    headline: String,
    views: i64,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    teaser: Patch<String>,
}

impl Article {
    fn new(id: i64, headline: impl Into<String>, views: i64) -> Self {
        Self {
            id,
            headline: headline.into(),
            views,
            teaser: Patch::Null,
        }
    }

    fn without_teaser(self) -> Self {
        Self {
            teaser: Patch::Absent,
            ..self
        }
    }
}

#[model(output)]
struct PublicArticle {
    id: i64,
    headline: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    teaser: Option<String>,
}

/// The press is closed until a day.
#[derive(Debug)]
struct PressClosed {
    until: &'static str,
    path: String,
}

impl fmt::Display for PressClosed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the press is closed until {}", self.until)
    }
}

impl Error for PressClosed {}

#[model(output)]
struct Closed {
    closed_until: String,
    path: String,
}

#[headers]
struct Later {
    retry_after: u32,
}

fn press_closed(error: &PressClosed) -> WithStatus<WithHeaders<Closed, Later>, 503> {
    let closed = Closed {
        closed_until: error.until.to_owned(),
        path: error.path.clone(),
    };
    let response = WithHeaders::new(closed, Later { retry_after: 60 });
    WithStatus::new(StatusCode::SERVICE_UNAVAILABLE, response)
}

/// The path of the request.
struct RequestPath(String);

impl OfRequest for RequestPath {
    fn of(context: &mut RequestContext) -> Self {
        Self(context.uri().path().to_owned())
    }
}

#[post("/articles", status = 201, response(201, "The article was stored"))]
async fn create_article(#[body] draft: Draft, #[request] response: ResponseParts) -> Article {
    response.set("location", "/articles/1");
    Article::new(1, draft.headline, draft.views)
}

#[get("/articles/{id}", response(404, "No such article"))]
async fn read_article(id: i64) -> Result<Article, HttpError> {
    if id == 404 {
        let error = HttpError::new(StatusCode::NOT_FOUND, json!({"code": "gone", "ids": [id]}));
        let name = HeaderName::from_static("x-reason");
        return Err(error.header(name, HeaderValue::from_static("unknown")));
    }
    Ok(Article::new(id, "Rain", 7))
}

#[get("/articles/{id}/short")]
async fn read_short(id: i64) -> Article {
    Article::new(id, "Rain", 7).without_teaser()
}

#[get("/articles/{id}/public")]
async fn read_public(id: i64) -> PublicArticle {
    PublicArticle {
        id,
        headline: "Rain".to_owned(),
        teaser: None,
    }
}

#[delete("/articles/{id}", status = 204)]
async fn delete_article(#[path] _id: i64) {}

#[put("/articles/{id}", response(201, "It was new"))]
async fn put_article(id: i64, #[body] draft: Draft) -> WithStatus<Article, 200, 201> {
    let status = if id > 100 {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    WithStatus::new(status, Article::new(id, draft.headline, draft.views))
}

#[get("/press")]
async fn read_press(#[request] path: RequestPath) -> Result<Value, HttpError> {
    Err(PressClosed {
        until: "monday",
        path: path.0,
    }
    .into())
}

#[get("/archive")]
async fn read_archive() -> Result<Value, HttpError> {
    Err(HttpError::new(StatusCode::GONE, "Gone"))
}

#[get("/broken")]
async fn read_broken() -> Result<Value, HttpError> {
    Err(HttpError::internal("an unexpected error"))
}

#[get("/mismatch")]
async fn read_mismatch() -> Result<Article, HttpError> {
    let id = serde_json::from_value(json!("not a number"))?;
    Ok(Article::new(id, "Rain", 7))
}

#[get("/nothing")]
async fn read_nothing() -> Value {
    Value::Null
}

#[get("/old", status = 301)]
async fn read_old() -> Redirect {
    Redirect::to("/articles/1")
}

#[get("/moved")]
async fn read_moved() -> Redirect {
    Redirect::to("/articles/1?from=moved")
}

#[get("/page")]
async fn read_page() -> Html {
    Html("<h1>News &amp; more</h1>".to_owned())
}

#[get("/text")]
async fn read_text() -> PlainText {
    PlainText("grüße".to_owned())
}

#[post("/session")]
async fn open_session(#[request] response: ResponseParts) -> Value {
    let session = SetCookie::new("s-1")
        .max_age(Duration::from_secs(3600))
        .secure()
        .same_site(SameSite::Strict);
    response.set("sid", session);
    response.set(
        "theme",
        SetCookie::new("dark").path("/news").http_only(false),
    );
    json!({"ok": true})
}

#[delete("/session")]
async fn close_session(#[request] response: ResponseParts) -> Value {
    response.set("sid", SetCookie::removed().http_only(false));
    json!({"ok": false})
}

#[get("/feed")]
async fn read_feed(#[query(default = 2)] limit: i64) -> JsonLines<Article> {
    JsonLines::new(stream! {
        for number in 0..limit {
            yield Article::new(number, format!("Line {number}"), number);
        }
    })
}

#[post("/events")]
async fn stream_events(
    #[body] draft: Draft,
    #[header(default = 0)] last_event_id: i64,
) -> Sse<ServerEvent<Article>> {
    Sse::new(stream! {
        for number in last_event_id..2 {
            yield ServerEvent::new(Article::new(number, draft.headline.clone(), draft.views));
        }
    })
}

#[get("/ticker")]
async fn read_ticker() -> Sse<ServerEvent<TextData>> {
    Sse::new(stream! {
        let price = json!({"price": 1.5}).to_string();
        yield ServerEvent::new(TextData(price))
            .name(EventName::new("price")?)
            .id(1)
            .retry(Duration::from_secs(3));
        yield ServerEvent::new(TextData::from("two\nlines")).name(EventName::new("note")?).id(2);
        yield ServerEvent::new(TextData(json!("text is JSON").to_string()));
        yield ServerEvent::new(TextData::from("[DONE]"));
    })
}

#[get("/early")]
async fn fail_early(#[query(default)] known: bool) -> Sse<ServerEvent<Article>> {
    Sse::new(stream! {
        if !known {
            Err(HttpError::new(StatusCode::FORBIDDEN, "not for you"))?;
        }
        yield ServerEvent::new(Article::new(1, "Yes", 0));
    })
}

/// The app.
pub fn app() -> App {
    App::new("News desk", "1.0.0")
        .operation_ids(OperationIds::FastApi)
        .map_error(press_closed)
        .routes(routes![
            create_article,
            read_article,
            read_short,
            read_public,
            delete_article,
            put_article,
            read_press,
            read_archive,
            read_broken,
            read_mismatch,
            read_nothing,
        ])
        .routes(routes![
            read_old,
            read_moved,
            read_page,
            read_text,
            open_session,
            close_session,
            read_feed,
            stream_events,
            read_ticker,
            fail_early,
        ])
}

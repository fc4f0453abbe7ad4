//! `routing`: a town map of routers, prefixes, dependencies and a mounted app.
//!
//! `kit/` differs from the recording in four places: an encoded slash does not separate segments, a 204 has no `content-type`, the schema of
//! the documented 403 is that of its body, and a relative `location` is the same as an absolute one.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use avocet::cleanup::{Cleanup, Outcome};
use avocet::depend::Requirement;
use avocet::response::ResponseParts;
use avocet::security::forbidden;
use avocet::{ExternalDocs, OperationIds, Tag, prelude::*};
use serde_json::{Value, json};

#[dependency]
async fn count_call(#[header] x_call: Option<String>, #[request] response: ResponseParts) {
    response.set("x-app", x_call.unwrap_or_else(|| "none".to_owned()));
}

// Dependencies

#[derive(Clone, Copy)]
struct Page {
    offset: i64,
    limit: i64,
}

#[dependency]
async fn page(
    #[query(default = 0, ge = 0)] offset: i64,
    #[query(default = 10, le = 20)] limit: i64,
) -> Page {
    Page { offset, limit }
}

#[dependency]
async fn counter() -> Arc<AtomicU32> {
    Arc::default()
}

#[dependency]
async fn bump(#[depends(counter)] counter: Arc<AtomicU32>) -> u32 {
    counter.fetch_add(1, Ordering::Relaxed) + 1
}

#[dependency]
async fn left(#[depends(bump)] number: u32) -> u32 {
    number
}

#[dependency]
async fn right(#[depends(bump)] number: u32) -> u32 {
    number
}

#[dependency]
async fn fresh(#[depends(bump, fresh)] number: u32) -> u32 {
    number
}

#[dependency]
async fn staff_only(
    #[header(default = "guest".to_owned())] x_role: String,
) -> Result<(), HttpError> {
    if x_role == "staff" {
        Ok(())
    } else {
        Err(forbidden("staff only"))
    }
}

/// What happened at each gate.
#[derive(Clone, Default)]
struct Traces(Arc<Mutex<HashMap<String, Vec<&'static str>>>>);

impl Traces {
    fn with<R>(&self, key: &str, change: impl FnOnce(&mut Vec<&'static str>) -> R) -> R {
        let mut traces = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        change(traces.entry(key.to_owned()).or_default())
    }

    fn add(&self, key: &str, what: &'static str) {
        self.with(key, |trace| trace.push(what));
    }

    fn of(&self, key: &str) -> Vec<&'static str> {
        self.with(key, |trace| trace.clone())
    }
}

#[dependency]
async fn gate(#[path] key: String, #[state] traces: Traces, #[request] cleanup: Cleanup) -> Traces {
    traces.with(&key, |trace| *trace = vec!["open"]);
    let opened = traces.clone();
    cleanup.before_response(|outcome| async move {
        let jammed = outcome == Outcome::Failed(StatusCode::INTERNAL_SERVER_ERROR);
        if jammed {
            traces.add(&key, "failed");
        }
        traces.add(&key, "close");
        if jammed {
            return Err(HttpError::new(StatusCode::CONFLICT, "the gate jammed"));
        }
        Ok(())
    });
    opened
}

#[get("/cache")]
async fn read_cache(
    #[depends(left)] a: u32,
    #[depends(right)] b: u32,
    #[depends(fresh)] c: u32,
) -> Value {
    json!({"a": a, "b": b, "c": c})
}

#[get("/gates/{key}")]
async fn pass_gate(
    key: String,
    #[query(default)] jam: bool,
    #[depends(gate)] traces: Traces,
) -> Result<Value, HttpError> {
    traces.add(&key, "pass");
    if jam {
        return Err(HttpError::internal(format!("{key} jams")));
    }
    Ok(json!({"so_far": traces.of(&key)}))
}

#[get("/traces/{key}", hidden)]
async fn read_trace(key: String, #[state] traces: Traces) -> Value {
    json!(traces.of(&key))
}

// Order and shape of paths

#[get("/streets/main", tag = "streets")]
async fn main_street() -> Value {
    json!({"street": "the main one"})
}

#[get("/streets/{name}", tag = "streets")]
async fn any_street(name: String) -> Value {
    json!({"street": name})
}

#[get("/streets/{name}/houses/{number}", tag = "streets")]
async fn read_house(
    name: String,
    #[path(ge = 1)] number: i64,
    #[depends(page)] page: Page,
) -> Value {
    json!({"street": name, "number": number, "offset": page.offset, "limit": page.limit})
}

#[get("/plans/{file:path}")]
async fn read_plan(file: String) -> Value {
    json!({"file": file})
}

#[get("/grid/{x}-{y}.{kind}")]
async fn read_grid(x: i64, y: i64, kind: String) -> Value {
    json!({"x": x, "y": y, "kind": kind})
}

#[get("/squares/")]
async fn list_squares() -> Value {
    json!(["north"])
}

/// Over the river.
#[post("/bridges", id = "buildBridge", deprecated, summary = "Build a bridge")]
async fn build(#[depends(page)] page: Page) -> Value {
    json!({"limit": page.limit})
}

// Routers

#[get("")]
async fn list_lamps(#[depends(page)] page: Page) -> Value {
    json!({"lamps": [], "limit": page.limit})
}

#[get("/{lamp_id}")]
async fn read_lamp(lamp_id: i64) -> Value {
    json!({"lamp": lamp_id})
}

fn lamps() -> Router {
    Router::new("/lamps")
        .tag("lamps")
        .routes(routes![list_lamps, read_lamp])
}

/// Reads the variable of the prefix, which not every route below it needs.
#[dependency]
async fn district(#[path] district: String) -> String {
    district
}

#[get("/mayor")]
async fn read_mayor(#[depends(district)] district: String) -> Value {
    json!({"mayor_of": district})
}

#[delete("/lamps/{lamp_id}", status = 204)]
async fn remove_lamp(#[path] _lamp_id: i64) {}

// Callbacks, webhooks, mounted app

#[model]
struct Notice {
    text: String,
    #[serde(default)]
    loud: bool,
}

/// The town calls this when the notice hangs.
#[post("{$request.query.target}/notices", outgoing, summary = "Notice Sent")]
async fn notice_sent(#[body] _body: Notice) -> Value {
    Value::Null
}

#[post("/notices", callbacks(notice_sent))]
async fn hang_notice(#[body] notice: Notice, #[query] target: Option<String>) -> Value {
    json!({"text": notice.text, "target": target})
}

/// Sent when the river rises.
#[post("flood-warning", outgoing, summary = "Flood Warning")]
async fn flood_warning(#[body] _body: Notice) -> Value {
    Value::Null
}

#[get("/rooms/{room}")]
async fn read_room(room: i64) -> Value {
    json!({"room": room})
}

fn museum() -> App {
    App::new("Museum", "0.1.0").routes(routes![read_room])
}

/// The app.
///
/// # Panics
/// If the museum cannot be built.
pub fn app() -> App {
    let museum = museum()
        .build()
        .unwrap_or_else(|error| panic!("the museum: {error}"));
    App::new("Town map", "1.0.0")
        .operation_ids(OperationIds::FastApi)
        .server("/", "here")
        .server("https://town.example", "")
        .describe_tag("streets", "Where one walks")
        .tag(Tag::new("admin").external_docs(ExternalDocs::new("https://town.example/admin")))
        .requires(Requirement::of::<count_call>())
        .state(Traces::default())
        .routes(routes![
            read_cache,
            pass_gate,
            read_trace,
            main_street,
            any_street,
            read_house,
            read_plan,
            read_grid,
            list_squares,
            build,
        ])
        .router(lamps())
        .router(
            Router::new("/v2")
                .tag("second")
                .deprecated()
                .router(lamps()),
        )
        .router(
            Router::new("/districts/{district}")
                .tag("districts")
                .requires(Requirement::of::<district>())
                .router(Router::new("/night").tag("night").router(lamps()))
                .routes(routes![read_mayor]),
        )
        .router(
            Router::new("/admin")
                .tag("admin")
                .requires(Requirement::of::<staff_only>())
                .describe_response("403", "Staff only")
                .routes(routes![remove_lamp]),
        )
        .routes(routes![hang_notice])
        .webhooks(routes![flood_warning])
        .mount("/museum", museum)
}

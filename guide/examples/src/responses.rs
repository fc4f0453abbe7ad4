//! Responses and errors.

// ANCHOR: model
use avocet::prelude::*;

#[model(output)]
pub struct Job {
    id: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<String>,
}

/// Start a job.
#[post("/jobs", status = 201)]
async fn start_job() -> Job {
    Job {
        id: 7,
        result: None,
    }
}
// ANCHOR_END: model

// ANCHOR: errors
#[errors]
pub enum JobError {
    /// No job has this id.
    #[error(status = 404)]
    Missing,
    #[error(status = 409, message = "the job runs on {worker}")]
    Running { worker: String },
}

#[get("/jobs/{id}")]
async fn read_job(id: u32) -> Result<Job, JobError> {
    match id {
        7 => Ok(Job {
            id,
            result: Some("done".into()),
        }),
        8 => Err(JobError::Running {
            worker: "w-1".into(),
        }),
        _ => Err(JobError::Missing),
    }
}
// ANCHOR_END: errors

// ANCHOR: retry
use avocet::http::header::RETRY_AFTER;

#[get("/slots")]
async fn slots(#[state] free: u32) -> Result<u32, HttpError> {
    if free == 0 {
        let busy = HttpError::new(StatusCode::SERVICE_UNAVAILABLE, "No free slot");
        return Err(busy.header(RETRY_AFTER, "1".parse()?));
    }
    Ok(free)
}
// ANCHOR_END: retry

// ANCHOR: internal
#[get("/config")]
async fn config() -> Result<String, HttpError> {
    // The operator reads the reason in the log. The client receives a 500 without details.
    Ok(std::fs::read_to_string("/no/such/file")?)
}
// ANCHOR_END: internal

// ANCHOR: mapped
#[get("/double")]
async fn double(#[query] number: String) -> Result<u32, HttpError> {
    Ok(number.parse::<u32>()? * 2)
}

fn not_a_number(error: &std::num::ParseIntError) -> avocet::response::WithStatus<PlainText, 409> {
    avocet::response::WithStatus::new(StatusCode::CONFLICT, PlainText(error.to_string()))
}

pub fn numbers() -> App {
    App::new("Numbers", "1.0.0")
        .map_error(not_a_number)
        .routes(routes![double])
}
// ANCHOR_END: mapped

// ANCHOR: pages
use avocet::response::{ErrorPage, Redirect};

fn not_found_page(page: &ErrorPage<'_>) -> Html {
    Html(format!(
        "<h1>Nothing here</h1><p>There is no {}.</p>",
        Html::escape(page.path())
    ))
}

pub fn app_with_pages() -> App {
    app()
        .html_errors()
        .error_page(StatusCode::NOT_FOUND, not_found_page)
        .error_page(StatusCode::UNAUTHORIZED, |_| Redirect::to("/login"))
        .development_errors()
}
// ANCHOR_END: pages

// ANCHOR: replaced
#[model(output)]
pub struct Unknown {
    method: String,
    path: String,
}

fn unknown(page: &ErrorPage<'_>) -> Unknown {
    Unknown {
        method: page.method().to_string(),
        path: page.path().to_owned(),
    }
}

pub fn app_with_responses() -> App {
    app().error_response(StatusCode::NOT_FOUND, unknown)
}
// ANCHOR_END: replaced

// ANCHOR: headers
#[headers]
pub struct Cost {
    /// The cost of the request in tokens.
    x_cost: u32,
    session: SetCookie,
}

#[get("/answer")]
async fn answer() -> WithHeaders<u32, Cost> {
    WithHeaders::new(
        42,
        Cost {
            x_cost: 7,
            session: SetCookie::new("abc"),
        },
    )
}
// ANCHOR_END: headers

// ANCHOR: several
use avocet::response::{Either, WithStatus};

/// Store a job: 201 if it is new, 200 if it replaces one.
#[put("/jobs/{id}")]
async fn store_job(id: u32) -> WithStatus<Job, 200, 201> {
    let status = if id == 7 {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    WithStatus::new(status, Job { id, result: None })
}

#[model(output)]
pub struct Line {
    text: &'static str,
}

/// Read the log of a job, as a whole or as it grows.
#[get("/jobs/{id}/log")]
async fn read_log(
    id: u32,
    #[query(default)] follow: bool,
) -> Result<Either<Vec<Line>, Sse<Line>>, JobError> {
    let line = || Line { text: "started" };
    match (id, follow) {
        (7, true) => Ok(Either::Right(Sse::new(stream! { yield line(); }))),
        (7, false) => Ok(Either::Left(vec![line()])),
        _ => Err(JobError::Missing),
    }
}
// ANCHOR_END: several

pub fn app() -> App {
    App::new("Jobs", "1.0.0")
        .state(0_u32)
        .routes(routes![start_job, read_job, slots, config, answer])
        .routes(routes![store_job, read_log])
}

// ANCHOR: format
use avocet::response::ErrorFormat;

pub fn app_with_problem_details() -> App {
    app().error_format(ErrorFormat::ProblemDetails)
}
// ANCHOR_END: format

// ANCHOR: router_format
pub fn app_with_two_formats() -> App {
    let v2 = Router::new("/v2").error_format(ErrorFormat::ProblemDetails);
    App::new("Jobs", "2.0.0")
        .routes(routes![read_job])
        .router(v2.routes(routes![read_log]))
}
// ANCHOR_END: router_format

// ANCHOR: custom_format
use avocet::model::{Model, OrderedJson, Schema, Schemas};
use avocet::operation::ErrorBody;
use avocet::response::{ErrorContent, FormatErrors};

/// The body of each error: `{"fault": "the job runs on w-1"}`.
#[model(output)]
pub struct Fault {
    fault: String,
}

#[derive(Debug)]
pub struct Faults;

impl FormatErrors for Faults {
    fn body(&self, error: &ErrorContent<'_>) -> OrderedJson {
        let fault = error.message();
        serde_json::json!({ "fault": fault }).into()
    }

    fn describe(&self, _: Option<StatusCode>, _: &ErrorBody, schemas: &mut Schemas) -> Schema {
        Fault::schema(schemas)
    }
}

pub fn app_with_faults() -> App {
    App::new("Jobs", "1.0.0")
        .error_format(&Faults)
        .routes(routes![read_job])
}
// ANCHOR_END: custom_format

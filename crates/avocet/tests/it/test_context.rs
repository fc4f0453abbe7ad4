//! Extractors on a `TestContext`, without an application.

use avocet::extract::{Body, Extractor, Path, Query, Rejection, Request, RequestContext, State};
use avocet::operation::Operation;
use avocet::prelude::*;
use avocet::response::ErrorFormat;
use avocet::serve::Limits;
use avocet::tasks::Tasks;
use avocet::testing::TestContext;
use serde_json::{Value, json};

/// The page of a list, from an extractor that is made of two others.
struct Page;

impl Extractor for Page {
    type Value = (u32, String);

    fn describe(&self, operation: &mut Operation) {
        Query::<u32>::new("page").describe(operation);
        Path::<String>::new("list").describe(operation);
    }

    async fn extract(&self, context: &mut RequestContext) -> Result<(u32, String), Rejection> {
        let page = Query::<u32>::new("page").extract(context).await;
        let list = Path::<String>::new("list").extract(context).await;
        Ok((page?, list?))
    }
}

fn errors(error: &HttpError) -> Value {
    serde_json::to_value(error.to_json(ErrorFormat::FastApi)).expect("JSON")
}

#[tokio::test]
async fn an_extractor_reads_path_and_query() {
    let request = TestContext::get("/lists/a%20b?page=3").variable("list", "a b");
    assert_eq!(
        request.extract(&Page).await.expect("it is valid"),
        (3, "a b".to_owned())
    );
    let request = TestContext::get("/lists/x?page=three").variable("list", "x");
    let error = request.extract(&Page).await.expect_err("no number");
    assert_eq!(error.status(), 422);
    assert_eq!(errors(&error)["detail"][0]["loc"], json!(["query", "page"]));
}

#[tokio::test]
async fn variables_have_their_own_values() {
    let names = ["a", "b", "c", "d", "e", "f"];
    let request = names.iter().fold(TestContext::get("/"), |request, name| {
        request.variable(*name, format!("{name}é"))
    });
    let context = request.context();
    assert_eq!(context.captured("b"), Some("bé"));
    assert_eq!(context.captured("f"), Some("fé"));
    assert_eq!(context.captured("g"), None);
}

#[model]
#[derive(Debug)]
#[serde(deny_unknown_fields)]
struct Filter {
    page: u32,
}

#[tokio::test]
async fn the_names_of_a_model_are_known() {
    let request = TestContext::get("/?page=1&colour=red");
    let error = request.extract(&Query::<Filter>::new("filter")).await;
    let error = error.expect_err("there is no such field");
    assert_eq!(
        errors(&error)["detail"][0]["loc"],
        json!(["query", "colour"])
    );
}

#[tokio::test]
async fn limits_apply() {
    let limits = Limits::default().body_bytes(4);
    let request = TestContext::post("/").limits(limits).json("more than four");
    let error = request
        .extract(&Body::<String>::new())
        .await
        .expect_err("it is large");
    assert_eq!(error.status(), 413);
    let deep = TestContext::post("/")
        .limits(Limits::default().json_depth(1))
        .json(&[[1]]);
    let error = deep
        .extract(&Body::<Value>::new())
        .await
        .expect_err("it is deep");
    assert_eq!(error.status(), 422);
}

#[tokio::test]
async fn states_are_found_by_type_and_name() {
    let request = || {
        TestContext::get("/")
            .state(1_u32)
            .named_state("replica", 2_u32)
    };
    assert_eq!(
        request()
            .extract(&State::<u32>::new())
            .await
            .expect("it is there"),
        1
    );
    assert_eq!(
        request()
            .extract(&State::<u32>::named("replica"))
            .await
            .expect("it is there"),
        2
    );
    let missing = request().extract(&State::<String>::new()).await;
    assert_eq!(missing.expect_err("there is none").status(), 500);
}

#[tokio::test]
async fn tasks_run_beside_the_extractor() {
    let mut context = TestContext::get("/").context();
    let tasks = Request::<Tasks>::new()
        .extract(&mut context)
        .await
        .expect("always");
    assert_eq!(tasks.spawn(async { 7 }).await.expect("it runs"), 7);
    let task = tasks.spawn(std::future::pending::<()>());
    drop(context);
    assert!(task.await.is_err());
}

/// Returns the location of a panic.
fn panic_location(run: impl FnOnce() + std::panic::UnwindSafe) -> Option<(String, u32)> {
    use std::cell::RefCell;
    use std::panic;

    thread_local! {
        static LOCATION: RefCell<Option<(String, u32)>> = const { RefCell::new(None) };
    }
    let hook = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        let location = panic.location().map(|it| (it.file().to_owned(), it.line()));
        LOCATION.with_borrow_mut(|last| *last = location);
        hook(panic);
    }));
    drop(panic::catch_unwind(run));
    LOCATION.with_borrow_mut(Option::take)
}

#[test]
fn a_panic_has_the_location_of_the_test() {
    let here = |line| Some((file!().to_owned(), line));
    let header = panic_location(|| drop(TestContext::get("/").header("a b", "")));
    assert_eq!(header, here(line!() - 1));
    let path = panic_location(|| drop(TestContext::get("no path")));
    assert_eq!(path, here(line!() - 1));
    let states = panic_location(|| drop(TestContext::get("/").state(1_u32).state(2_u32)));
    assert_eq!(states, here(line!() - 1));
}

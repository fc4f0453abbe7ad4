//! A rule of the application that each of its routes has to follow.

use avocet::depend::Requirement;
use avocet::operation::ParameterLocation;
use avocet::plugin::{Plan, Plugin};
use avocet::prelude::*;

/// The note of the caller.
#[dependency]
async fn own_note(#[path] id: u32) -> Result<u32, HttpError> {
    Ok(id)
}

#[get("/notes/{id}")]
async fn note(#[depends(own_note)] note: u32) -> u32 {
    note
}

#[get("/notes/{id}/text", requires(own_note))]
async fn text(id: u32) -> u32 {
    id
}

#[delete("/notes/{id}", hidden)]
async fn remove(id: u32) -> u32 {
    id
}

#[get("/{id}/pages")]
async fn pages(id: u32) -> u32 {
    id
}

#[get("/notes")]
async fn notes() -> Vec<u32> {
    vec![]
}

/// Adds a route for one object.
struct History;

impl Plugin for History {
    fn name(&self) -> &'static str {
        "history"
    }

    fn build(self: Box<Self>, plan: &mut Plan<'_>) {
        let history = Operation::get("/history/{id}").id("history");
        let id = avocet::extract::Path::<u32>::new("id");
        plan.route(history.handle((id,), |(id,)| async move { id }));
    }
}

fn objects_have_owners(operation: &Operation) -> Result<(), String> {
    let mut parameters = operation.parameters.iter();
    let has_id = parameters.any(|it| it.source == ParameterLocation::Path);
    if has_id && !operation.depends_on::<own_note>() {
        return Err("the owner is not checked".to_owned());
    }
    Ok(())
}

/// Returns the mistakes of an application whose router requires the check or not.
fn mistakes(requirement: Option<Requirement>) -> Vec<String> {
    let mut books = Router::new("/books").routes(routes![pages]);
    if let Some(requirement) = requirement {
        books = books.requires(requirement);
    }
    let app = App::new("Notes", "1.0.0")
        .policy(objects_have_owners)
        .policy(|operation| match operation.method.as_str() {
            "DELETE" => Err("nothing is deleted".to_owned()),
            _ => Ok(()),
        })
        .routes(routes![note, text, remove, notes])
        .router(books)
        .plugin(History);
    let error = app.build().expect_err("two break the rule");
    let mistakes = error.mistakes().iter();
    mistakes
        .map(|it| {
            assert!(!it.locations().is_empty(), "{it:?}");
            let (what, reason) = it
                .what()
                .split_once(" breaks the policy at ")
                .expect("text");
            let (place, reason) = reason.split_once(": ").expect("a reason");
            assert!(place.contains("policies.rs:"), "{place}");
            format!("{what} {reason}")
        })
        .collect()
}

#[test]
fn a1_an_application_checks_each_operation_at_build() {
    let always = [
        "`DELETE /notes/{id}` the owner is not checked",
        "`DELETE /notes/{id}` nothing is deleted",
    ];
    let history = "`GET /history/{id}` the owner is not checked";
    let pages = "`GET /books/{id}/pages` the owner is not checked";
    assert_eq!(mistakes(None), [always[0], always[1], pages, history]);
    let checked = mistakes(Some(Requirement::of::<own_note>()));
    assert_eq!(checked, [always[0], always[1], history]);
}

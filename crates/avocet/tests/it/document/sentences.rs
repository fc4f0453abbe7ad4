//! Sentences that Avocet appends to the user's descriptions.

use avocet::prelude::*;
use serde_json::{Value, json};

use super::document;

#[errors]
#[derive(Debug)]
enum Fault {
    /// The model refuses the conversation.
    #[error(status = 400)]
    Rejected,
    /// Too many requests are waiting
    #[error(status = 503)]
    Busy,
    /// The model is being loaded.
    #[error(status = 503)]
    Loading,
    /// One of:
    ///
    /// - a defect
    /// - a dead disk
    #[error(status = 500)]
    Broken,
}

#[get("/events")]
async fn events() -> Sse<Word, Fault> {
    Sse::new(stream! {
        let faults = [Fault::Rejected, Fault::Busy, Fault::Loading, Fault::Broken];
        if let Some(fault) = faults.into_iter().next() {
            Err(fault)?;
        }
        yield Word { word: String::new() };
    })
}

#[model(output)]
struct Word {
    word: String,
}

#[test]
fn each_ends_with_one_mark_and_stands_there_once() {
    let document = document(routes![events]);
    let responses = &document["paths"]["/events"]["get"]["responses"];
    let late = "After the first event, the error is sent as an `error` event with the same JSON as its data, and the response ends early.";
    let description = |status: &str| responses[status]["description"].clone();
    let expected = |text: &str| json!(format!("{text}{late}"));
    assert_eq!(
        description("400"),
        expected("The model refuses the conversation. ")
    );
    assert_eq!(
        description("503"),
        expected("Too many requests are waiting\n\nThe model is being loaded.\n\n")
    );
    assert_eq!(
        description("500"),
        expected("One of:\n\n- a defect\n- a dead disk\n\n")
    );
}

#[headers]
struct Both {
    /// Who is there
    session: SetCookie,
    /// What they like.
    taste: SetCookie,
}

#[get("/both")]
async fn both() -> WithHeaders<bool, Both> {
    let cookie = || SetCookie::new("a");
    WithHeaders::new(
        true,
        Both {
            session: cookie(),
            taste: cookie(),
        },
    )
}

#[test]
fn headers_of_one_name_have_one_description() {
    let document = document(routes![both]);
    let headers = &document["paths"]["/both"]["get"]["responses"]["200"]["headers"];
    let [(_, header)] = &headers
        .as_object()
        .expect("an object")
        .iter()
        .collect::<Vec<_>>()[..]
    else {
        panic!("{headers}");
    };
    assert_eq!(
        header["description"],
        Value::from("Who is there. What they like.")
    );
}

//! [Dependencies with yield](https://fastapi.tiangolo.com/tutorial/dependencies/dependencies-with-yield/).
//!
//! Differences:
//!
//! - A hook receives the outcome of the request and not the exception, because an error of a handler is already a response. `except OwnerError` is
//!   [`App::map_error`].
//! - A hook cannot swallow an error, so there is nothing to raise again. In FastAPI a forgotten `raise` is a 500 that no log explains.
//! - The body of a 500 is JSON, as that of all other errors. FastAPI sends the text `Internal Server Error`.

use avocet::cleanup::Cleanup;
use avocet::prelude::*;
use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, Mutex};

/// What the clean-up did, so that a test can see it.
#[derive(Clone, Debug, Default)]
pub struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub fn add(&self, line: impl Into<String>) {
        self.0.lock().unwrap().push(line.into());
    }

    pub fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

#[dependency]
async fn dependency_a(#[request] cleanup: Cleanup, #[state] log: Log) -> &'static str {
    cleanup.before_response(|_| async move {
        log.add("close a");
        Ok(())
    });
    "a"
}

#[dependency]
async fn dependency_b(
    #[depends(dependency_a)] dep_a: &'static str,
    #[request] cleanup: Cleanup,
    #[state] log: Log,
) -> &'static str {
    cleanup.before_response(move |_| async move {
        log.add(format!("close b with {dep_a}"));
        Ok(())
    });
    "b"
}

#[dependency]
async fn dependency_c(
    #[depends(dependency_b)] dep_b: &'static str,
    #[request] cleanup: Cleanup,
    #[state] log: Log,
) -> &'static str {
    cleanup.before_response(move |_| async move {
        log.add(format!("close c with {dep_b}"));
        Ok(())
    });
    "c"
}

#[get("/c")]
async fn read_c(#[depends(dependency_c)] dep_c: &'static str) -> &'static str {
    dep_c
}

#[derive(Debug)]
struct OwnerError(&'static str);

impl std::error::Error for OwnerError {}

impl fmt::Display for OwnerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

fn owner_error(error: &OwnerError) -> Result<Infallible, HttpError> {
    Err(HttpError::new(
        StatusCode::BAD_REQUEST,
        format!("Owner error: {error}"),
    ))
}

#[derive(Debug)]
struct InternalError(String);

impl std::error::Error for InternalError {}

impl fmt::Display for InternalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[dependency]
async fn get_username(#[request] cleanup: Cleanup, #[state] log: Log) -> &'static str {
    cleanup.before_response(|outcome| async move {
        log.add(format!("{outcome:?}"));
        Ok(())
    });
    "Rick"
}

#[model(output)]
struct Item {
    description: &'static str,
    owner: &'static str,
}

#[get("/items/{item_id}")]
async fn get_item(
    item_id: String,
    #[depends(get_username)] username: &'static str,
) -> Result<Item, HttpError> {
    let item = match item_id.as_str() {
        "plumbus" => Item {
            description: "Freshly pickled plumbus",
            owner: "Morty",
        },
        "portal-gun" => Item {
            description: "Gun to create portals",
            owner: "Rick",
        },
        _ => return Err(HttpError::new(StatusCode::NOT_FOUND, "Item not found")),
    };
    if item.owner != username {
        Err(OwnerError(username))?;
    }
    Ok(item)
}

#[get("/dangerous/{item_id}")]
async fn get_dangerous_item(
    item_id: String,
    #[depends(get_username)] username: &'static str,
) -> Result<String, HttpError> {
    match item_id.as_str() {
        "plumbus" => Ok(item_id),
        "portal-gun" => Err(InternalError(format!(
            "The portal gun is too dangerous to be owned by {username}"
        )))?,
        _ => Err(HttpError::new(
            StatusCode::NOT_FOUND,
            "Item not found, there's only a plumbus here",
        )),
    }
}

pub fn app(log: Log) -> App {
    crate::fastapi()
        .state(log)
        .map_error(owner_error)
        .routes(routes![read_c, get_item, get_dangerous_item])
}

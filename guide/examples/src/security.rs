//! Security.

use avocet::prelude::*;

// ANCHOR: user
use avocet::security::unauthorized;
use avocet::types::Secret;

#[derive(Clone)]
struct User {
    name: String,
    is_admin: bool,
}

/// The user that a bearer token belongs to.
#[dependency]
async fn current_user(#[bearer] token: Secret<String>) -> Result<User, HttpError> {
    let known = [("ada-token", "ada", true), ("bob-token", "bob", false)];
    // In constant time: the time of `==` between texts would show how much of a token is right.
    let found = known.into_iter().find(|(known, ..)| token.matches(known));
    let (_, name, is_admin) = found.ok_or_else(|| unauthorized("Bearer", "Unknown token"))?;
    Ok(User {
        name: name.to_owned(),
        is_admin,
    })
}

/// Show yourself
#[get("/me")]
async fn me(#[depends(current_user)] user: User) -> String {
    user.name
}
// ANCHOR_END: user

// ANCHOR: admin
use avocet::depend::Requirement;
use avocet::security::forbidden;

#[dependency(response(403, "Not an admin"))]
async fn admin(#[depends(current_user)] user: User) -> Result<(), HttpError> {
    if user.is_admin {
        Ok(())
    } else {
        Err(forbidden("Not an admin"))
    }
}

/// List users
#[get("/users")]
async fn users() -> Vec<String> {
    vec!["ada".to_owned(), "bob".to_owned()]
}

fn admin_router() -> Router {
    Router::new("/admin")
        .requires(Requirement::of::<admin>())
        .routes(routes![users])
}
// ANCHOR_END: admin

// ANCHOR: scopes
use avocet::security::{OAuth2, RequiredScopes};

fn club() -> OAuth2 {
    OAuth2::password("token").scope("rooms:read", "See rooms")
}

/// In this example a token is a list of scopes.
#[dependency(response(403, "A scope is missing"))]
async fn member(
    #[extract(club())] token: Secret<String>,
    #[request] required: RequiredScopes,
) -> Result<(), HttpError> {
    let held: Vec<&str> = token.expose().split('/').collect();
    match required.missing(&held) {
        None => Ok(()),
        Some(scope) => Err(forbidden(&format!("The scope {scope} is missing"))),
    }
}

/// List rooms
#[get("/rooms", requires(member, scopes("rooms:read")))]
async fn rooms() -> Vec<String> {
    vec!["hall".to_owned()]
}
// ANCHOR_END: scopes

// ANCHOR: policy
use avocet::operation::{Operation, ParameterLocation};

/// The note of the path, if it belongs to the user.
#[dependency(response(404, "No such note"))]
async fn own_note(
    #[depends(current_user)] user: User,
    #[path] id: u32,
) -> Result<String, HttpError> {
    let notes = [(1, "ada", "buy milk"), (2, "bob", "buy bread")];
    let own = notes
        .into_iter()
        .find(|(number, owner, _)| *number == id && *owner == user.name);
    let missing = || HttpError::new(StatusCode::NOT_FOUND, "No such note");
    own.map(|(.., text)| text.to_owned()).ok_or_else(missing)
}

/// Show a note
#[get("/notes/{id}")]
async fn note(#[depends(own_note)] note: String) -> String {
    note
}

/// Requires the check of the owner of each operation with an id in its path.
fn objects_have_owners(operation: &Operation) -> Result<(), String> {
    let mut parameters = operation.parameters.iter();
    let has_id = parameters.any(|it| it.source == ParameterLocation::Path);
    if has_id && !operation.depends_on::<own_note>() {
        return Err("its path has an id, so depend on `own_note`".to_owned());
    }
    Ok(())
}

pub fn notes() -> App {
    App::new("Notes", "1.0.0")
        .policy(objects_have_owners)
        .routes(routes![note])
}
// ANCHOR_END: policy

// ANCHOR: login
use avocet::DocsLogin;

fn staff() -> OAuth2 {
    OAuth2::authorization_code(
        "https://login.example/authorize",
        "https://login.example/token",
    )
    .scope("rooms:write", "Change rooms")
}

/// Close a room
#[post("/rooms/{id}/close")]
async fn close_room(id: u32, #[extract(staff())] token: Secret<String>) -> String {
    format!("{id} is closed with {} characters", token.expose().len())
}

pub fn app_with_login() -> App {
    App::new("Club", "1.0.0")
        .docs_login(DocsLogin::new("club-docs").scopes(["rooms:write"]))
        .routes(routes![close_room])
}
// ANCHOR_END: login

// ANCHOR: app
/// List news
#[get("/news", public)]
async fn news() -> Vec<String> {
    vec![]
}

pub fn app() -> App {
    App::new("Club", "1.0.0")
        .deny_by_default()
        .routes(routes![me, rooms, news])
        .router(admin_router())
}
// ANCHOR_END: app

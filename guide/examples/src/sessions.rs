//! Sessions.

// ANCHOR: login
use avocet::prelude::*;
use avocet::response::Redirect;
use avocet::types::Secret;
use avocet_session::{CsrfToken, Flash, Level, Session};

/// Show the login form
#[get("/login", public)]
async fn login_page(#[extract] token: CsrfToken, #[extract] flash: Flash) -> Html {
    let form =
        r#"<input name="name"><input name="password" type="password"><button>Log in</button>"#;
    let field = token.field();
    page(
        &flash,
        &format!(r#"<form method="post">{field}{form}</form>"#),
    )
}

/// Log in
#[post("/login", status = 303, public)]
async fn log_in(
    #[extract] session: Session,
    #[extract] flash: Flash,
    #[form] name: String,
    #[form] password: Secret<String>,
) -> Redirect {
    if !is_password_of(&name, &password) {
        flash.push(Level::Error, "Wrong name or password");
        return Redirect::to("/login");
    }
    // The session has a new id from here on.
    session.log_in(name);
    flash.push(Level::Success, "Welcome");
    Redirect::to("/")
}
// ANCHOR_END: login

/// In this example. A real program compares with a password hash.
fn is_password_of(name: &str, password: &Secret<String>) -> bool {
    name == "ada" && password.matches("correct horse")
}

// ANCHOR: user
use avocet_session::Login;

/// The user who is logged in.
#[dependency]
async fn user(#[extract] login: Login<String>) -> String {
    login.0
}

/// Show the home page
#[get("/")]
async fn home(
    #[depends(user)] user: String,
    #[extract] token: CsrfToken,
    #[extract] flash: Flash,
) -> Html {
    let field = token.field();
    let form =
        format!(r#"<form method="post" action="/logout">{field}<button>Log out</button></form>"#);
    page(&flash, &format!("<h1>Hello {user}</h1>{form}"))
}

/// Log out
#[post("/logout", status = 303)]
async fn log_out(
    #[depends(user)] _user: String,
    #[extract] session: Session,
    #[extract] flash: Flash,
) -> Redirect {
    session.destroy();
    flash.push(Level::Info, "You are logged out");
    Redirect::to("/login")
}
// ANCHOR_END: user

// ANCHOR: flash
/// Escape texts that contain what a user has sent; these do not.
fn page(flash: &Flash, content: &str) -> Html {
    let messages = flash.take().into_iter();
    let messages = messages.map(|it| format!(r#"<p class="{}">{}</p>"#, it.level, it.text));
    Html(format!(
        "<!doctype html><title>Club</title>{}{content}",
        messages.collect::<String>()
    ))
}
// ANCHOR_END: flash

// ANCHOR: app
use avocet_session::Sessions;
use avocet_store::Store;

pub fn app(store: &Store) -> avocet::Result<App> {
    let app = App::new("Club", "1.0.0")
        .deny_by_default()
        .routes(routes![login_page, log_in, home, log_out]);
    let sessions = Sessions::stored(store, "sessions")?.login_page("/login");
    Ok(sessions.around(app))
}
// ANCHOR_END: app

// ANCHOR: keys
use avocet_session::{KeyError, Keys};

/// The first key of `SESSION_KEYS` protects new cookies, all keys are accepted.
pub fn without_a_store() -> Result<Sessions, KeyError> {
    let keys = Keys::from_env("SESSION_KEYS")?;
    Ok(Sessions::encrypted(keys))
}
// ANCHOR_END: keys

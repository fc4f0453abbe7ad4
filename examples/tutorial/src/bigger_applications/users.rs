use avocet::prelude::*;

#[model(output)]
struct User {
    username: String,
}

fn user(username: &str) -> User {
    User {
        username: username.to_owned(),
    }
}

#[get("/users/", tag = "users")]
async fn read_users() -> Vec<User> {
    vec![user("Rick"), user("Morty")]
}

#[get("/users/me", tag = "users")]
async fn read_user_me() -> User {
    user("fakecurrentuser")
}

#[get("/users/{username}", tag = "users")]
async fn read_user(username: String) -> User {
    User { username }
}

pub(super) fn router() -> Router {
    Router::new("").routes(routes![read_users, read_user_me, read_user])
}

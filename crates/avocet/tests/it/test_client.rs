//! `TestClient` as a browser: cookies and redirects.

use avocet::prelude::*;
use avocet::response::{Redirect, ResponseParts};
use avocet::testing::TestClient;

#[post("/account/login", status = 303)]
async fn login(#[form] name: String, #[request] response: ResponseParts) -> Redirect {
    response.set("user", SetCookie::new(name).path("/account"));
    Redirect::to("../account/home?new=1")
}

#[get("/account/home")]
async fn home(#[cookie] user: Option<String>, #[query] new: Option<u8>) -> String {
    format!("{user:?} {new:?}")
}

#[get("/news")]
async fn news(#[cookie] user: Option<String>) -> Option<String> {
    user
}

#[post("/kept")]
async fn kept() -> Redirect {
    Redirect::to("/echo")
}

#[post("/echo")]
async fn echo(#[body] text: String) -> String {
    text
}

#[get("/round")]
async fn round() -> Redirect {
    Redirect::to("/round")
}

#[get("/away")]
async fn away() -> Redirect {
    Redirect::to("https://example.com/")
}

fn client() -> TestClient {
    let routes = routes![login, home, news, kept, echo, round, away];
    let app = App::new("Browser", "1.0.0").routes(routes);
    TestClient::new(app.build().expect("it builds"))
}

#[tokio::test]
async fn a_login_is_followed_with_its_cookie() {
    let client = client();
    let login = client.post("/account/login").form(&[("name", "ada")]);
    let page = login.follow_redirects().send().await;
    assert_eq!(
        page.json::<String>().await,
        r#"Some("ada") Some(1)"#,
        "303 becomes a GET with the cookie of the first response"
    );
    assert_eq!(client.cookie("user").as_deref(), Some("ada"));
    // The path of the cookie is /account.
    assert_eq!(client.get("/news").send().await.text().await, "null");

    let own = client.get("/account/home").header("cookie", "user=eve");
    assert_eq!(
        own.send().await.json::<String>().await,
        r#"Some("eve") None"#,
        "what the test sets replaces a cookie of the client"
    );
    client.clear_cookies();
    let page = client.get("/account/home").send().await;
    assert_eq!(page.json::<String>().await, "None None");
}

#[tokio::test]
async fn a_redirect_keeps_the_body_or_is_returned() {
    let client = client();
    let kept = client.post("/kept").json("text").follow_redirects();
    assert_eq!(kept.send().await.json::<String>().await, "text");
    assert_eq!(client.post("/kept").json("text").send().await.status(), 307);
    let away = client.get("/away").follow_redirects().send().await;
    assert_eq!(away.header("location"), "https://example.com/");
}

#[tokio::test]
#[should_panic(expected = "more than 20 redirects, the last one to /round")]
async fn a_circle_of_redirects_ends() {
    client().get("/round").follow_redirects().send().await;
}

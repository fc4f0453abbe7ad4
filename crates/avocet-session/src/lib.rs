#![cfg_attr(docsrs, feature(doc_cfg))]
//! Sessions for [Avocet](avocet): in signed or encrypted cookies, or on a [store](avocet_store).
//!
//! ```
//! use avocet::prelude::*;
//! use avocet::response::Redirect;
//! use avocet::testing::TestClient;
//! use avocet_session::{CsrfToken, Login, Session, Sessions};
//! use avocet_store::Store;
//!
//! #[get("/login", public)]
//! async fn login_page(#[extract] token: CsrfToken) -> Html {
//!     Html(format!("<form method=post>{}<input name=name><button>Log in</button></form>", token.field()))
//! }
//!
//! #[post("/login", status = 303, public)]
//! async fn log_in(#[extract] session: Session, #[form] name: String) -> Redirect {
//!     session.log_in(name);
//!     Redirect::to("/me")
//! }
//!
//! #[get("/me")]
//! async fn me(#[extract] login: Login<String>) -> String {
//!     login.0
//! }
//!
//! # #[avocet::main]
//! # async fn main() -> avocet::Result<()> {
//! let app = App::new("Club", "1.0.0").deny_by_default().routes(routes![login_page, log_in, me]);
//! let sessions = Sessions::stored(&Store::memory(), "sessions")?.login_page("/login");
//! let client = TestClient::new(sessions.around(app).build()?);
//! assert_eq!(client.get("/me").send().await.status(), 401);
//! # Ok(())
//! # }
//! ```
//!
//! | argument with `#[extract]` | is |
//! |---|---|
//! | [`Session`] | the values of the session; log in and out |
//! | [`Login<T>`](Login) | the user who is logged in; a requirement, with a 401 |
//! | [`CsrfToken`] | the token of a form |
//! | [`Flash`] | messages for the next page |
//!
//! [`Sessions`] are the settings; its page lists the kinds and the defaults. [`Keys`] protect sessions in cookies.
//!
//! # Caches
//!
//! A response of a request that has read its session has `Cache-Control: no-store`, unless the handler sets that header, and `Vary: Cookie`.
//!
//! # Cross-site requests
//!
//! A browser sends cookies along with requests that pages of other sites cause (CSRF). So a request that is not safe (any method but GET, HEAD,
//! OPTIONS and TRACE), and that has the session cookie or calls an operation that takes a session, is checked before anything else of it is
//! read:
//!
//! 1. `Sec-Fetch-Site`, which browsers set and pages cannot, must be `same-origin` or `none`. Without that header `Origin` must be the host of
//!    the request; without both the client is no browser. [`Sessions::allow_origin`] allows more origins.
//! 2. If the operation takes a session and an HTML form can send the request (a POST whose content type is
//!    `application/x-www-form-urlencoded`, `multipart/form-data`, `text/plain` or missing), it must have the [`CsrfToken`] of the session: as
//!    the header `x-csrf-token`, or as the field `csrf_token` within the first 16 KiB of the body. The body must not be compressed.
//!
//! Otherwise the response is 403. A JSON API with bearer tokens is not concerned: its requests have no session cookie, and its operations take no
//! session. [`AllowCrossSite`] exempts an operation.
//!
//! GET requests are not checked, so they must not change anything.

mod active;
mod backend;
mod commit;
mod config;
mod cookie_settings;
mod cross_site;
mod csrf;
mod flash;
mod form_token;
mod id;
mod key;
mod known;
mod login;
mod marks;
mod message;
mod middleware;
mod plugin;
mod read;
mod record;
mod sealed;
mod session;
mod sessions;
mod stored;

pub use csrf::{CsrfToken, FromCsrfToken};
pub use flash::{Flash, FromFlash};
pub use key::{Key, KeyError, Keys};
pub use login::{FromLogin, Login};
pub use marks::AllowCrossSite;
pub use message::{FlashMessage, Level};
pub use session::{FromSession, Session};
pub use sessions::Sessions;

// The code of the README is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

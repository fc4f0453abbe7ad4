//! A real browser for tests: headless Chromium, driven over `WebDriver`.
//!
//! - `browser`: the actions of a test.
//! - `driver`: the processes, and `WebDriver`'s HTTP and JSON.
//! - `site`: an application on a socket for it to visit.

#[expect(
    clippy::module_inception,
    reason = "the file is the browser, the folder all that it needs"
)]
mod browser;
mod driver;
mod site;

pub(crate) use browser::Browser;
pub(crate) use site::Site;

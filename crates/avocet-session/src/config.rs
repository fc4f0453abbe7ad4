//! `Config`: the settings of sessions, shared by all requests.

use std::time::Duration;

use avocet::operation::Origins;
use avocet_store::{Clock, Timestamp};

use crate::backend::Backend;
use crate::cookie_settings::CookieSettings;
use crate::record::Times;

const HOUR: Duration = Duration::from_secs(3600);

#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) backend: Backend,
    pub(crate) clock: Clock,
    pub(crate) times: Times,
    /// The most bytes of JSON of a stored session.
    pub(crate) max_bytes: usize,
    pub(crate) cookie: CookieSettings,
    /// The full name of the cookie, which each request needs; set when the settings are complete.
    pub(crate) cookie_name: String,
    /// The origins that may send requests that change something.
    pub(crate) origins: Origins,
    /// The origins of other hosts among them.
    pub(crate) allowed: Vec<String>,
    pub(crate) login_page: Option<String>,
}

impl Config {
    pub(crate) fn new(backend: Backend, clock: Clock) -> Self {
        Self {
            backend,
            clock,
            times: Times {
                idle: 24 * HOUR,
                lifetime: 14 * 24 * HOUR,
            },
            max_bytes: 16 * 1024,
            cookie: CookieSettings::default(),
            cookie_name: String::new(),
            origins: Origins::same_host(),
            allowed: Vec::new(),
            login_page: None,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

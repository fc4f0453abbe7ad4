//! `Session`: what a handler reads and changes.

use std::fmt;

use avocet::extract::{Extractor, FromContext, Rejection, RequestContext};
use avocet::operation::Operation;
use avocet::response::HttpError;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::active::{Active, Fate};
use crate::record::{Change, Record};

/// The session of a request, an argument with `#[extract]`. Clones are the same session.
///
/// It is read when the argument is extracted, and written when the handler has returned, before the head of the response. It is written only if
/// it was changed, or if a tenth of [`Sessions::idle`](crate::Sessions::idle) has passed.
///
/// - **Changes are kept whatever the status of the response is**, also if the handler returns an error. A handler that panics, and a client that
///   disconnects before the handler has returned, lose them.
/// - A store that fails makes the response a 500; a session is never silently empty.
/// - **Requests at the same time**: with [`Sessions::stored`](crate::Sessions::stored) the changes of each are applied to the newest session,
///   key by key, so requests that change different keys lose nothing; of two changes of one key the last one stays. With a session in a
///   cookie, the response that arrives last replaces all.
/// - A change after the head of the response, in a stream or a background task, is lost and logged.
///
/// The document shows nothing of it: a session is no requirement. [`Login`](crate::Login) is one.
///
/// ```
/// use avocet::prelude::*;
/// use avocet_session::Session;
///
/// #[post("/theme")]
/// async fn set_theme(#[extract] session: Session, #[form] theme: String) {
///     session.insert("theme", theme);
/// }
///
/// #[get("/theme")]
/// async fn theme(#[extract] session: Session) -> String {
///     session.get("theme").unwrap_or_else(|| "light".to_owned())
/// }
/// ```
#[derive(Clone)]
pub struct Session(Active);

impl Session {
    /// Returns the value of a key; `None` if it has none, or one of another type, such as one that an earlier version of the program wrote.
    ///
    /// ```
    /// # fn example(session: avocet_session::Session) {
    /// let visits: u32 = session.get("visits").unwrap_or(0);
    /// # }
    /// ```
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        let value = self.0.read(|loaded| loaded.record.values.get(key).cloned());
        serde_json::from_value(value??).ok()
    }

    /// Sets the value of a key.
    ///
    /// A value that is not JSON, such as a map whose keys are no text, makes the response a 500, which is logged with the key.
    ///
    /// ```
    /// # fn example(session: avocet_session::Session) {
    /// session.insert("cart", [7, 9]);
    /// # }
    /// ```
    pub fn insert(&self, key: impl Into<String>, value: impl Serialize) {
        let key = key.into();
        match serde_json::to_value(value) {
            Ok(value) => self.0.change(Change::Insert(key, value)),
            Err(error) => self.invalid(format!("the value of `{key}` in the session: {error}")),
        }
    }

    /// Removes the value of a key.
    ///
    /// ```
    /// # fn example(session: avocet_session::Session) {
    /// session.remove("cart");
    /// # }
    /// ```
    pub fn remove(&self, key: &str) {
        self.0.change(Change::Remove(key.to_owned()));
    }

    /// Removes all values, the messages, and the user who is logged in. The session and its id stay: see [`destroy`](Self::destroy).
    ///
    /// ```
    /// # fn example(session: avocet_session::Session) {
    /// session.clear();
    /// # }
    /// ```
    pub fn clear(&self) {
        self.0.change(Change::Clear);
    }

    /// Returns whether it has no data.
    ///
    /// ```
    /// # fn example(session: avocet_session::Session) {
    /// let is_first_visit = session.is_empty();
    /// # }
    /// ```
    pub fn is_empty(&self) -> bool {
        let is_empty = self.0.read(|loaded| loaded.record.is_empty());
        is_empty.unwrap_or(true)
    }

    /// Moves the data to a new id; the old one is gone. The CSRF token changes with it, and the lifetime starts anew.
    ///
    /// Do this whenever the rights of a user change, so that an id that someone else has seen or set is worth nothing (session fixation).
    /// [`log_in`](Self::log_in) does.
    ///
    /// ```
    /// # fn example(session: avocet_session::Session) {
    /// session.rotate();
    /// session.insert("is_admin", true);
    /// # }
    /// ```
    pub fn rotate(&self) {
        let now = self.0.config().now();
        self.0.write(|loaded| {
            loaded.renew_id();
            loaded.record.csrf = None;
            loaded.record.renew(now);
            if loaded.fate == Fate::Continued {
                loaded.fate = Fate::Rotated;
            }
        });
    }

    /// Ends the session: its data and its id are gone, and the cookie is removed. What is inserted afterwards is in a new session.
    ///
    /// With a session in a cookie, a copy of the cookie stays valid until it expires: use [`Sessions::stored`](crate::Sessions::stored) where
    /// a logout must hold everywhere.
    ///
    /// ```
    /// use avocet::prelude::*;
    /// use avocet_session::Session;
    ///
    /// #[post("/logout", status = 204)]
    /// async fn log_out(#[extract] session: Session) {
    ///     session.destroy();
    /// }
    /// ```
    pub fn destroy(&self) {
        let now = self.0.config().now();
        self.0.write(|loaded| {
            loaded.renew_id();
            loaded.record = Record::new(now);
            loaded.changes.clear();
            loaded.fate = Fate::Ended;
        });
    }

    /// Logs a user in: [rotates](Self::rotate) the id and sets the user, whom [`Login`](crate::Login) returns.
    ///
    /// What a visitor has in the session stays, such as a cart. If a different user is logged in, the session is [cleared](Self::clear)
    /// before: one user must not get the data of another.
    ///
    /// ```
    /// use avocet::prelude::*;
    /// use avocet_session::Session;
    ///
    /// #[post("/login")]
    /// async fn log_in(#[extract] session: Session, #[form] name: String) -> Result<(), HttpError> {
    ///     // Check the password here.
    ///     session.log_in(name);
    ///     Ok(())
    /// }
    /// ```
    pub fn log_in(&self, user: impl Serialize) {
        self.rotate();
        let user = match serde_json::to_value(user) {
            Ok(user) => user,
            Err(error) => return self.invalid(format!("the user of the session: {error}")),
        };
        let before = self.0.read(|loaded| loaded.record.user.clone()).flatten();
        if before.is_some_and(|before| before != user) {
            self.clear();
        }
        self.0.change(Change::User(Some(user)));
    }

    /// Returns the user who is logged in.
    ///
    /// ```
    /// # fn example(session: avocet_session::Session) {
    /// let name: Option<String> = session.user();
    /// # }
    /// ```
    pub fn user<T: DeserializeOwned>(&self) -> Option<T> {
        let user = self.0.read(|loaded| loaded.record.user.clone());
        serde_json::from_value(user??).ok()
    }

    fn invalid(&self, message: String) {
        self.0
            .write(|loaded| loaded.invalid = Some(HttpError::internal(message)));
    }
}

/// Shows the keys and no values.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.0.read(|loaded| {
            let keys = loaded.record.values.keys();
            keys.cloned().collect::<Vec<_>>()
        });
        f.debug_tuple("Session")
            .field(&keys.unwrap_or_default())
            .finish()
    }
}

impl FromContext for Session {
    type Extractor = FromSession;
}

/// The extractor of a [`Session`].
///
/// - **Rejects** with 500 if the store fails.
/// - **Document**: a 403 of operations whose method is not safe.
///
/// ```
/// use avocet::operation::Operation;
/// use avocet_session::FromSession;
///
/// let route = Operation::get("/").handle((FromSession::default(),), |(session,)| async move { session.is_empty() });
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct FromSession;

impl Extractor for FromSession {
    type Value = Session;

    fn describe(&self, operation: &mut Operation) {
        Active::describe(operation);
    }

    async fn extract(&self, context: &mut RequestContext) -> Result<Session, Rejection> {
        Ok(Session(Active::of(context).await?))
    }
}

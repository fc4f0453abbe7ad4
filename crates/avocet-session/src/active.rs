//! `Active`: the session of one request, from its cookie to its changes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use avocet::extract::{Rejection, RequestContext};
use avocet::operation::Operation;
use avocet::response::HttpError;

use crate::config::Config;
use crate::cookie_settings::Presented;
use crate::id::Id;
use crate::known::{Found, Known};
use crate::marks::{TakesSession, needs_sessions};
use crate::read::read;
use crate::record::{Change, Record};

/// In the extensions of a request whose operation takes a session.
#[derive(Clone)]
pub(crate) struct Active(Arc<Inner>);

struct Inner {
    config: Arc<Config>,
    presented: Presented,
    state: Mutex<State>,
}

enum State {
    NotLoaded,
    Loaded(Box<Loaded>),
    /// The response head has its cookie; what is left can be read.
    Committed(Box<Loaded>),
}

/// The session as the request sees it.
pub(crate) struct Loaded {
    /// The session that the request belongs to.
    pub(crate) known: Option<Known>,
    /// The id in the cookie, of which the store has no entry.
    pub(crate) unused: Option<Id>,
    /// The id from now on.
    pub(crate) id: Id,
    pub(crate) record: Record,
    pub(crate) changes: Vec<Change>,
    pub(crate) fate: Fate,
    /// Whether a page has its CSRF token, so that the browser must have the cookie.
    pub(crate) has_token: bool,
    /// Why the session cannot be written.
    pub(crate) invalid: Option<HttpError>,
}

/// What becomes of the session that the request belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Continued,
    Rotated,
    Ended,
}

impl Active {
    pub(crate) fn new(config: Arc<Config>, presented: Presented) -> Self {
        Self(Arc::new(Inner {
            config,
            presented,
            state: Mutex::new(State::NotLoaded),
        }))
    }

    /// Describes the use of a session in an operation.
    pub(crate) fn describe(operation: &mut Operation) {
        if operation.extension::<TakesSession>().is_none() {
            operation.keep(TakesSession);
            needs_sessions(operation);
        }
    }

    /// Returns the session of a request, loaded.
    pub(crate) async fn of(context: &mut RequestContext) -> Result<Self, Rejection> {
        let active = context.extensions().get::<Self>().cloned();
        let active = active.ok_or_else(|| {
            HttpError::internal(
                "the request has no session: add sessions to the application with `Sessions::around`, and call operations of it through its layers",
            )
        })?;
        active.load().await?;
        Ok(active)
    }

    pub(crate) fn config(&self) -> &Config {
        &self.0.config
    }

    pub(crate) fn presented(&self) -> &Presented {
        &self.0.presented
    }

    /// Reads the session from its cookie or the store, once.
    pub(crate) async fn load(&self) -> Result<(), HttpError> {
        if !matches!(*self.state(), State::NotLoaded) {
            return Ok(());
        }
        let found = read(&self.0.config, &self.0.presented).await?;
        let fresh = Id::random()?;
        let (known, unused) = match found {
            Found::Nothing => (None, None),
            Found::Known(known) => (Some(*known), None),
            Found::Unused(id) => (None, Some(id)),
        };
        let record = match &known {
            Some(known) => known.record.clone(),
            None => Record::new(self.0.config.now()),
        };
        let id = known.as_ref().map(|known| known.id);
        *self.state() = State::Loaded(Box::new(Loaded {
            id: id.or(unused).unwrap_or(fresh),
            known,
            unused,
            record,
            changes: Vec::new(),
            fate: Fate::Continued,
            has_token: false,
            invalid: None,
        }));
        Ok(())
    }

    /// Reads from the loaded session.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&Loaded) -> T) -> Option<T> {
        match &*self.state() {
            State::Loaded(loaded) | State::Committed(loaded) => Some(read(loaded)),
            State::NotLoaded => None,
        }
    }

    /// Changes the loaded session. After the response head was sent, that is too late: it is logged.
    pub(crate) fn write<T>(&self, write: impl FnOnce(&mut Loaded) -> T) -> Option<T> {
        match &mut *self.state() {
            State::Loaded(loaded) => Some(write(loaded)),
            State::Committed(_) | State::NotLoaded => {
                tracing::warn!(
                    "a change of the session is lost: the head of the response was sent before it"
                );
                None
            }
        }
    }

    /// Makes a change, and notes it for the newest record.
    pub(crate) fn change(&self, change: Change) {
        self.write(|loaded| {
            loaded.record.apply(&change);
            loaded.changes.push(change);
        });
    }

    /// Ends the time of changes. Returns the session if it was loaded.
    pub(crate) fn commit(&self) -> Option<Committing> {
        let mut state = self.state();
        match std::mem::replace(&mut *state, State::NotLoaded) {
            State::NotLoaded => None,
            State::Loaded(mut loaded) | State::Committed(mut loaded) => {
                let committing = Committing {
                    known: loaded.known.take(),
                    unused: loaded.unused,
                    id: loaded.id,
                    record: loaded.record.clone(),
                    changes: std::mem::take(&mut loaded.changes),
                    fate: loaded.fate,
                    has_token: loaded.has_token,
                    invalid: loaded.invalid.take(),
                };
                *state = State::Committed(loaded);
                Some(committing)
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The session when the handler has returned.
pub(crate) type Committing = Loaded;

impl Loaded {
    /// Gives the session a new id.
    pub(crate) fn renew_id(&mut self) {
        match Id::random() {
            Ok(id) => self.id = id,
            Err(error) => self.invalid = Some(error),
        }
    }

    /// The id that the CSRF token is made of.
    pub(crate) fn token_id(&self) -> Id {
        self.record.csrf.unwrap_or(self.id)
    }
}

//! `Flash`: messages for the next page.

use std::fmt;

use avocet::extract::{Extractor, FromContext, Rejection, RequestContext};
use avocet::operation::Operation;

use crate::active::Active;
use crate::message::{FlashMessage, Level};
use crate::record::Change;

/// Messages for the next page that the user sees, an argument with `#[extract]`. They are in the session, at most 20; a further one replaces the
/// oldest.
///
/// ```
/// use avocet::prelude::*;
/// use avocet::response::Redirect;
/// use avocet_session::{Flash, Level};
///
/// #[post("/notes", status = 303)]
/// async fn add(#[extract] flash: Flash, #[form] text: String) -> Redirect {
///     flash.push(Level::Success, "The note is saved");
///     Redirect::to("/notes")
/// }
///
/// #[get("/notes")]
/// async fn notes(#[extract] flash: Flash) -> PlainText {
///     let texts: Vec<String> = flash.take().into_iter().map(|message| message.text).collect();
///     PlainText(texts.join("\n"))
/// }
/// ```
#[derive(Clone)]
pub struct Flash(Active);

impl Flash {
    /// Adds a message.
    ///
    /// ```
    /// # fn example(flash: avocet_session::Flash) {
    /// flash.push(avocet_session::Level::Warning, "The note is long");
    /// # }
    /// ```
    pub fn push(&self, level: Level, text: impl Into<String>) {
        let message = FlashMessage::new(level, text);
        self.0.change(Change::Message(message));
    }

    /// Returns the messages, the oldest first, and removes them.
    ///
    /// ```
    /// # fn example(flash: avocet_session::Flash) {
    /// for message in flash.take() {
    ///     println!("{}: {}", message.level, message.text);
    /// }
    /// # }
    /// ```
    pub fn take(&self) -> Vec<FlashMessage> {
        let messages = self.0.read(|loaded| loaded.record.messages.clone());
        let messages = messages.unwrap_or_default();
        if !messages.is_empty() {
            self.0.change(Change::TakeMessages(messages.clone()));
        }
        messages
    }
}

impl fmt::Debug for Flash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.read(|loaded| loaded.record.messages.len());
        write!(f, "Flash({} messages)", count.unwrap_or_default())
    }
}

impl FromContext for Flash {
    type Extractor = FromFlash;
}

/// The extractor of a [`Flash`]. Rejects and describes as [`FromSession`](crate::FromSession).
///
/// ```
/// use avocet::operation::Operation;
/// use avocet_session::FromFlash;
///
/// let route = Operation::get("/").handle((FromFlash::default(),), |(flash,)| async move { flash.take().len() });
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct FromFlash;

impl Extractor for FromFlash {
    type Value = Flash;

    fn describe(&self, operation: &mut Operation) {
        Active::describe(operation);
    }

    async fn extract(&self, context: &mut RequestContext) -> Result<Flash, Rejection> {
        Ok(Flash(Active::of(context).await?))
    }
}

//! `CsrfToken`: the proof that a form comes from a page of the application.

use std::fmt;

use avocet::extract::{Extractor, FromContext, Rejection, RequestContext};
use avocet::operation::Operation;
use avocet::response::HttpError;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Serialize, Serializer};
use subtle::ConstantTimeEq;

use crate::active::Active;
use crate::id::{Id, random};

/// The name of the form field.
pub(crate) const FIELD: &str = "csrf_token";
/// The name of the header.
pub(crate) const HEADER: &str = "x-csrf-token";
/// How many characters a token has.
pub(crate) const LENGTH: usize = (2 * Id::BYTES * 4).div_ceil(3);

/// The token of a form, an argument with `#[extract]` of the handler that renders the page.
///
/// A form that is sent with POST needs it as first field, with the name `csrf_token`; a script can send the header `x-csrf-token` instead. See
/// [cross-site requests](crate#cross-site-requests). It belongs to the session: it is valid until the session ends or its id is rotated, in
/// several tabs. Its text differs in each response, so that compression reveals nothing of it (BREACH).
///
/// ```
/// use avocet::prelude::*;
/// use avocet_session::CsrfToken;
///
/// #[get("/note")]
/// async fn page(#[extract] token: CsrfToken) -> Html {
///     Html(format!("<form method=post>{}<input name=text><button>Save</button></form>", token.field()))
/// }
/// ```
#[derive(Clone)]
pub struct CsrfToken(String);

impl CsrfToken {
    /// Returns the token. It has letters, digits, `-` and `_`, so it needs no escaping.
    ///
    /// ```
    /// # fn example(token: avocet_session::CsrfToken) {
    /// let header = format!("<meta name=csrf-token content={}>", token.as_str());
    /// # }
    /// ```
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the hidden field of a form as HTML.
    ///
    /// ```
    /// # fn example(token: avocet_session::CsrfToken) {
    /// let form = format!("<form method=post>{}<button>Log out</button></form>", token.field());
    /// # }
    /// ```
    pub fn field(&self) -> String {
        format!(r#"<input type="hidden" name="{FIELD}" value="{}">"#, self.0)
    }

    fn new(secret: [u8; Id::BYTES]) -> Result<Self, HttpError> {
        let pad = random()?;
        let masked = xor(pad, secret);
        Ok(Self(URL_SAFE_NO_PAD.encode([pad, masked].concat())))
    }
}

/// Whether a text is a token of the session.
pub(crate) fn is_valid(text: &[u8], active: &Active) -> bool {
    let Some(secret) = active.read(|loaded| loaded.token_id().csrf_secret()) else {
        return false;
    };
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(text) else {
        return false;
    };
    match bytes.as_chunks() {
        ([pad, masked], []) => xor(*pad, *masked).ct_eq(&secret).into(),
        _ => false,
    }
}

fn xor(mut left: [u8; Id::BYTES], right: [u8; Id::BYTES]) -> [u8; Id::BYTES] {
    for (left, right) in left.iter_mut().zip(right) {
        *left ^= right;
    }
    left
}

/// Does not show the token.
impl fmt::Debug for CsrfToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CsrfToken(**********)")
    }
}

/// The token, for a template.
impl Serialize for CsrfToken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl FromContext for CsrfToken {
    type Extractor = FromCsrfToken;
}

/// The extractor of a [`CsrfToken`]. Rejects and describes as [`FromSession`](crate::FromSession).
///
/// ```
/// use avocet::operation::Operation;
/// use avocet_session::FromCsrfToken;
///
/// let route = Operation::get("/").handle((FromCsrfToken::default(),), |(token,)| async move { token.field() });
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct FromCsrfToken;

impl Extractor for FromCsrfToken {
    type Value = CsrfToken;

    fn describe(&self, operation: &mut Operation) {
        Active::describe(operation);
    }

    async fn extract(&self, context: &mut RequestContext) -> Result<CsrfToken, Rejection> {
        let active = Active::of(context).await?;
        let secret = active.write(|loaded| {
            loaded.has_token = true;
            loaded.token_id().csrf_secret()
        });
        let secret = secret.ok_or_else(|| HttpError::internal("the session is not loaded"))?;
        Ok(CsrfToken::new(secret)?)
    }
}

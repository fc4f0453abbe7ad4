//! The registered claims (RFC 7519, section 4.1), and scopes.

use avocet_store::Timestamp;
use serde_json::Value;

use super::error::TokenError;
use super::header::Members;

/// What the registered claims of a token must be.
#[derive(Clone, Debug)]
pub(super) struct Expected {
    pub(super) issuers: Vec<String>,
    pub(super) audiences: Vec<String>,
    pub(super) any_issuer: bool,
    pub(super) any_audience: bool,
    pub(super) without_expiry: bool,
    pub(super) leeway_seconds: u64,
}

const MISSING: &str = "it is missing";
const NO_TIME: &str = "it is not a number of seconds since 1970";
const NO_TEXT: &str = "it is not text";

/// Times up to this are exact as floating point numbers.
const LATEST: f64 = 9_007_199_254_740_992.0;

impl Expected {
    pub(super) fn check(&self, claims: &Members, now: Timestamp) -> Result<(), TokenError> {
        self.check_times(claims, now.as_millis() / 1000)?;
        self.check_issuer(claims)?;
        self.check_audience(claims)?;
        claims.text("sub").map_err(|()| wrong("sub", NO_TEXT))?;
        claims.text("jti").map_err(|()| wrong("jti", NO_TEXT))?;
        Ok(())
    }

    fn check_times(&self, claims: &Members, now: u64) -> Result<(), TokenError> {
        match seconds(claims, "exp")? {
            None if self.without_expiry => {}
            None => return Err(wrong("exp", MISSING)),
            Some(expires) if now >= expires.saturating_add(self.leeway_seconds) => {
                return Err(wrong("exp", "the token has expired"));
            }
            Some(_) => {}
        }
        if seconds(claims, "nbf")?.is_some_and(|start| start > now + self.leeway_seconds) {
            return Err(wrong("nbf", "the token is not valid yet"));
        }
        seconds(claims, "iat")?;
        Ok(())
    }

    fn check_issuer(&self, claims: &Members) -> Result<(), TokenError> {
        match claims.text("iss").map_err(|()| wrong("iss", NO_TEXT))? {
            _ if self.any_issuer => Ok(()),
            None => Err(wrong("iss", MISSING)),
            Some(issuer) if self.issuers.iter().any(|it| it == issuer) => Ok(()),
            Some(_) => Err(wrong("iss", "it is not one of the configured issuers")),
        }
    }

    fn check_audience(&self, claims: &Members) -> Result<(), TokenError> {
        match texts(claims, "aud")? {
            _ if self.any_audience => Ok(()),
            None => Err(wrong("aud", MISSING)),
            Some(named)
                if named
                    .iter()
                    .any(|it| self.audiences.iter().any(|known| known == it)) =>
            {
                Ok(())
            }
            Some(_) => Err(wrong("aud", "it has none of the configured audiences")),
        }
    }
}

/// Returns the scopes of the claims `scope` (RFC 8693, section 4.2) and `scp`: a text with spaces, or a list of texts.
pub(super) fn scopes(claims: &Members) -> Result<Vec<String>, TokenError> {
    let mut scopes = Vec::new();
    for name in ["scope", "scp"] {
        for text in texts(claims, name)?.unwrap_or_default() {
            scopes.extend(text.split_ascii_whitespace().map(str::to_owned));
        }
    }
    Ok(scopes)
}

fn wrong(name: &'static str, problem: &'static str) -> TokenError {
    TokenError::Claim { name, problem }
}

/// Returns a time in whole seconds. A text or a negative number is an error and never a missing claim.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the fraction is dropped, and the range was checked"
)]
fn seconds(claims: &Members, name: &'static str) -> Result<Option<u64>, TokenError> {
    let Some(value) = claims.0.get(name) else {
        return Ok(None);
    };
    match value.as_f64() {
        Some(seconds) if (0.0..=LATEST).contains(&seconds) => Ok(Some(seconds as u64)),
        _ => Err(wrong(name, NO_TIME)),
    }
}

fn texts<'c>(claims: &'c Members, name: &'static str) -> Result<Option<Vec<&'c str>>, TokenError> {
    let not_texts = wrong(name, "it is neither text nor a list of texts");
    match claims.0.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(vec![text])),
        Some(Value::Array(items)) => {
            let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
            texts.map(Some).ok_or(not_texts)
        }
        Some(_) => Err(not_texts),
    }
}

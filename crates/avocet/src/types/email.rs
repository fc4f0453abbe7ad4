//! `Email`: an email address, checked by its syntax.

use std::fmt;

use serde::Serialize;

use super::text_kind::{TextKind, text_kinds};
use crate::model::Schema;
use crate::read::ValidationError;

/// An email address such as `ada@example.com`; its domain is converted to lower case.
///
/// The syntax covers nearly every address in use, and is that of JSON Schema's `email`: words of ASCII letters, digits
/// and ``!#$%&'*+-/=?^_`{|}~`` with single dots between them, then a domain name with a dot. Quoted words, address
/// literals and letters beyond ASCII are rejected. Whether the mailbox exists is not checked.
///
/// ```
/// use avocet::types::Email;
///
/// let owner: Email = avocet::input::from_json(br#""Ada@Example.COM""#).unwrap();
/// assert_eq!(owner.as_str(), "Ada@example.com");
/// assert_eq!(owner.domain(), "example.com");
/// assert!("ada.example.com".parse::<Email>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// The address.
    ///
    /// ```
    /// let owner: avocet::types::Email = "ada@example.com".parse().unwrap();
    /// assert_eq!(owner.as_str(), "ada@example.com");
    /// ```
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The domain, after the at-sign.
    ///
    /// ```
    /// let owner: avocet::types::Email = "ada@example.com".parse().unwrap();
    /// assert_eq!(owner.domain(), "example.com");
    /// ```
    pub fn domain(&self) -> &str {
        self.0.split_once('@').map_or("", |(_, domain)| domain)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text is not an email address; the validation error states the reason.
impl std::str::FromStr for Email {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        parse(text).map(Self).map_err(|reason| {
            ValidationError::new(
                "value_error",
                format!("value is not a valid email address: {reason}"),
            )
            .with("reason", reason)
        })
    }
}

impl TextKind for Email {
    const WRONG_KIND: (&'static str, &'static str) =
        ("string_type", "Input should be a valid string");

    fn parse(text: &str) -> Result<Self, ValidationError> {
        text.parse()
    }
}

text_kinds! {
    [] Email, "Email", Schema::string().with("format", "email");
}

/// The limits of SMTP (RFC 5321, 4.5.3.1) and of the domain name system.
const LONGEST: usize = 254;
const LONGEST_MAILBOX: usize = 64;
const LONGEST_LABEL: usize = 63;

fn parse(text: &str) -> Result<String, &'static str> {
    if text.len() > LONGEST {
        return Err("It is too long.");
    }
    let (mailbox, domain) = text
        .split_once('@')
        .ok_or("An email address must have an @-sign.")?;
    if mailbox.is_empty() {
        return Err("There must be something before the @-sign.");
    }
    if mailbox.len() > LONGEST_MAILBOX {
        return Err("It is too long before the @-sign.");
    }
    check_dots(mailbox)?;
    let of_mailbox =
        |byte: u8| byte.is_ascii_alphanumeric() || b".!#$%&'*+-/=?^_`{|}~".contains(&byte);
    if !mailbox.bytes().all(of_mailbox) {
        return Err("There is a character before the @-sign that is not allowed there.");
    }
    check_domain(domain)?;
    Ok(format!("{mailbox}@{}", domain.to_ascii_lowercase()))
}

fn check_dots(part: &str) -> Result<(), &'static str> {
    if part.contains("..") {
        return Err("An email address cannot have two periods in a row.");
    }
    if part.starts_with('.') || part.ends_with('.') {
        return Err("A part of an email address cannot start or end with a period.");
    }
    Ok(())
}

fn check_domain(domain: &str) -> Result<(), &'static str> {
    check_dots(domain)?;
    if !domain.contains('.') {
        return Err("The part after the @-sign is not valid. It should have a period.");
    }
    let of_label = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let good = |label: &str| {
        label.len() <= LONGEST_LABEL
            && label.bytes().all(of_label)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    // A last label of digits would be interpreted as an IP address.
    let ends_as_a_name = domain
        .rsplit('.')
        .next()
        .is_some_and(|label| label.bytes().any(|byte| !byte.is_ascii_digit()));
    if domain.split('.').all(good) && ends_as_a_name {
        Ok(())
    } else {
        Err("The part after the @-sign is not a domain name.")
    }
}

//! Login for Avocet.
#[cfg(feature = "jwks")]
pub mod jwks;
#[cfg(feature = "jwt")]
pub mod jwt;
#[cfg(feature = "keys")]
pub mod keys;
mod login_form;
mod login_response;
#[cfg(feature = "password")]
pub mod password;
mod verify;
pub use login_form::{PasswordForm, StrictPasswordForm};
pub use login_response::LoginResponse;
pub use verify::{SchemeExt, Token, Verified, VerifiedBy, Verify, VerifyError};

//! The return values of a user's `check` and `map` functions.

use super::ValidationError;

/// The return value of a `check` function: `Ok(())`, or an error that becomes a [`ValidationError`].
///
/// ```
/// use avocet::read::CheckOutcome;
///
/// fn checks<C: CheckOutcome>(_: fn(&u32) -> C) {}
/// checks(|number| if *number > 0 { Ok(()) } else { Err("must not be 0") });
/// ```
#[diagnostic::on_unimplemented(
    message = "a `check` function cannot return `{Self}`",
    label = "not what a `check` function returns",
    note = "a `check` function is a `fn(&T) -> Result<(), E>` whose `E` becomes a `ValidationError`, such as `&str`"
)]
pub trait CheckOutcome {
    /// Returns the validation error, if there is one.
    ///
    /// # Errors
    /// The error that the function returned.
    fn into_result(self) -> Result<(), ValidationError>;
}

#[diagnostic::do_not_recommend]
impl<E: Into<ValidationError>> CheckOutcome for Result<(), E> {
    fn into_result(self) -> Result<(), ValidationError> {
        self.map_err(Into::into)
    }
}

/// The return value of a `map` function: the changed value, or a `Result` of it whose error becomes a [`ValidationError`].
///
/// ```
/// use avocet::read::MapOutcome;
///
/// fn changes<M: MapOutcome<u32>>(_: fn(u32) -> M) {}
/// changes(|number| number + 1);
/// changes(|number| number.checked_add(1).ok_or("is too large"));
/// ```
#[diagnostic::on_unimplemented(
    message = "a `map` function of `{T}` cannot return `{Self}`",
    label = "not what a `map` function returns",
    note = "a `map` function is a `fn(T) -> T` or a `fn(T) -> Result<T, E>` whose `E` becomes a `ValidationError`"
)]
pub trait MapOutcome<T> {
    /// Returns the changed value, or the validation error.
    ///
    /// # Errors
    /// The error that the function returned.
    fn into_result(self) -> Result<T, ValidationError>;
}

impl<T> MapOutcome<T> for T {
    fn into_result(self) -> Result<T, ValidationError> {
        Ok(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T, E: Into<ValidationError>> MapOutcome<T> for Result<T, E> {
    fn into_result(self) -> Result<T, ValidationError> {
        self.map_err(Into::into)
    }
}

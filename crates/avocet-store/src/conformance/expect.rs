//! Short forms that the checks share.

use std::fmt::Debug;
use std::time::Duration;

use crate::error::Error;
use crate::limit::Limit;

/// The entries of a check that do not expire within it.
pub(crate) const HOUR: Duration = Duration::from_secs(3600);

/// Unwraps a result of the back-end, which has no reason to fail.
pub(crate) trait Done<T> {
    fn done(self) -> T;
}

impl<T> Done<T> for Result<T, Error> {
    #[track_caller]
    fn done(self) -> T {
        match self {
            Ok(value) => value,
            Err(error) => panic!("the back-end failed: {error}"),
        }
    }
}

/// Asserts which limit an operation met, and that the message contains none of the secrets.
#[track_caller]
pub(crate) fn assert_limit<T: Debug>(
    result: Result<T, Error>,
    expected: (Limit, u64, u64),
    secrets: &[&str],
) {
    match result {
        Err(Error::Limit(exceeded)) => {
            let found = (exceeded.limit(), exceeded.bound(), exceeded.measured());
            assert_eq!(found, expected, "limit, bound and measured value");
            let text = format!("{exceeded} {exceeded:?}");
            for secret in secrets {
                assert!(!text.contains(secret), "`{text}` contains `{secret}`");
            }
        }
        other => panic!("expected the limit {expected:?}, found {other:?}"),
    }
}

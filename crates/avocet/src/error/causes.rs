//! The causes of an error.

use std::error::Error;
use std::io;
use std::iter::successors;

/// How many causes are looked at. An error of a dependency may return itself as its source.
const MOST: usize = 64;

/// Returns an error and its causes, the outermost first.
pub(crate) fn causes<'e>(
    error: Option<&'e (dyn Error + 'static)>,
) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    successors(error, |error| source(*error)).take(MOST)
}

/// Returns the next cause. The source of an `io::Error` is that of the error inside it, which would be left out.
fn source<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e (dyn Error + 'static)> {
    if let Some(inner) = error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
    {
        return Some(inner);
    }
    error.source()
}

#[cfg(test)]
mod tests {
    use std::fmt;

    use super::*;

    #[derive(Debug)]
    struct Endless;

    impl fmt::Display for Endless {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("endless")
        }
    }

    impl Error for Endless {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(self)
        }
    }

    #[test]
    fn an_error_inside_an_io_error_is_a_cause() {
        let number = "x".parse::<u8>().expect_err("no number");
        let outer = io::Error::other(io::Error::other(number));
        let types = causes(Some(&outer)).map(<dyn Error>::is::<io::Error>);
        assert_eq!(types.collect::<Vec<_>>(), [true, true, false]);
    }

    #[test]
    fn an_endless_chain_ends() {
        assert_eq!(causes(Some(&Endless)).count(), MOST);
    }
}

//! Enums whose variants hold nothing: a text on the wire.

use crate::read::{Failure, Invalid, Kind, Place, Problem, Problems, Reader};

/// The variants of an enum: every name that is taken with its value, and the names that the document shows.
#[derive(Debug)]
pub struct Units<T: 'static> {
    pub names: &'static [&'static str],
    pub find: fn(&str) -> Option<T>,
}

/// Reads a variant from JSON.
///
/// # Errors
/// [`Failure::Invalid`] when it is none of the names, [`Failure::Malformed`] when the text is no JSON.
pub fn read_unit<T>(
    units: &Units<T>,
    reader: &mut Reader<'_>,
    at: &Place<'_>,
) -> Result<T, Failure> {
    if reader.peek()? != Kind::Text {
        reader.skip()?;
        return Err(reader.problem(at, unknown(units.names)));
    }
    let text = reader.text()?;
    (units.find)(&text).ok_or_else(|| reader.problem(at, unknown(units.names)))
}

/// Reads a variant from a parameter.
///
/// # Errors
/// [`Invalid`] when it is none of the names.
pub fn unit_from_text<T>(
    units: &Units<T>,
    text: &str,
    at: &Place<'_>,
    problems: &mut Problems,
) -> Result<T, Invalid> {
    (units.find)(text).ok_or_else(|| {
        problems.add(at, unknown(units.names));
        Invalid
    })
}

/// As Pydantic says it: `Input should be 'a', 'b' or 'c'`.
fn unknown(names: &[&str]) -> Problem {
    let quoted: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
    let expected = match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    };
    Problem::new("enum", format!("Input should be {expected}")).with("expected", expected)
}

#[cfg(test)]
mod tests {
    use super::unknown;

    #[test]
    fn names_are_listed_as_pydantic_lists_them() {
        assert_eq!(unknown(&["a"]).message(), "Input should be 'a'");
        assert_eq!(
            unknown(&["a", "b", "c"]).message(),
            "Input should be 'a', 'b' or 'c'"
        );
    }
}

//! Equality of JSON values as JSON Schema defines it (2020-12 core, 4.2.2): numbers by mathematical value, texts by
//! characters, objects regardless of the order of members.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

use super::json::{Json, Kind};
use super::{Malformed, Reader};
use crate::number::NumberText;

impl Reader<'_> {
    /// Returns the index of the first item that is equal to an earlier one, and of that one. The list began at `list`
    /// and ends here.
    ///
    /// # Errors
    /// [`Malformed`] if too much of the text was already reread.
    pub(crate) fn repeated(&mut self, list: ArrayStart) -> Result<Option<[usize; 2]>, Malformed> {
        let text = self.json.since(list.0);
        self.count_again(text.len())?;
        repeated(&mut Json::new(text, self.json.depth_limit()))
    }

    /// The position of the list that is read next.
    pub(crate) fn array_start(&mut self) -> ArrayStart {
        ArrayStart(self.json.mark())
    }
}

/// The position of a list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ArrayStart(super::json::Mark);

fn repeated(json: &mut Json<'_>) -> Result<Option<[usize; 2]>, Malformed> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    json.begin_array()?;
    while json.next_item(seen.is_empty())? {
        let mut spelling = String::new();
        spell(json, &mut spelling)?;
        let index = seen.len();
        if let Some(before) = seen.insert(spelling, index) {
            return Ok(Some([before, index]));
        }
    }
    Ok(None)
}

/// The same for a list of texts instead of JSON.
pub(crate) fn repeated_texts(texts: &[&str]) -> Option<[usize; 2]> {
    let mut seen = HashMap::new();
    let mut texts = texts.iter().enumerate();
    texts.find_map(|(index, text)| seen.insert(text, index).map(|before| [before, index]))
}

/// Writes the next value in its canonical spelling, which all equal values share.
fn spell(json: &mut Json<'_>, spelling: &mut String) -> Result<(), Malformed> {
    match json.peek()? {
        Kind::Null => {
            json.null()?;
            spelling.push('n');
        }
        Kind::Boolean => spelling.push(if json.boolean()? { 't' } else { 'f' }),
        Kind::Number => spell_number(&json.number()?, spelling),
        Kind::String => spell_text(&json.text()?, spelling),
        Kind::Array => {
            json.begin_array()?;
            spelling.push('[');
            let mut first = true;
            while json.next_item(first)? {
                first = false;
                spell(json, spelling)?;
            }
            spelling.push(']');
        }
        Kind::Object => {
            json.begin_object()?;
            let mut members = BTreeMap::new();
            let mut first = true;
            while let Some(key) = json.next_key(first)? {
                first = false;
                let mut value = String::new();
                spell(json, &mut value)?;
                members.insert(key, value);
            }
            spelling.push('{');
            for (key, value) in &members {
                spell_text(key, spelling);
                spelling.push_str(value);
            }
            spelling.push('}');
        }
    }
    Ok(())
}

/// Writes the length first, so that different lists of texts are spelled differently.
fn spell_text(text: &str, spelling: &mut String) {
    // Writing to a `String` never fails.
    let _ = write!(spelling, "\"{}:{text}", text.len());
}

/// The digits without leading and trailing zeros, and the power of ten of the last digit.
fn spell_number(number: &NumberText<'_>, spelling: &mut String) {
    let text = number.as_str().trim_start_matches('-');
    let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
    let digits = mantissa.replace('.', "");
    let significant = digits.trim_start_matches('0').trim_end_matches('0');
    if significant.is_empty() {
        return spelling.push_str("#0");
    }
    let sign = if number.negative { "-" } else { "" };
    let zeros = digits.len() - digits.trim_end_matches('0').len();
    let power = i128::from(number.exponent) + i128::try_from(zeros).unwrap_or(i128::MAX / 2);
    let _ = write!(spelling, "#{sign}{significant}e{power};");
}

#[cfg(test)]
mod tests {
    use super::{Json, repeated};

    #[track_caller]
    fn check(list: &str, expected: Option<[usize; 2]>) {
        assert_eq!(repeated(&mut Json::new(list, 128)), Ok(expected), "{list}");
    }

    #[test]
    fn spellings_do_not_matter() {
        check("[1, 2, 1.0]", Some([0, 2]));
        check("[100, 1e2]", Some([0, 1]));
        check("[0.1, 10.0e-2]", Some([0, 1]));
        check("[0, -0.0e7]", Some([0, 1]));
        check(r#"["a", "\u0061"]"#, Some([0, 1]));
        check(
            r#"[{"a": 1, "b": [2]}, {"b": [2.0], "a": 1}]"#,
            Some([0, 1]),
        );
        check(r#"[{"a": 1, "a": 2}, {"a": 2}]"#, Some([0, 1]));
        check("[[], {}, null, [[]], []]", Some([0, 4]));
    }

    #[test]
    fn different_values_are_told_apart() {
        check("[]", None);
        check(r#"[1, -1, 10, 0.1, "1", true, null, [1], {"1": 1}]"#, None);
        check(r#"[["a", "b"], ["ab"], ["a\"1:b"]]"#, None);
        check("[[1, 23], [12, 3]]", None);
        check("[18446744073709551616, 18446744073709551617]", None);
        check("[1e400, 1e401]", None);
    }
}

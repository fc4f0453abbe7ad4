//! Models whose members stand in the object of another.

use serde::Serialize;

use crate::read::{Failure, Input, Malformed, Place, Reader};
use crate::rules::Rules;

/// The members of an object that are none of its own, for the models that are flattened into it.
#[derive(Debug, Default)]
pub struct Rest {
    /// An object without its end.
    text: String,
}

impl Rest {
    /// Keeps a member.
    ///
    /// # Errors
    /// [`Malformed`] when its value is no JSON.
    pub fn keep(&mut self, key: &str, reader: &mut Reader<'_>) -> Result<(), Malformed> {
        let value = reader.raw()?;
        self.text.push(if self.text.is_empty() { '{' } else { ',' });
        self.text
            .push_str(&serde_json::Value::from(key).to_string());
        self.text.push(':');
        self.text.push_str(value);
        Ok(())
    }

    /// Reads a model from the members, as if it stood here.
    ///
    /// # Errors
    /// [`Malformed`] when the text had to be given up.
    pub fn read<T: Input>(
        &self,
        reader: &mut Reader<'_>,
        at: &Place<'_>,
    ) -> Result<Option<T>, Malformed> {
        let text = match &*self.text {
            "" => "{}".to_owned(),
            members => format!("{members}}}"),
        };
        match reader.within(&text, |reader| T::read(reader, at, &Rules::NONE)) {
            Ok(value) => Ok(Some(value)),
            Err(Failure::Invalid) => Ok(None),
            Err(Failure::Malformed) => Err(Malformed),
        }
    }
}

/// The members of two values in one object.
#[derive(Debug, Serialize)]
pub struct Joined<'v, A, B> {
    #[serde(flatten)]
    pub first: &'v A,
    #[serde(flatten)]
    pub second: &'v B,
}

//! Flattened models: their members are part of the surrounding object.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use crate::input::Input;
use crate::model::{HasMembers, Model};
use crate::read::{Failure, Location, Malformed, Reader};
use crate::rules::Rules;

/// A type that a flattened field can have.
pub trait Flat: Model {
    /// Which members it takes.
    const MEMBERS: FlatMembers;
}

/// Which members of the surrounding object a flattened field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlatMembers {
    /// Those of a model.
    Own,
    /// Those of a model, or none.
    OwnOrNone,
    /// All that no other field takes.
    Others,
}

impl<T: HasMembers + Model> Flat for T {
    const MEMBERS: FlatMembers = FlatMembers::Own;
}

impl<T: HasMembers + Model> Flat for Option<T> {
    const MEMBERS: FlatMembers = FlatMembers::OwnOrNone;
}

impl<T> Flat for BTreeMap<String, T>
where
    Self: Model,
{
    const MEMBERS: FlatMembers = FlatMembers::Others;
}

impl Flat for serde_json::Map<String, serde_json::Value> {
    const MEMBERS: FlatMembers = FlatMembers::Others;
}

impl<T, S> Flat for HashMap<String, T, S>
where
    Self: Model,
{
    const MEMBERS: FlatMembers = FlatMembers::Others;
}

/// The members of an object that match none of its fields, for its flattened fields.
#[derive(Debug, Default)]
pub struct RemainingMembers<'a> {
    members: Vec<(String, &'a str)>,
}

impl<'a> RemainingMembers<'a> {
    /// Keeps a member.
    ///
    /// # Errors
    /// [`Malformed`] if its value is not JSON.
    pub fn keep(&mut self, key: &str, reader: &mut Reader<'a>) -> Result<(), Malformed> {
        self.members.push((key.to_owned(), reader.raw()?));
        Ok(())
    }

    /// Reads a value from the members and removes those that belong to it.
    ///
    /// # Errors
    /// [`Malformed`] if reading was abandoned.
    pub fn read<T: Input + Flat>(
        &mut self,
        reader: &mut Reader<'_>,
        at: &Location<'_>,
    ) -> Result<Option<T>, Malformed> {
        let noted = std::mem::take(reader.errors_mut());
        let (value, left) =
            reader.within_object(&self.text(), |reader| T::read(reader, at, &Rules::NONE));
        let found = std::mem::replace(reader.errors_mut(), noted);
        let all_left = self.members.iter().all(|(name, _)| left.contains(name));
        match T::MEMBERS {
            FlatMembers::Others => self.members.clear(),
            FlatMembers::Own | FlatMembers::OwnOrNone => {
                self.members.retain(|(name, _)| left.contains(name));
            }
        }
        match value {
            Ok(value) => Ok(Some(value)),
            Err(Failure::Invalid) if T::MEMBERS == FlatMembers::OwnOrNone && all_left => {
                Ok(T::absent())
            }
            Err(Failure::Invalid) => {
                reader.errors_mut().append(found);
                Ok(None)
            }
            Err(Failure::Malformed) => Err(Malformed),
        }
    }

    /// Reports the members that no field has taken to the surrounding object, if this one is flattened itself.
    pub fn leave(&self, reader: &mut Reader<'_>) {
        for (name, _) in &self.members {
            reader.leave_after(name);
        }
    }

    /// The members as a JSON object.
    fn text(&self) -> String {
        let members: Vec<String> = self
            .members
            .iter()
            .map(|(name, value)| format!("{}:{value}", serde_json::Value::from(name.as_str())))
            .collect();
        format!("{{{}}}", members.join(","))
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

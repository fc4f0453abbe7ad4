//! `BodyMembers`: several arguments from the members of one JSON object.

use std::future::Future;

use serde::Serialize;

use super::body::read_json;
use super::{Extractor, Rejection, RequestContext};
use crate::input::{FieldSlot, Input};
use crate::model::{OrderedJson, Property, Schema, Schemas};
use crate::operation::{Content, Operation, RequestBody};
use crate::read::{Failure, Kind, Location, Reader, ValidationError};
use crate::rules::Rules;

/// Extracts values from the members of one JSON object: several `#[body]` arguments, or one with `embed`.
///
/// - **Rejects** as [`Body`](super::Body) does, with the location `["body", member, …]`.
/// - **Request**: `POST /moves` with `{"part": …, "urgent": true}`.
/// - **Document**: the request body, an object with one member for each argument.
///
/// ```
/// use avocet::extract::{BodyMember, BodyMembers};
/// use avocet::operation::Operation;
///
/// let route = Operation::post("/moves").handle(
///     (BodyMembers((BodyMember::<String>::new("part"), BodyMember::<bool>::new("urgent").default(|| false))),),
///     |((part, urgent),)| async move { format!("{part} {urgent}") },
/// );
/// ```
#[derive(Debug)]
pub struct BodyMembers<M>(
    /// The members, a tuple of one to eight.
    pub M,
);

/// One member of the body's object.
///
/// ```
/// let urgent = avocet::extract::BodyMember::<bool>::new("urgent").default(|| false);
/// ```
#[derive(Debug)]
pub struct BodyMember<T> {
    name: &'static str,
    rules: &'static Rules,
    description: &'static str,
    default: Option<fn() -> T>,
    default_json: Option<OrderedJson>,
    schema: fn(&mut Schemas) -> Schema,
    read: fn(&mut Reader<'_>, &Location<'_>, &Rules) -> Result<T, Failure>,
    absent: fn() -> Option<T>,
}

impl<T: Input> BodyMember<T> {
    /// Creates the extractor for the member of this name.
    ///
    /// ```
    /// let part = avocet::extract::BodyMember::<String>::new("part");
    /// ```
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            rules: &Rules::NONE,
            description: "",
            default: None,
            default_json: None,
            schema: T::schema,
            read: T::read,
            absent: T::absent,
        }
    }

    /// Sets the rules for the value.
    ///
    /// ```
    /// use avocet::rules::{MinLength, Rules};
    ///
    /// static NAMED: Rules = Rules::own(&[&MinLength(1)]);
    /// let part = avocet::extract::BodyMember::<String>::new("part").rules(&NAMED);
    /// ```
    pub fn rules(mut self, rules: &'static Rules) -> Self {
        self.rules = rules;
        self
    }

    /// Sets the description, in Markdown.
    ///
    /// ```
    /// let part = avocet::extract::BodyMember::<String>::new("part").description("The part's name.");
    /// ```
    pub fn description(mut self, description: &'static str) -> Self {
        self.description = description;
        self
    }

    /// Sets the value for a body without this member.
    ///
    /// ```
    /// let urgent = avocet::extract::BodyMember::<bool>::new("urgent").default(|| false);
    /// ```
    pub fn default(mut self, make: fn() -> T) -> Self
    where
        T: Serialize,
    {
        self.default = Some(make);
        self.default_json = OrderedJson::of(&make()).ok();
        self
    }
}

/// [`BodyMember::new`] stores the functions of the type, so this `impl` does not repeat its bounds.
impl<T> BodyMember<T> {
    fn property(&self, schemas: &mut Schemas) -> Property {
        let schema = (self.schema)(schemas);
        let mut schema = schemas.under(schema, self.rules).describe(self.description);
        if let Some(default) = self.default_json.as_ref().filter(|value| !value.is_null()) {
            schemas.set_default(&mut schema, self.name, self.rules, default.clone());
        }
        Property::new(
            self.name,
            schema,
            self.default.is_none() && (self.absent)().is_none(),
        )
    }

    fn value(
        &self,
        slot: FieldSlot<T>,
        reader: &mut Reader<'_>,
        around: &Location<'_>,
    ) -> Option<T> {
        slot.or_else(reader, around, self.name, || {
            self.default.map(|make| make()).or_else(self.absent)
        })
    }
}

/// The tuples that [`BodyMembers`] can hold: one to eight [`BodyMember`]s.
///
/// ```
/// fn takes<M: avocet::extract::BodyMembersOf>(_: M) {}
/// takes((avocet::extract::BodyMember::<u8>::new("a"), avocet::extract::BodyMember::<u8>::new("b")));
/// ```
pub trait BodyMembersOf: Send + Sync + 'static {
    /// The tuple of values that the handler receives.
    type Values: Send;

    /// The members of the object.
    fn properties(&self, schemas: &mut Schemas) -> Vec<Property>;

    /// Reads the object.
    ///
    /// # Errors
    /// [`Failure::Invalid`] if validation errors were added, [`Failure::Malformed`] if the text is not JSON.
    fn read(&self, reader: &mut Reader<'_>, at: &Location<'_>) -> Result<Self::Values, Failure>;
}

impl<M: BodyMembersOf> Extractor for BodyMembers<M> {
    type Value = M::Values;

    fn describe(&self, operation: &mut Operation) {
        let properties = self.0.properties(&mut operation.schemas);
        let required = properties.iter().any(|property| property.required);
        operation.set_body(RequestBody::new(
            Content::json(Schema::object(properties)),
            required,
        ));
    }

    fn extract(
        &self,
        context: &mut RequestContext,
    ) -> impl Future<Output = Result<Self::Value, Rejection>> + Send {
        // A missing body is read as an empty object, so each required member is reported as missing at its own location.
        read_json(context, b"{}", |reader, at| self.0.read(reader, at))
    }
}

macro_rules! members {
    ($($member:ident $slot:ident $index:tt),*) => {
        impl<$($member: Send + 'static),*> BodyMembersOf for ($(BodyMember<$member>,)*) {
            type Values = ($($member,)*);

            fn properties(&self, schemas: &mut Schemas) -> Vec<Property> {
                vec![$(self.$index.property(schemas)),*]
            }

            fn read(&self, reader: &mut Reader<'_>, at: &Location<'_>) -> Result<Self::Values, Failure> {
                $(let mut $slot = FieldSlot::<$member>::default();)*
                // Any other value is treated as an empty object, so each required member is reported as missing at its
                // own location.
                let is_object = reader.peek()? == Kind::Object;
                if is_object {
                    let mut object = reader.begin_object(at)?;
                    while let Some(key) = reader.next_key(&mut object)? {
                        $(
                            if key == self.$index.name {
                                let location = at.member(&key);
                                $slot.read_with(reader, &location, |reader| {
                                    (self.$index.read)(reader, &location, self.$index.rules)
                                })?;
                                continue;
                            }
                        )*
                        reader.skip()?;
                    }
                } else {
                    reader.skip()?;
                }
                $(let $slot = self.$index.value($slot, reader, at);)*
                match ($($slot,)*) {
                    ($(Some($slot),)*) if is_object => Ok(($($slot,)*)),
                    _ if reader.errors().is_empty() => Err(reader.error(at, ValidationError::not_an_object())),
                    _ => Err(Failure::Invalid),
                }
            }
        }
    };
}

members!(A a 0);
members!(A a 0, B b 1);
members!(A a 0, B b 1, C c 2);
members!(A a 0, B b 1, C c 2, D d 3);
members!(A a 0, B b 1, C c 2, D d 3, E e 4);
members!(A a 0, B b 1, C c 2, D d 3, E e 4, F f 5);
members!(A a 0, B b 1, C c 2, D d 3, E e 4, F f 5, G g 6);
members!(A a 0, B b 1, C c 2, D d 3, E e 4, F f 5, G g 6, H h 7);

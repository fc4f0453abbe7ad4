//! A serializer that wraps another one and checks every float at any depth.

use std::any::type_name;
use std::fmt::Display;

use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

/// What to do with a float that is not finite.
pub(super) trait Floats: Copy {
    /// Writes the float, or fails.
    fn not_finite<S: Serializer>(self, number: f64, serializer: S) -> Result<S::Ok, S::Error>;

    /// Called for every part that contains the failure, from the inside out.
    fn failed_in(self, segment: impl FnOnce() -> String);
}

/// A value whose non-finite floats are written as `null`.
#[derive(Debug)]
pub(crate) struct NullNotFinite<'v, T: ?Sized>(pub(crate) &'v T);

#[derive(Clone, Copy)]
struct AsNull;

impl Floats for AsNull {
    #[inline]
    fn not_finite<S: Serializer>(self, _: f64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_none()
    }

    #[inline]
    fn failed_in(self, _: impl FnOnce() -> String) {}
}

impl<T: Serialize + ?Sized> Serialize for NullNotFinite<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        WatchedSocket(self.0, AsNull).serialize(serializer)
    }
}

/// A value whose floats are checked while it is written.
pub(super) struct WatchedSocket<'v, T: ?Sized, F>(pub(super) &'v T, pub(super) F);

impl<T: Serialize + ?Sized, F: Floats> Serialize for WatchedSocket<'_, T, F> {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(Watching {
            inner: serializer,
            floats: self.1,
        })
    }
}

struct Watching<S, F> {
    inner: S,
    floats: F,
}

/// The parts of a value while they are written.
struct Parts<S, F> {
    inner: S,
    floats: F,
    /// The enum variant that the parts belong to.
    variant: Option<&'static str>,
    index: usize,
}

impl<S, F: Floats> Parts<S, F> {
    #[inline]
    fn new(inner: S, floats: F, variant: Option<&'static str>) -> Self {
        Self {
            inner,
            floats,
            variant,
            index: 0,
        }
    }

    #[cold]
    fn failed_in(&self, segment: impl FnOnce() -> String) {
        self.floats.failed_in(segment);
        if let Some(variant) = self.variant {
            self.floats.failed_in(|| format!(".{variant}"));
        }
    }

    /// Writes the next item of a list.
    #[inline]
    fn item<E>(&mut self, write: impl FnOnce(&mut S, F) -> Result<(), E>) -> Result<(), E> {
        let written = write(&mut self.inner, self.floats);
        if written.is_err() {
            self.failed_in(|| format!("[{}]", self.index));
        }
        self.index += 1;
        written
    }

    /// Writes a member of an object.
    #[inline]
    fn member<E>(
        &mut self,
        name: &'static str,
        write: impl FnOnce(&mut S, F) -> Result<(), E>,
    ) -> Result<(), E> {
        let written = write(&mut self.inner, self.floats);
        if written.is_err() {
            self.failed_in(|| format!(".{name}"));
        }
        written
    }
}

macro_rules! as_they_are {
    ($($method:ident $kind:ty;)*) => {$(
        #[inline]
        fn $method(self, value: $kind) -> Result<S::Ok, S::Error> {
            self.inner.$method(value)
        }
    )*};
}

impl<S: Serializer, F: Floats> Serializer for Watching<S, F> {
    type Ok = S::Ok;
    type Error = S::Error;
    type SerializeSeq = Parts<S::SerializeSeq, F>;
    type SerializeTuple = Parts<S::SerializeTuple, F>;
    type SerializeTupleStruct = Parts<S::SerializeTupleStruct, F>;
    type SerializeTupleVariant = Parts<S::SerializeTupleVariant, F>;
    type SerializeMap = Parts<S::SerializeMap, F>;
    type SerializeStruct = Parts<S::SerializeStruct, F>;
    type SerializeStructVariant = Parts<S::SerializeStructVariant, F>;

    as_they_are! {
        serialize_bool bool;
        serialize_i8 i8;
        serialize_i16 i16;
        serialize_i32 i32;
        serialize_i64 i64;
        serialize_i128 i128;
        serialize_u8 u8;
        serialize_u16 u16;
        serialize_u32 u32;
        serialize_u64 u64;
        serialize_u128 u128;
        serialize_char char;
        serialize_str &str;
        serialize_bytes &[u8];
        serialize_unit_struct &'static str;
    }

    #[inline]
    fn serialize_f32(self, value: f32) -> Result<S::Ok, S::Error> {
        if value.is_finite() {
            self.inner.serialize_f32(value)
        } else {
            self.floats.not_finite(value.into(), self.inner)
        }
    }

    #[inline]
    fn serialize_f64(self, value: f64) -> Result<S::Ok, S::Error> {
        if value.is_finite() {
            self.inner.serialize_f64(value)
        } else {
            self.floats.not_finite(value, self.inner)
        }
    }

    #[inline]
    fn serialize_none(self) -> Result<S::Ok, S::Error> {
        self.inner.serialize_none()
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        self.inner
            .serialize_some(&WatchedSocket(value, self.floats))
    }

    #[inline]
    fn serialize_unit(self) -> Result<S::Ok, S::Error> {
        self.inner.serialize_unit()
    }

    #[inline]
    fn serialize_unit_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
    ) -> Result<S::Ok, S::Error> {
        self.inner.serialize_unit_variant(name, index, variant)
    }

    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        self.inner
            .serialize_newtype_struct(name, &WatchedSocket(value, self.floats))
    }

    #[inline]
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        let value = WatchedSocket(value, self.floats);
        let written = self
            .inner
            .serialize_newtype_variant(name, index, variant, &value);
        if written.is_err() {
            self.floats.failed_in(|| format!(".{variant}"));
        }
        written
    }

    #[inline]
    fn serialize_seq(self, length: Option<usize>) -> Result<Self::SerializeSeq, S::Error> {
        let inner = self.inner.serialize_seq(length)?;
        Ok(Parts::new(inner, self.floats, None))
    }

    #[inline]
    fn serialize_tuple(self, length: usize) -> Result<Self::SerializeTuple, S::Error> {
        let inner = self.inner.serialize_tuple(length)?;
        Ok(Parts::new(inner, self.floats, None))
    }

    #[inline]
    fn serialize_tuple_struct(
        self,
        name: &'static str,
        length: usize,
    ) -> Result<Self::SerializeTupleStruct, S::Error> {
        let inner = self.inner.serialize_tuple_struct(name, length)?;
        Ok(Parts::new(inner, self.floats, None))
    }

    #[inline]
    fn serialize_tuple_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Self::SerializeTupleVariant, S::Error> {
        let inner = self
            .inner
            .serialize_tuple_variant(name, index, variant, length)?;
        Ok(Parts::new(inner, self.floats, Some(variant)))
    }

    #[inline]
    fn serialize_map(self, length: Option<usize>) -> Result<Self::SerializeMap, S::Error> {
        let inner = self.inner.serialize_map(length)?;
        Ok(Parts::new(inner, self.floats, None))
    }

    #[inline]
    fn serialize_struct(
        self,
        name: &'static str,
        length: usize,
    ) -> Result<Self::SerializeStruct, S::Error> {
        let inner = self.inner.serialize_struct(name, length)?;
        Ok(Parts::new(inner, self.floats, None))
    }

    #[inline]
    fn serialize_struct_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Self::SerializeStructVariant, S::Error> {
        let inner = self
            .inner
            .serialize_struct_variant(name, index, variant, length)?;
        Ok(Parts::new(inner, self.floats, Some(variant)))
    }

    #[inline]
    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        self.inner.collect_str(value)
    }

    #[inline]
    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}

macro_rules! items {
    ($($list:ident $method:ident;)*) => {$(
        impl<S: $list, F: Floats> $list for Parts<S, F> {
            type Ok = S::Ok;
            type Error = S::Error;

            #[inline]
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), S::Error> {
                self.item(|inner, floats| inner.$method(&WatchedSocket(value, floats)))
            }

            #[inline]
            fn end(self) -> Result<S::Ok, S::Error> {
                self.inner.end()
            }
        }
    )*};
}

items! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
    SerializeTupleVariant serialize_field;
}

macro_rules! members {
    ($($object:ident;)*) => {$(
        impl<S: $object, F: Floats> $object for Parts<S, F> {
            type Ok = S::Ok;
            type Error = S::Error;

            #[inline]
            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), S::Error> {
                self.member(name, |inner, floats| inner.serialize_field(name, &WatchedSocket(value, floats)))
            }

            #[inline]
            fn skip_field(&mut self, name: &'static str) -> Result<(), S::Error> {
                self.inner.skip_field(name)
            }

            #[inline]
            fn end(self) -> Result<S::Ok, S::Error> {
                self.inner.end()
            }
        }
    )*};
}

members! {
    SerializeStruct;
    SerializeStructVariant;
}

impl<S: SerializeMap, F: Floats> SerializeMap for Parts<S, F> {
    type Ok = S::Ok;
    type Error = S::Error;

    /// A key is a text, or a float; `serde_json` itself rejects one that is not finite.
    #[inline]
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), S::Error> {
        self.inner.serialize_key(key)
    }

    #[inline]
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), S::Error> {
        let written = self
            .inner
            .serialize_value(&WatchedSocket(value, self.floats));
        if written.is_err() {
            self.failed_in(|| ".*".to_owned());
        }
        written
    }

    #[inline]
    fn serialize_entry<K: Serialize + ?Sized, V: Serialize + ?Sized>(
        &mut self,
        key: &K,
        value: &V,
    ) -> Result<(), S::Error> {
        let written = self
            .inner
            .serialize_entry(key, &WatchedSocket(value, self.floats));
        if written.is_err() {
            self.failed_in(|| segment_of(key));
        }
        written
    }

    #[inline]
    fn end(self) -> Result<S::Ok, S::Error> {
        self.inner.end()
    }
}

/// The name of a flattened field, which serde passes as a bare `str`. The keys of a map may come from a client and are
/// not logged.
fn segment_of<K: Serialize + ?Sized>(key: &K) -> String {
    let name = (type_name::<K>() == "str").then(|| serde_json::to_value(key).ok());
    match name.flatten().as_ref().and_then(|name| name.as_str()) {
        Some(name) => format!(".{name}"),
        None => ".*".to_owned(),
    }
}

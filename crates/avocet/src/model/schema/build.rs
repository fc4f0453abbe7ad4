//! The constructors of schemas.

use super::{Property, Schema, Shape};
use crate::model::{ModelId, OrderedJson};

macro_rules! shapes {
    ($($name:ident $shape:ident $doc:literal;)*) => {$(
        #[doc = $doc]
        ///
        /// ```
        /// use avocet::model::{Schema, Shape};
        ///
        #[doc = concat!("assert_eq!(Schema::", stringify!($name), "().shape(), &Shape::", stringify!($shape), ");")]
        /// ```
        pub const fn $name() -> Self {
            Self::of(Shape::$shape)
        }
    )*};
}

impl Schema {
    shapes! {
        any Any "Any JSON value.";
        boolean Boolean "`true` or `false`.";
        integer Integer "A number without a fraction, however it is spelled.";
        number Number "A number.";
        string String "Text.";
    }

    const fn of(shape: Shape) -> Self {
        Self {
            shape,
            keywords: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Raw bytes, such as a file of a form or the body of a response.
    ///
    /// `contentMediaType` is JSON Schema's keyword for them. `format: binary` is added because client generators, and
    /// docs pages for lists of files, still rely on it.
    ///
    /// ```
    /// # use avocet::model::Schema;
    /// assert_eq!(Schema::binary().keyword("format"), Some(&"binary".into()));
    /// ```
    pub fn binary() -> Self {
        Self::string()
            .with("format", "binary")
            .with("contentMediaType", "application/octet-stream")
    }

    /// An array of `items`.
    ///
    /// ```
    /// # use avocet::model::Schema;
    /// let vector = Schema::list(Schema::number());
    /// ```
    pub fn list(items: Self) -> Self {
        Self::of(Shape::List(Box::new(items)))
    }

    /// An array with one schema for each position.
    ///
    /// ```
    /// # use avocet::model::Schema;
    /// let point = Schema::tuple(vec![Schema::number(), Schema::number()]);
    /// ```
    pub const fn tuple(locations: Vec<Self>) -> Self {
        Self::of(Shape::Tuple(locations))
    }

    /// An object of `values` by keys that are data.
    ///
    /// ```
    /// # use avocet::model::Schema;
    /// assert!(Schema::map(Schema::integer()).is_map());
    /// ```
    pub fn map(values: Self) -> Self {
        Self::of(Shape::Map(Box::new(values)))
    }

    /// An object with known members.
    ///
    /// ```
    /// # use avocet::model::{Property, Schema};
    /// let item = Schema::object(vec![Property::new("id", Schema::integer(), true)]);
    /// ```
    pub const fn object(properties: Vec<Property>) -> Self {
        Self::of(Shape::Object {
            properties,
            closed: false,
            others: None,
        })
    }

    /// Makes an object reject unknown members; other shapes are unchanged.
    ///
    /// ```
    /// # use avocet::model::Schema;
    /// let nothing_else = Schema::object(vec![]).closed();
    /// ```
    pub fn closed(mut self) -> Self {
        if let Shape::Object { closed, .. } = &mut self.shape {
            *closed = true;
        }
        self
    }

    /// Sets the schema of an object's unknown members; other shapes are unchanged.
    ///
    /// ```
    /// # use avocet::model::{Property, Schema};
    /// let scores = Schema::object(vec![Property::new("name", Schema::string(), true)]).others(Schema::number());
    /// ```
    pub fn others(mut self, schema: Self) -> Self {
        if let Shape::Object { others, .. } = &mut self.shape {
            *others = Some(Box::new(schema));
        }
        self
    }

    /// One of these values.
    ///
    /// ```
    /// # use avocet::model::Schema;
    /// let level = Schema::one_of_values(["low", "high"]);
    /// ```
    pub fn one_of_values<V: Into<OrderedJson>>(values: impl IntoIterator<Item = V>) -> Self {
        Self::of(Shape::Enum(values.into_iter().map(Into::into).collect()))
    }

    /// Exactly one of these.
    ///
    /// ```
    /// # use avocet::model::Schema;
    /// let id = Schema::one_of(vec![Schema::integer(), Schema::string()]);
    /// ```
    pub const fn one_of(variants: Vec<Self>) -> Self {
        Self::of(Shape::OneOf {
            variants,
            tag: None,
        })
    }

    /// At least one of these, for a value with several spellings.
    ///
    /// ```
    /// # use avocet::model::Schema;
    /// let price = Schema::any_of(vec![Schema::number(), Schema::string()]);
    /// ```
    pub const fn any_of(spellings: Vec<Self>) -> Self {
        Self::of(Shape::AnyOf(spellings))
    }

    /// One of these objects, chosen by the value of the member `tag`: one name for each variant.
    ///
    /// ```
    /// # use avocet::model::Schema;
    /// let pet = Schema::tagged("kind", vec![("cat".into(), Schema::object(vec![]))]);
    /// ```
    pub fn tagged(tag: &'static str, variants: Vec<(String, Self)>) -> Self {
        let (names, variants): (Vec<String>, _) = variants.into_iter().unzip();
        let tags = names.into_iter().zip(0..).collect();
        Self::of(Shape::OneOf {
            variants,
            tag: Some((tag, tags)),
        })
    }

    /// Adds further values of the tag, each with the index of the alternative that it selects; other shapes are
    /// unchanged.
    ///
    /// ```
    /// # use avocet::model::Schema;
    /// let pet = Schema::tagged("kind", vec![("cat".into(), Schema::object(vec![]))]).tag_aliases(&[("kitten", 0)]);
    /// ```
    pub fn tag_aliases(mut self, aliases: &[(&str, usize)]) -> Self {
        if let Shape::OneOf {
            tag: Some((_, tags)),
            ..
        } = &mut self.shape
        {
            tags.extend(aliases.iter().map(|&(tag, index)| (tag.to_owned(), index)));
        }
        self
    }

    /// The value or `null`; a nullable schema is unchanged.
    ///
    /// ```
    /// # use avocet::model::Schema;
    /// let nickname = Schema::string().nullable();
    /// ```
    pub fn nullable(self) -> Self {
        match self.shape {
            Shape::Nullable(_) | Shape::Any => self,
            _ => Self::of(Shape::Nullable(Box::new(self))),
        }
    }

    /// Text that contains JSON with this schema, such as the data of an event.
    ///
    /// ```
    /// # use avocet::model::Schema;
    /// let data = Schema::encoded_json(Schema::integer());
    /// ```
    pub fn encoded_json(content: Self) -> Self {
        Self::of(Shape::Encoded(Box::new(content)))
    }

    pub(crate) const fn reference(model: ModelId) -> Self {
        Self::of(Shape::Reference(model))
    }
}

//! Rules of two schemas that bound a value.

use serde_json::Value;

use super::schema::{Comparison, Sides};

/// The keywords whose larger value is the stricter one.
const LOWER: [&str; 5] = [
    "minimum",
    "exclusiveMinimum",
    "minLength",
    "minItems",
    "minProperties",
];

/// The keywords whose smaller value is the stricter one.
const UPPER: [&str; 5] = [
    "maximum",
    "exclusiveMaximum",
    "maxLength",
    "maxItems",
    "maxProperties",
];

/// The keywords that are the same or not.
const EQUAL: [&str; 3] = ["pattern", "multipleOf", "contentEncoding"];

impl Comparison<'_> {
    pub(super) fn bounds(&mut self, place: &str, old: &Value, new: &Value) {
        for keyword in LOWER {
            self.bound(place, keyword, old, new, |inner, outer| inner >= outer);
        }
        for keyword in UPPER {
            self.bound(place, keyword, old, new, |inner, outer| inner <= outer);
        }
        for keyword in EQUAL {
            self.keyword(place, keyword, old, new, |inner, outer| inner == outer);
        }
        // That of a number is a hint; its bounds are stated.
        if old["type"].to_string().contains("string") {
            self.keyword(place, "format", old, new, |inner, outer| inner == outer);
        }
        let is_unique = |schema: &Value| schema["uniqueItems"] == true;
        let (before, after) = (is_unique(old), is_unique(new));
        match self.sides {
            Sides::OldWithinNew if after && !before => self.add(place, "items must now be unique"),
            Sides::NewWithinOld if before && !after => self.add(place, "items may now repeat"),
            Sides::OldWithinNew | Sides::NewWithinOld => {}
        }
    }

    fn bound(
        &mut self,
        place: &str,
        keyword: &str,
        old: &Value,
        new: &Value,
        fits: fn(f64, f64) -> bool,
    ) {
        self.keyword(place, keyword, old, new, |inner, outer| {
            match (inner.as_f64(), outer.as_f64()) {
                (Some(inner), Some(outer)) => fits(inner, outer),
                _ => false,
            }
        });
    }

    /// Reports a keyword of the outer schema that the inner one does not imply.
    fn keyword(
        &mut self,
        place: &str,
        keyword: &str,
        old: &Value,
        new: &Value,
        fits: impl Fn(&Value, &Value) -> bool,
    ) {
        let (before, after) = (old.get(keyword), new.get(keyword));
        let (inner, outer) = match self.sides {
            Sides::OldWithinNew => (before, after),
            Sides::NewWithinOld => (after, before),
        };
        let Some(outer) = outer else {
            return;
        };
        if inner.is_some_and(|inner| fits(inner, outer)) {
            return;
        }
        match (before, after) {
            (Some(before), Some(after)) => {
                self.add(
                    place,
                    format_args!("`{keyword}` was {before} and is {after}"),
                );
            }
            (None, Some(after)) => self.add(place, format_args!("`{keyword}` is new: {after}")),
            (Some(before), None) => {
                self.add(place, format_args!("`{keyword}` is gone; it was {before}"));
            }
            (None, None) => {}
        }
    }
}

//! The same guarantee for responses: the JSON of a response matches the schema of the response, and a value that JSON cannot represent is
//! an error instead of a different value.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;

use avocet::model::{Output, Side};
use avocet::prelude::*;
use avocet::response::{Response, ResponseContext, response_json};
use avocet::types::Patch;
use http_body_util::BodyExt;
use serde::Serialize;
use serde_json::Value;

use super::judge::Judge;
use super::setting;
use super::write::Writer;

/// Returns the JSON of a response, or `None` if the response is an error.
fn response_to<T: Serialize>(value: &T) -> Option<Value> {
    let response = response_json(value, &ResponseContext::default());
    (response.status() == 200).then(|| json_of(response))
}

fn json_of(response: Response) -> Value {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let body = runtime
        .expect("a runtime")
        .block_on(response.into_body().collect());
    serde_json::from_slice(&body.expect("a body").to_bytes()).expect("JSON")
}

pub(super) fn check<T: Serialize + Debug>(value: &T, judge: &Judge) {
    let response = response_to(value).unwrap_or_else(|| panic!("{value:?} is an error"));
    assert!(
        judge.accepts(&response),
        "{value:?}\nresponse {response}\nschema {:#}",
        judge.schema
    );
}

/// Generates values of every kind, with floats of every kind.
trait Arbitrary {
    fn any(writer: &mut Writer, depth: usize) -> Self;
}

macro_rules! arbitrary {
    ($($kind:ty: |$writer:ident, $depth:ident| $value:expr;)*) => {$(
        impl Arbitrary for $kind {
            fn any($writer: &mut Writer, $depth: usize) -> Self {
                $value
            }
        }
    )*};
}

/// Generates a struct, field by field.
macro_rules! fields {
    ($($kind:ident { $($field:ident),* })*) => {$(
        impl Arbitrary for $kind {
            fn any(writer: &mut Writer, depth: usize) -> Self {
                Self { $($field: Arbitrary::any(writer, depth + 1)),* }
            }
        }
    )*};
}

const FLOATS: [f64; 12] = [
    0.0,
    -0.0,
    1.0,
    0.1,
    -1.5,
    5e-324,
    1e-40,
    3.402_823_466_385_288_6e38,
    f64::MAX,
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
];

/// Half of all values have only finite floats.
fn float(writer: &mut Writer) -> f64 {
    let among = if writer.is_tame() { 9 } else { FLOATS.len() };
    FLOATS[writer.below(among)]
}

arbitrary! {
    f64: |writer, _depth| float(writer);
    f32: |writer, _depth| {
        #[expect(clippy::cast_possible_truncation, reason = "an infinite one is one more kind")]
        let narrow = float(writer) as f32;
        if writer.is_tame() && narrow.is_infinite() { f32::MAX } else { narrow }
    };
    u8: |writer, _depth| u8::try_from(writer.below(256)).expect("it is small");
    i64: |writer, _depth| i64::from(u8::any(writer, _depth)) - 128;
    bool: |writer, _depth| writer.one_in(2);
    String: |writer, _depth| writer.pick(&["", "a", "b\n", "\u{0}é😀\""]).to_owned();
}

impl<T: Arbitrary> Arbitrary for Option<T> {
    fn any(writer: &mut Writer, depth: usize) -> Self {
        (depth < 4 && writer.one_in(2)).then(|| T::any(writer, depth + 1))
    }
}

impl<T: Arbitrary> Arbitrary for Patch<T> {
    fn any(writer: &mut Writer, depth: usize) -> Self {
        Option::any(writer, depth).into()
    }
}

impl<T: Arbitrary> Arbitrary for Box<T> {
    fn any(writer: &mut Writer, depth: usize) -> Self {
        Self::new(T::any(writer, depth))
    }
}

impl<T: Arbitrary> Arbitrary for Vec<T> {
    fn any(writer: &mut Writer, depth: usize) -> Self {
        let count = if depth < 4 { writer.below(4) } else { 0 };
        (0..count).map(|_| T::any(writer, depth + 1)).collect()
    }
}

impl<T: Arbitrary, const N: usize> Arbitrary for [T; N] {
    fn any(writer: &mut Writer, depth: usize) -> Self {
        std::array::from_fn(|_| T::any(writer, depth + 1))
    }
}

impl<A: Arbitrary, B: Arbitrary> Arbitrary for (A, B) {
    fn any(writer: &mut Writer, depth: usize) -> Self {
        (A::any(writer, depth), B::any(writer, depth))
    }
}

impl<T: Arbitrary> Arbitrary for BTreeMap<String, T> {
    fn any(writer: &mut Writer, depth: usize) -> Self {
        Vec::<(String, T)>::any(writer, depth).into_iter().collect()
    }
}

impl<T: Arbitrary> Arbitrary for HashMap<String, T> {
    fn any(writer: &mut Writer, depth: usize) -> Self {
        Vec::<(String, T)>::any(writer, depth).into_iter().collect()
    }
}

#[model]
#[derive(Debug)]
struct Plain {
    narrow: f32,
    wide: f64,
    maybe: Option<f32>,
    list: Vec<f32>,
    rows: Vec<Vec<Option<f64>>>,
    pair: [f32; 2],
    tuple: (u8, f64),
    map: BTreeMap<String, f32>,
    other: HashMap<String, Vec<f64>>,
    patch: Patch<f64>,
    text: String,
    flag: bool,
    number: i64,
}

#[model]
#[derive(Debug)]
struct Score(f32);

#[model]
#[derive(Debug)]
struct Vectors(Vec<Vec<f32>>);

#[model(output)]
#[derive(Debug)]
struct OutputSide {
    score: Score,
    vectors: Option<Vectors>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extra: Option<f64>,
    children: Vec<OutputSide>,
    shape: Option<Box<Shape>>,
}

#[model]
#[derive(Debug)]
#[serde(tag = "kind")]
enum Shape {
    Circle { radius: f64 },
    Polygon(Polygon),
    Nothing,
}

#[model]
#[derive(Debug)]
struct Polygon {
    corners: Vec<(f64, f32)>,
}

#[model]
#[derive(Debug)]
#[serde(tag = "kind", content = "value")]
enum Beside {
    Number(f32),
    Fields { a: f64, b: Option<f32> },
    Nothing,
}

#[model]
#[derive(Debug)]
#[serde(untagged)]
enum Untagged {
    Fields { x: f32 },
    Text(String),
    Numbers(Vec<f64>),
    Nothing,
}

#[model]
#[derive(Debug)]
struct Flat {
    id: u8,
    #[serde(flatten)]
    polygon: Polygon,
    #[serde(flatten)]
    others: BTreeMap<String, f32>,
}

/// Floats of every kind that may be `null`.
#[model]
#[derive(Debug)]
struct OrNull {
    #[field(non_finite = "null")]
    narrow: f32,
    #[field(non_finite = "null", ge = -10.0)]
    maybe: Option<f64>,
    #[field(non_finite = "null")]
    list: Vec<Vec<f32>>,
    #[field(non_finite = "null")]
    map: BTreeMap<String, (f64, Option<f32>)>,
    #[field(non_finite = "null")]
    score: Score,
    held: Held,
}

#[model]
#[derive(Debug)]
struct Held(#[field(non_finite = "null")] Vec<f64>);

fields! {
    Plain { narrow, wide, maybe, list, rows, pair, tuple, map, other, patch, text, flag, number }
    OutputSide { score, vectors, extra, children, shape }
    Polygon { corners }
    Flat { id, polygon, others }
}

arbitrary! {
    Score: |writer, depth| Self(f32::any(writer, depth));
    Vectors: |writer, depth| Self(Vec::any(writer, depth));
    Held: |writer, depth| Self(Vec::any(writer, depth));
    OrNull: |writer, depth| Self {
        narrow: f32::any(writer, depth),
        maybe: Option::any(writer, depth),
        list: Vec::any(writer, depth),
        map: Arbitrary::any(writer, depth),
        score: Score::any(writer, depth),
        held: Held::any(writer, depth),
    };
    Shape: |writer, depth| match writer.below(3) {
        0 => Self::Circle { radius: f64::any(writer, depth) },
        1 => Self::Polygon(Polygon::any(writer, depth)),
        _ => Self::Nothing,
    };
    Beside: |writer, depth| match writer.below(3) {
        0 => Self::Number(f32::any(writer, depth)),
        1 => Self::Fields { a: f64::any(writer, depth), b: Option::any(writer, depth) },
        _ => Self::Nothing,
    };
    Untagged: |writer, depth| match writer.below(4) {
        0 => Self::Fields { x: f32::any(writer, depth) },
        1 => Self::Text(String::any(writer, depth)),
        2 => Self::Numbers(Vec::any(writer, depth)),
        _ => Self::Nothing,
    };
}

/// Non-finite floats are visible in the output of `Debug`, which has no similar words otherwise.
fn is_finite(value: &impl Debug) -> bool {
    let words = format!("{value:?}");
    !words.contains("NaN") && !words.contains("inf")
}

/// Checks that every value that JSON can represent becomes a response of its schema, and every other value an error.
fn over<T: Arbitrary + Output + Debug>(or_null: bool) {
    let judge = Judge::of::<T>(Side::Output);
    let (mut good, mut bad) = (0, 0);
    for number in 0..setting("AVOCET_TRUTH_TEXTS", 2_000) {
        let seed = setting("AVOCET_TRUTH_SEED", 1)
            .wrapping_mul(6_364_136)
            .wrapping_add(number);
        let value = T::any(&mut Writer::new(seed), 0);
        if or_null || is_finite(&value) {
            check(&value, &judge);
            good += 1;
        } else {
            assert_eq!(response_to(&value), None, "{value:?}");
            bad += 1;
        }
    }
    assert!(good > 100 && (or_null || bad > 100), "{good} {bad}");
}

macro_rules! respond {
    ($($name:ident: $kind:ty;)*) => {$(
        #[test]
        fn $name() {
            over::<$kind>(false);
        }
    )*};
}

respond! {
    floats_alone: f32;
    wide_floats_in_lists: Vec<Option<f64>>;
    every_location_of_a_float: Plain;
    newtypes_and_recursion: OutputSide;
    tagged: Vec<Shape>;
    adjacently_tagged: Vec<Beside>;
    untagged: Vec<Untagged>;
    flattened: Flat;
    maps_of_models: BTreeMap<String, Polygon>;
}

#[test]
fn null_where_the_field_says_so() {
    over::<OrNull>(true);
    over::<Vec<Held>>(true);
}

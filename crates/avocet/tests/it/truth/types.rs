//! The types whose schemas and readers are compared.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use avocet::model::{Model, Schema, Schemas};
use avocet::prelude::*;
use avocet::types::Patch;
use serde::Deserialize;

#[model]
#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Integers {
    a: i8,
    #[field(ge = -5, lt = 300)]
    b: i16,
    #[field(multiple_of = 3)]
    c: Option<i32>,
    #[field(gt = 0)]
    d: i64,
    e: u8,
    #[field(le = 1000)]
    f: u16,
    #[field(ge = 1, le = 9)]
    g: u32,
    h: Option<u64>,
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Floats {
    #[field(ge = 0, le = 2)]
    temperature: f64,
    #[field(gt = -0.5, lt = 0.7)]
    small: f32,
    #[field(multiple_of = 0.25)]
    quarters: Option<f64>,
    #[field(ge = 0.1)]
    wide: Option<f32>,
    #[field(items(ge = -1, le = 1))]
    vector: Vec<f32>,
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Texts {
    #[field(min_length = 1, max_length = 4)]
    short: String,
    #[field(pattern = "^[a-z]+-\\d+$")]
    code: Option<String>,
    #[field(min_length = 2, pattern = "b")]
    both: Option<String>,
    plain: String,
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Lists {
    #[field(max_items = 3, items(min_length = 1))]
    tags: Vec<String>,
    #[field(min_items = 1)]
    rows: Option<Vec<Vec<i32>>>,
    triple: Option<[u8; 3]>,
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Distinct {
    #[field(unique)]
    numbers: Vec<f64>,
    #[field(unique, max_items = 3)]
    values: Option<Vec<serde_json::Value>>,
    #[field(unique, items(unique))]
    rows: Option<Vec<Vec<String>>>,
    #[field(unique, items(le = 200))]
    triple: Option<[u8; 3]>,
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Maps {
    #[field(max_items = 2, items(ge = 0))]
    counts: BTreeMap<String, i32>,
    #[field(keys(min_length = 2))]
    levels: HashMap<String, Level>,
    any: serde_json::Value,
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Sets {
    #[field(max_items = 3, items(le = 5))]
    small: BTreeSet<u8>,
    #[field(min_items = 2)]
    texts: Option<HashSet<String>>,
    grades: Option<HashSet<Vec<Level>>>,
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Node {
    value: i64,
    #[serde(default)]
    children: Vec<Node>,
    parent: Option<Box<Node>>,
}

#[model]
#[derive(Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Level {
    Low,
    #[serde(rename = "HIGH")]
    High,
    VeryHigh,
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
#[serde(tag = "role", rename_all = "snake_case")]
pub(super) enum Message {
    System {
        content: String,
    },
    User {
        #[field(min_length = 1)]
        content: String,
        name: Option<String>,
    },
    ToolResult(ToolResult),
    Ping,
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct ToolResult {
    call_id: u32,
    result: BTreeMap<String, f64>,
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Closed {
    user_name: String,
    #[serde(rename = "pass-word")]
    password: Option<String>,
    is_new: bool,
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Presence {
    /// serde would take its absence for `None`, but what is accepted has it.
    #[field(required)]
    nullable: Option<u8>,
    optional: Option<u8>,
    #[field(default)]
    #[serde(default)]
    count: u8,
    #[serde(default)]
    on: bool,
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
#[serde(transparent)]
pub(super) struct Name(#[field(min_length = 2)] String);

#[model]
#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Wrapped {
    name: Name,
    other: Option<Name>,
    names: Vec<Name>,
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Labels(BTreeMap<String, String>);

#[model]
#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Rows(#[field(max_items = 3, items(min_items = 1))] Vec<Vec<i32>>);

#[model]
#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Names(Option<Vec<Name>>);

#[model]
#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Trees(#[field(max_items = 2, items(max_items = 1))] Vec<Trees>);

#[model]
#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Collections {
    #[field(max_items = 1, items(min_length = 2), keys(min_length = 2))]
    labels: Labels,
    #[field(min_items = 1, items(max_items = 2, items(ge = 0)))]
    rows: Option<Rows>,
    #[field(required, max_items = 2, items(max_length = 3))]
    names: Names,
    #[field(items(max_items = 1))]
    each: Option<Vec<Labels>>,
    trees: Option<Trees>,
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Patterns {
    #[field(pattern = r"^\d+$")]
    digits: Option<String>,
    #[field(pattern = r"^[\w-]+$")]
    word: Option<String>,
    #[field(pattern = r"^a\sb$|^\s?$")]
    spaced: Option<String>,
    #[field(pattern = r"^[^\W\d]")]
    letter: Option<String>,
    #[field(pattern = r"^\S.?$")]
    dotted: Option<String>,
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Group {
    filter: Option<Box<Filter>>,
    limit: Option<u8>,
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
#[serde(tag = "type")]
pub(super) enum Filter {
    Group(Group),
    Leaf { field: String },
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Page<T> {
    items: Vec<T>,
    next: Option<u32>,
}

#[model(literal)]
#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Channel {
    Low,
    High,
    #[serde(other)]
    Other,
}

#[model(integer)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Grade {
    Rough = 1,
    Fine = 5,
    Minus = -1,
}

impl<'de> Deserialize<'de> for Grade {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match serde_json::Number::deserialize(deserializer)?.as_f64() {
            Some(1.0) => Ok(Self::Rough),
            Some(5.0) => Ok(Self::Fine),
            Some(-1.0) => Ok(Self::Minus),
            _ => Err(serde::de::Error::custom("no grade")),
        }
    }
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub(super) enum Any {
    Number(i32),
    Texts(Vec<String>),
    Nothing,
    Level(Level),
    Names(Vec<Name>),
    /// Before the structs, which serde reads from arrays too.
    More(Vec<Any>),
    Point {
        x: f64,
        y: Option<f64>,
    },
    Tool(ToolResult),
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
#[serde(tag = "t", content = "c", rename_all = "snake_case")]
pub(super) enum Adjacent {
    Text(String),
    #[serde(alias = "dot")]
    Point {
        x: f64,
        y: Option<f64>,
    },
    Maybe(Option<u8>),
    Many(Vec<Adjacent>),
    Nothing,
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub(super) enum Open {
    #[serde(alias = "a")]
    Start { at: u32 },
    #[serde(other)]
    Other,
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Flat {
    id: u8,
    #[serde(flatten)]
    point: Point,
    #[serde(flatten)]
    presence: Presence,
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Point {
    x: f64,
    children: Option<Vec<Flat>>,
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Gathering {
    id: i8,
    #[serde(flatten)]
    spot: Option<Spot>,
    #[serde(flatten)]
    others: BTreeMap<String, f64>,
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Spot {
    x: f64,
    y: std::num::NonZeroI8,
    label: Option<String>,
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Sorted {
    words: Vec<String>,
    #[serde(flatten)]
    paging: Paging,
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Paging {
    #[field(lt = 5)]
    limit: Option<u8>,
    #[serde(flatten)]
    order: Option<Order>,
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Order {
    by: Level,
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Changes {
    #[field(min_length = 2)]
    #[serde(default)]
    name: Patch<String>,
    #[serde(default)]
    count: Patch<u8>,
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Foreign {
    #[field(serde, schema = whole)]
    number: std::num::NonZeroU8,
    #[field(serde, schema = perhaps_whole)]
    other: Option<std::num::NonZeroU8>,
    own: bool,
}

fn whole(schemas: &mut Schemas) -> Schema {
    std::num::NonZeroU8::schema(schemas)
}

fn perhaps_whole(schemas: &mut Schemas) -> Schema {
    whole(schemas).nullable()
}

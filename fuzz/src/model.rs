//! A model with a field of every kind, and one that serde reads too.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::{NonZeroU8, NonZeroUsize};
use std::sync::Arc;

use avocet::types::{Base64, Email, HttpUrl, Iso8601, Patch, Secret};
use avocet::route::Route;
use avocet::prelude::*;
use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

/// Every kind of value, with rules, in an object whose members are all optional.
#[model]
#[derive(Debug)]
#[serde(rename_all = "camelCase")]
pub struct Everything {
    pub numbers: Option<Numbers>,
    pub texts: Option<Texts>,
    pub moments: Option<Moments>,
    pub nets: Option<Nets>,
    pub lists: Option<Lists>,
    pub message: Option<Message>,
    #[serde(default)]
    pub messages: Vec<Message>,
    pub any_of: Option<AnyOf>,
    pub adjacent: Option<Adjacent>,
    pub page: Option<Page<Name>>,
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub patch: Patch<Level>,
    pub closed: Option<Closed>,
    pub flat: Option<Flat>,
    pub value: Option<Value>,
    pub everything: Option<Box<Everything>>,
}

#[model]
#[derive(Debug)]
pub struct Numbers {
    #[field(ge = -100, lt = 100)]
    pub small: Option<i8>,
    pub long: Option<i64>,
    #[field(multiple_of = 3)]
    pub step: Option<u32>,
    pub huge: Option<i128>,
    #[field(gt = -0.5, le = 1e30)]
    pub single: Option<f32>,
    #[field(multiple_of = 0.25)]
    pub double: Option<f64>,
    #[field(max_digits = 6, decimal_places = 2)]
    pub decimal: Option<Decimal>,
    pub positive: Option<NonZeroU8>,
    pub flag: Option<bool>,
    pub grade: Option<Grade>,
}

#[model]
#[derive(Debug)]
pub struct Texts {
    #[field(min_length = 1, max_length = 8)]
    pub short: Option<String>,
    #[field(pattern = "^[a-z]+-\\d+$")]
    pub code: Option<String>,
    pub letter: Option<char>,
    pub shared: Option<Arc<str>>,
    pub cow: Option<Cow<'static, str>>,
    pub email: Option<Email>,
    pub bytes: Option<Base64>,
    pub level: Option<Level>,
    pub channel: Option<Channel>,
    pub name: Option<Name>,
}

#[model]
#[derive(Debug)]
pub struct Moments {
    pub id: Option<Uuid>,
    pub at: Option<Timestamp>,
    pub date: Option<Date>,
    pub time: Option<Time>,
    pub date_time: Option<DateTime>,
    pub length: Option<SignedDuration>,
    pub other: Option<Iso8601<Date>>,
}

#[model]
#[derive(Debug)]
pub struct Nets {
    pub url: Option<url::Url>,
    pub site: Option<HttpUrl>,
    pub host: Option<IpAddr>,
    pub four: Option<Ipv4Addr>,
    pub six: Option<Ipv6Addr>,
}

#[model]
#[derive(Debug)]
pub struct Lists {
    #[field(max_items = 4, items(ge = -1, le = 1))]
    pub vector: Option<Vec<f32>>,
    #[field(min_items = 1, items(min_items = 1, items(min_length = 1)))]
    pub rows: Option<Vec<Vec<String>>>,
    pub set: Option<BTreeSet<u8>>,
    #[field(max_items = 3, keys(min_length = 2), items(ge = 0))]
    pub map: Option<BTreeMap<String, i32>>,
    pub triple: Option<[u8; 3]>,
    pub pair: Option<(i32, String)>,
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    Low,
    #[serde(rename = "HIGH", alias = "high")]
    High,
}

#[model(literal)]
#[derive(Debug)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    Left,
    Right,
}

#[model(integer)]
#[derive(Clone, Copy, Debug)]
pub enum Grade {
    Rough = 1,
    Fine = 5,
    Minus = -1,
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Name(#[field(min_length = 2)] String);

#[model]
#[derive(Debug, PartialEq, Deserialize)]
#[serde(tag = "role", rename_all = "snake_case")]
pub enum Message {
    System {
        content: String,
    },
    User {
        #[field(min_length = 1)]
        content: String,
        name: Option<String>,
    },
    Tool(Tool),
    Ping,
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
pub struct Tool {
    context: u32,
    result: BTreeMap<String, f64>,
    next: Option<Box<Message>>,
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum AnyOf {
    Number(i32),
    Nothing,
    Level(Level),
    More(Vec<AnyOf>),
    Point { x: f64, y: Option<f64> },
    Tool(Tool),
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
#[serde(tag = "t", content = "c", rename_all = "snake_case")]
pub enum Adjacent {
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
pub struct Page<T> {
    items: Vec<T>,
    next: Option<NonZeroUsize>,
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closed {
    #[serde(alias = "b")]
    a: u8,
    #[field(default = 7)]
    #[serde(default = "seven")]
    count: i16,
}

fn seven() -> i16 {
    7
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
pub struct Flat {
    id: u8,
    #[serde(flatten)]
    point: Point,
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
pub struct Point {
    x: f64,
    y: Option<f64>,
    children: Option<Vec<Flat>>,
}

/// A model that serde reads too.
#[model]
#[derive(Debug, PartialEq, Deserialize)]
pub struct Plain {
    pub a: Option<i8>,
    pub b: Option<u64>,
    pub c: Option<f64>,
    pub d: Option<f32>,
    pub text: Option<String>,
    pub letter: Option<char>,
    #[serde(default)]
    pub messages: Vec<Message>,
    pub any_of: Option<AnyOf>,
    pub adjacent: Option<Adjacent>,
    pub page: Option<Page<Name>>,
    pub closed: Option<Closed>,
    pub flat: Option<Flat>,
    pub map: Option<HashMap<String, Level>>,
    pub value: Option<Value>,
    pub tuple: Option<(u8, Option<bool>)>,
    pub plain: Option<Box<Plain>>,
}

/// Values that are read and never shown.
#[model(input)]
#[derive(Debug)]
pub struct Login {
    #[field(min_length = 3)]
    pub password: Secret<String>,
}

#[post("/everything")]
async fn everything(#[body] everything: Everything) -> Everything {
    everything
}

#[post("/login")]
async fn login(#[body] login: Login) -> usize {
    login.password.expose().len()
}

/// The routes that take these models.
pub fn routes() -> Vec<Route> {
    routes![everything, login]
}

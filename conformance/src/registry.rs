//! `types`: a registry of measurements, with values whose JSON form is a string.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};

use avocet::types::{Base64, Email, HttpUrl, Iso8601, Secret};
use avocet::{OperationIds, prelude::*};
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeDelta};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use uuid::Uuid;

#[model]
struct Reading {
    id: Uuid,
    taken_at: Iso8601<DateTime<FixedOffset>>,
    valid_on: NaiveDate,
    at_time: Iso8601<NaiveTime>,
    lasted: Iso8601<TimeDelta>,
    #[field(max_digits = 6, decimal_places = 2, ge = 0)]
    value: Decimal,
    source: HttpUrl,
    owner: Email,
    sensor: Ipv4Addr,
    gateway: Ipv6Addr,
}

#[post("/readings")]
async fn create_reading(#[body] reading: Reading) -> Reading {
    reading
}

/// The original's integers are unbounded, and a `usize` is not.
fn count(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[model]
struct Login {
    user: String,
    #[field(min_length = 6)]
    password: Secret<String>,
}

#[model(output)]
struct LoginSeen {
    user: String,
    password: Secret<String>,
    length: i64,
}

#[post("/logins")]
async fn log_in(#[body] login: Login) -> LoginSeen {
    let length = count(login.password.expose().chars().count());
    LoginSeen {
        user: login.user,
        password: login.password,
        length,
    }
}

#[model]
struct Blob {
    name: String,
    data: Base64,
}

#[model(output)]
struct BlobSeen {
    name: String,
    size: i64,
    again: Base64,
}

#[post("/blobs")]
async fn store_blob(#[body] blob: Blob) -> BlobSeen {
    BlobSeen {
        name: blob.name,
        size: count(blob.data.0.len()),
        again: blob.data,
    }
}

#[get("/uuids/{value}")]
async fn read_uuid(value: Uuid) -> Uuid {
    value
}

#[model(output)]
#[serde(untagged)]
enum Moment {
    Start(Iso8601<DateTime<FixedOffset>>),
    Day(NaiveDate),
    Clock(Iso8601<NaiveTime>),
    Span(Iso8601<TimeDelta>),
}

#[get("/window")]
async fn read_window(
    #[query] start: Iso8601<DateTime<FixedOffset>>,
    #[query] day: Option<NaiveDate>,
    #[query] clock: Option<Iso8601<NaiveTime>>,
    #[query(default = Iso8601(TimeDelta::minutes(5)))] span: Iso8601<TimeDelta>,
) -> BTreeMap<String, Option<Moment>> {
    let moments = [
        ("start", Some(Moment::Start(start))),
        ("day", day.map(Moment::Day)),
        ("clock", clock.map(Moment::Clock)),
        ("span", Some(Moment::Span(span))),
    ];
    moments
        .into_iter()
        .map(|(name, moment)| (name.to_owned(), moment))
        .collect()
}

#[model(output)]
struct Price {
    net: Decimal,
    gross: Decimal,
}

#[get("/prices/{net}")]
async fn read_price(
    #[path(gt = 0, max_digits = 8)] net: Decimal,
    #[query(default = Decimal::new(19, 2), ge = 0, le = 1, decimal_places = 3)] rate: Decimal,
) -> Price {
    Price {
        net,
        gross: net + net * rate,
    }
}

#[get("/hosts")]
async fn read_hosts(
    #[query] v4: Option<Ipv4Addr>,
    #[query] v6: Option<Ipv6Addr>,
    #[query] link: Option<HttpUrl>,
) -> Value {
    json!({"v4": v4, "v6": v6, "link": link})
}

#[get("/people")]
async fn read_person(#[query] mail: Email) -> Value {
    json!({"mail": mail})
}

/// Builds the app.
pub fn app() -> App {
    App::new("Registry", "1.0.0")
        .operation_ids(OperationIds::FastApi)
        .routes(routes![
            create_reading,
            log_in,
            store_blob,
            read_uuid,
            read_window,
            read_price,
            read_hosts,
            read_person,
        ])
}

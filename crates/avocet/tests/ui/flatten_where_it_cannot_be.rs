use avocet::prelude::*;

#[model]
struct Point {
    x: f64,
}

#[model]
#[serde(deny_unknown_fields)]
struct Closed {
    #[serde(flatten)]
    point: Point,
}

#[model]
struct Renamed {
    #[serde(flatten, rename = "p", default)]
    point: Point,
}

#[model]
#[serde(tag = "type")]
enum Shape {
    Circle {
        #[serde(flatten)]
        center: Point,
    },
}

fn main() {}

use avocet::prelude::*;

struct Point {
    x: f32,
}

#[model]
struct Shape {
    name: String,
    center: Point,
}

#[model(input)]
struct Request {
    points: Vec<Point>,
}

fn main() {}

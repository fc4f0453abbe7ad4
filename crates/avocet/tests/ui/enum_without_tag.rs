use avocet::prelude::*;

#[model]
enum Shape {
    Circle { radius: f32 },
    Point,
}

fn main() {}

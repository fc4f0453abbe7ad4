//! `vector` on Avocet.

use avocet::prelude::*;

#[model(input)]
struct Vector {
    #[field(min_length = 1, max_length = 64)]
    id: String,
    #[field(min_items = 512, max_items = 512)]
    values: Vec<f32>,
}

#[model(output)]
struct Norm {
    id: String,
    norm: f32,
}

#[post("/embed")]
async fn embed(#[body] vector: Vector) -> Norm {
    let norm = vector
        .values
        .iter()
        .map(|value| value * value)
        .sum::<f32>()
        .sqrt();
    Norm {
        id: vector.id,
        norm,
    }
}

#[avocet::main]
async fn main() -> avocet::Result<()> {
    let app = App::new("Bench", "1.0.0").routes(routes![embed]);
    app.serve(format!("127.0.0.1:{}", avocet_bench::port()))
        .await
}

//! Batches.

use std::convert::Infallible;
use std::time::Duration;

use avocet_inference::{BatchFn, Workers, workers};

fn doubled(delay: Duration) -> Workers<BatchFn<u32, u32>> {
    workers::batch(
        "doubled",
        |_| Ok(()),
        move |(), numbers: &[u32]| {
            std::thread::sleep(delay);
            Ok::<_, Infallible>(numbers.iter().map(|number| number * 2).collect())
        },
    )
}

#[tokio::test]
async fn each_input_has_its_output() {
    let model = doubled(Duration::ZERO);
    model.start().await.expect("a start");
    assert_eq!(model.run(4).await.expect("an output"), 8);
    let all: Vec<u32> = (0..100).collect();
    let outputs = model.run_all(all.clone()).await.expect("outputs");
    assert_eq!(outputs, all.iter().map(|n| n * 2).collect::<Vec<_>>());
    model.stop().await;
    assert!(model.run(1).await.is_err());
}

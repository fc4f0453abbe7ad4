//! What a request inherits from the context of its handler.

use std::time::Duration;

use avocet_context::{Caller, Cancellation, Context, Deadline};
use avocet_inference::{InferenceError, Limit, Timings};

use crate::puppet::puppet;

#[tokio::test]
async fn a_request_inherits_deadline_caller_and_cancellation() {
    let (model, mut calls) = puppet();
    // Its own deadline would end the test much later.
    let model = model.per_caller(1).deadline(Duration::from_secs(3600));
    model.start().await.expect("a start");

    let soon = Context::new().with_deadline(Deadline::after(Duration::from_millis(10)));
    let (result, call) = tokio::join!(soon.scope(model.run(1)), calls.next());
    assert!(matches!(result, Err(InferenceError::Expired)), "{result:?}");
    call.double();

    let cancellation = Cancellation::new();
    let context = Context::new().with_cancellation(cancellation.clone());
    let (result, call) = tokio::join!(context.scope(model.run(1)), async {
        let call = calls.next().await;
        cancellation.cancel();
        call
    });
    assert!(
        matches!(result, Err(InferenceError::Cancelled)),
        "{result:?}"
    );
    call.double();

    let ann = Context::new().with_caller(Caller::new("ann"));
    let result = ann.scope(model.run_all(vec![1, 2])).await;
    let Err(InferenceError::Rejected(rejected)) = result else {
        panic!("{result:?}");
    };
    assert_eq!(rejected.limit, Limit::PerCaller);
    model.stop().await;
}

#[tokio::test]
async fn the_times_of_requests_join_the_context() {
    let (model, mut calls) = puppet();
    model.start().await.expect("a start");
    let context = Context::new();
    let timings = context.scope(async {
        let (result, ()) = tokio::join!(model.run(1), async {
            calls.next().await.act(|_| {
                std::thread::sleep(Duration::from_millis(2));
                Ok(vec![0])
            });
        });
        result.expect("an output");
        Context::current()
            .known_extension::<Timings>()
            .expect("timings")
            .total()
    });
    assert!(timings.await.model >= Duration::from_millis(2));
    model.stop().await;
}

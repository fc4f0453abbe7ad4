//! What a request inherits from the context of its handler.

use std::time::Duration;

use avocet_context::{Caller, Cancellation, Context, Deadline};
use avocet_inference::{InferenceError, Limit, Timings, Workers};

use crate::puppet::{Event, Tale, choir, puppet};

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

/// Long enough for a first item on a busy machine.
const SOON: Duration = Duration::from_millis(300);

#[tokio::test]
async fn an_inherited_deadline_ends_no_stream_after_its_first_item() {
    let model = Workers::new("tale", |_| {
        Ok(Tale(|count, out| {
            for number in 0..count {
                if number == 1 {
                    let deadline = Context::current().deadline().expect("a deadline");
                    while !deadline.is_over() {
                        std::thread::sleep(Duration::from_millis(1));
                    }
                }
                out.push(number).map_err(|error| error.to_string())?;
            }
            Ok(())
        }))
    });
    model.start().await.expect("a start");
    let deadline = Deadline::after(SOON);
    let context = Context::new().with_deadline(deadline);
    context
        .scope(async {
            let mut items = model.stream(3).expect("a stream");
            for number in 0..3 {
                let item = items.next().await.expect("an item");
                assert_eq!(item.expect("no deadline"), number);
            }
            assert!(items.next().await.is_none());
        })
        .await;
    assert!(deadline.is_over());
    model.stop().await;
}

#[tokio::test]
async fn an_inherited_deadline_ends_no_sequence_after_its_first_item() {
    let (model, mut calls) = choir(1);
    model.start().await.expect("a start");
    let deadline = Deadline::after(SOON);
    let context = Context::new().with_deadline(deadline);
    let mut items = context
        .scope(async { model.generate(1) })
        .await
        .expect("a stream");
    calls.step().await.0.emit();
    assert_eq!(items.next().await.expect("an item").expect("a number"), 1);
    let second = calls.step().await.0;
    let next = items.next();
    let (item, ()) = tokio::join!(next, async {
        deadline.passed().await;
        second.emit();
    });
    assert_eq!(item.expect("an item").expect("no deadline"), 1);
    calls.step().await.0.finish(1);
    assert!(items.next().await.is_none());
    model.stop().await;
}

#[tokio::test]
async fn an_inherited_deadline_bounds_the_time_to_the_first_item() {
    let (model, mut calls) = choir(1);
    model.start().await.expect("a start");
    let context = Context::new().with_deadline(Deadline::after(SOON));
    let mut items = context
        .scope(async { model.generate(1) })
        .await
        .expect("a stream");
    let Event::Admitted(1) = calls.next().await else {
        panic!("it is admitted first");
    };
    let error = items
        .next()
        .await
        .expect("an error")
        .expect_err("it is late");
    assert!(matches!(error, InferenceError::Expired), "{error:?}");
    calls.step().await.0.emit();
    model.stop().await;
}

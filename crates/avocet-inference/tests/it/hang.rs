//! Models that do not return.

use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use avocet_inference::{InferenceError, OnHang, Replica, Workers};

use crate::puppet::{Call, Calls, Puppet, Tale, calls, puppet, until};

const HANG_TIME: Duration = Duration::from_millis(40);

#[tokio::test]
async fn a_model_that_hangs_is_replaced() {
    let (model, mut calls) = puppet();
    let model = model.hang_time(HANG_TIME);
    model.start().await.expect("a start");
    let (result, hung) = tokio::join!(model.run(1), calls.next());
    assert!(matches!(result, Err(InferenceError::Hung)), "{result:?}");
    let reason = model.ready().expect_err("a thread was abandoned");
    assert_eq!(reason, "a thread has not returned from the model");

    let (result, ()) = tokio::join!(model.run(2), async {
        calls.next().await.double();
    });
    assert_eq!(result.expect("an output of the new replica"), 4);
    let figures = model.figures();
    assert_eq!(
        (figures.abandoned, figures.running, figures.waiting),
        (1, 0, 0)
    );

    // The thread returns at last: its output is not used, and the workers are ready again.
    hung.double();
    until(|| model.ready().is_ok()).await;
    let (result, ()) = tokio::join!(model.run(3), async {
        calls.next().await.double();
    });
    assert_eq!(result.expect("an output"), 6);
    model.stop().await;
}

#[tokio::test]
async fn the_service_can_go_on_after_a_hang() {
    let (model, mut calls) = puppet();
    let model = model.hang_time(HANG_TIME).on_hang(OnHang::Continue);
    model.start().await.expect("a start");
    let (result, hung) = tokio::join!(model.run(1), calls.next());
    assert!(matches!(result, Err(InferenceError::Hung)), "{result:?}");
    until(|| model.ready().is_ok()).await;
    model.stop().await;
    drop(hung);
}

#[tokio::test]
async fn a_model_that_has_sent_all_results_can_still_hang() {
    let (model, mut calls) = puppet();
    let model = model.hang_time(HANG_TIME);
    model.start().await.expect("a start");
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let (result, ()) = tokio::join!(model.run(1), async {
        calls.next().await.act(move |batch| {
            batch.reply(0, Ok::<_, String>(2));
            let _ = wait.recv();
            Ok(Vec::new())
        });
    });
    assert_eq!(result.expect("an output"), 2);
    until(|| model.figures().abandoned == 1).await;
    drop(go);
    model.stop().await;
}

#[tokio::test]
async fn a_stop_ends_when_the_last_model_hangs_and_fails_what_waits() {
    let (model, mut calls) = puppet();
    let model = model.hang_time(HANG_TIME).max_batch(1);
    model.start().await.expect("a start");
    let request = tokio::spawn({
        let model = model.clone();
        async move { model.run_each(vec![1, 2]).await }
    });
    let hung = calls.next().await;
    model.stop().await;
    let results = request.await.expect("no panic").expect("results");
    assert!(
        matches!(results[0], Err(InferenceError::Hung)),
        "{results:?}"
    );
    assert!(
        matches!(results[1], Err(InferenceError::Stopping)),
        "{results:?}"
    );
    // Ready once the thread has returned.
    drop(hung);
    until(|| model.figures().running == 0).await;
    model.stop().await;
}

#[tokio::test]
async fn a_streamer_that_waits_for_its_reader_does_not_hang() {
    let model = Workers::new("tale", |_| {
        Ok(Tale(|count, out| {
            for number in 0..count {
                if out.push(number).is_err() {
                    break;
                }
            }
            Ok(())
        }))
    });
    let model = model.buffer(1).hang_time(Duration::from_millis(5));
    model.start().await.expect("a start");
    let mut items = model.stream(3).expect("a stream");
    assert_eq!(items.next().await.expect("an item").expect("a number"), 0);
    // A supervisor that takes it for hung does so in this time.
    tokio::time::sleep(Duration::from_millis(60)).await;
    assert_eq!(items.next().await.expect("an item").expect("a number"), 1);
    assert_eq!(items.next().await.expect("an item").expect("a number"), 2);
    assert!(items.next().await.is_none());
    assert_eq!(model.figures().abandoned, 0);
    model.stop().await;
}

#[tokio::test]
async fn a_generator_that_waits_for_its_readers_does_not_hang() {
    let (model, mut calls) = crate::puppet::choir(4);
    let model = model.buffer(1).hang_time(HANG_TIME);
    model.start().await.expect("a start");
    let mut items = model.generate(1).expect("a stream");
    calls.step().await.0.emit();
    tokio::time::sleep(HANG_TIME * 3).await;
    assert_eq!(model.figures().abandoned, 0);
    assert_eq!(items.next().await.expect("an item").expect("a number"), 1);
    finish(&mut calls, 1).await;
    assert!(items.next().await.is_none());
    model.stop().await;
}

async fn finish(calls: &mut Calls<crate::puppet::Event>, number: u32) {
    calls.step().await.0.finish(number);
}

/// Set in the process that ends.
const CHILD: &str = "AVOCET_INFERENCE_EXITS";

#[tokio::test]
async fn the_process_can_exit_after_a_hang() {
    if std::env::var_os(CHILD).is_some() {
        let (model, mut calls) = puppet();
        let model = model.hang_time(HANG_TIME).on_hang(OnHang::Exit);
        model.start().await.expect("a start");
        let (result, _call) = tokio::join!(model.run(1), calls.next());
        // The request may fail just before the process ends.
        assert!(matches!(result, Err(InferenceError::Hung)), "{result:?}");
        std::future::pending::<()>().await;
    }
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "hang::the_process_can_exit_after_a_hang"])
        .env(CHILD, "1")
        .stdout(Stdio::null())
        .spawn()
        .expect("a child process");
    let mut ended = None;
    let deadline = Instant::now() + Duration::from_secs(30);
    while ended.is_none() && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(5)).await;
        ended = child.try_wait().ok().flatten();
    }
    let _ = child.kill();
    child.wait().expect("its end");
    assert_eq!(ended.expect("it ends by itself").code(), Some(70));
}

/// A model whose first load lasts until the sender is dropped.
fn loads_late() -> (std::sync::mpsc::Sender<()>, Workers<Puppet>, Calls<Call>) {
    let (sender, calls) = calls();
    let load = Puppet::loader(&sender);
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    let model = Workers::new("late", move |replica: &Replica| {
        let _ = wait.lock().expect("one loader").recv();
        load(replica)
    });
    (go, model.load_time(HANG_TIME), calls)
}

#[tokio::test]
async fn a_start_fails_when_the_model_does_not_load() {
    let (go, model, _calls) = loads_late();
    let model = model.on_hang(OnHang::Continue);
    let error = model.start().await.expect_err("it does not load");
    assert_eq!(
        error.to_string(),
        "the model is not ready: the model has not loaded within 40ms"
    );
    assert_eq!(model.figures().abandoned, 1);
    drop(go);
}

#[tokio::test]
async fn a_model_that_does_not_load_leaves_the_workers_unready_until_its_thread_returns() {
    let (go, model, mut calls) = loads_late();
    let model = model.load_in_background(true);
    model.start().await.expect("a start");
    let reason = Err("the model has not loaded within 40ms".to_owned());
    until(|| model.ready() == reason).await;
    // Another thread would hang as well, so there is none.
    tokio::time::sleep(HANG_TIME * 3).await;
    assert_eq!((model.ready(), model.figures().abandoned), (reason, 1));
    let error = model.run(1).await.expect_err("it is not loaded");
    assert_eq!(
        error.to_string(),
        "the model is not ready: the model has not loaded within 40ms"
    );

    drop(go);
    until(|| model.ready().is_ok()).await;
    let (result, ()) = tokio::join!(model.run(1), async {
        calls.next().await.double();
    });
    assert_eq!(result.expect("an output"), 2);
    model.stop().await;
}

#[tokio::test]
async fn a_swap_fails_when_the_model_does_not_load() {
    let (sender, mut calls) = calls();
    let model = Workers::new("swapped", Puppet::loader(&sender));
    let model = model.load_time(HANG_TIME).on_hang(OnHang::Continue);
    model.start().await.expect("a start");
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    let swap = model.swap(move |_| {
        let _ = wait.lock().expect("one loader").recv();
        Err("too late".into())
    });
    let error = swap.await.expect_err("it does not load");
    assert_eq!(
        error.to_string(),
        "the model is not ready: the model has not loaded within 40ms"
    );
    let (result, ()) = tokio::join!(model.run(1), async {
        calls.next().await.double();
    });
    assert_eq!(result.expect("an output of the old model"), 2);
    drop(go);
    model.stop().await;
}

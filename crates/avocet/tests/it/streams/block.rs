//! The block of `stream!`: what may stand in it, and when it runs.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use avocet::prelude::*;
use futures_core::Stream;
use futures_util::StreamExt;
use tokio::sync::mpsc;

type Outcome = Result<u32, String>;

/// Fixes the type of errors.
fn stream_of(stream: impl Stream<Item = Outcome> + Send) -> impl Stream<Item = Outcome> + Send {
    stream
}

async fn all(stream: impl Stream<Item = Outcome> + Send) -> Vec<Outcome> {
    stream_of(stream).collect().await
}

fn count(to: u32) -> impl Stream<Item = Outcome> + Send {
    stream_of(stream! {
        for number in 0..to {
            yield number;
        }
    })
}

fn poll_once<S: Stream>(stream: Pin<&mut S>) -> Poll<Option<S::Item>> {
    stream.poll_next(&mut Context::from_waker(Waker::noop()))
}

#[tokio::test]
async fn an_error_is_the_last_item() {
    fn number(text: &str) -> Result<u32, std::num::ParseIntError> {
        text.parse()
    }
    struct Reason(String);
    impl From<std::num::ParseIntError> for Reason {
        fn from(error: std::num::ParseIntError) -> Self {
            Self(error.to_string())
        }
    }
    let numbers = stream! {
        for text in ["1", "x", "2"] {
            yield number(text)?;
        }
    };
    let numbers: Vec<Result<u32, Reason>> = numbers.collect().await;
    let numbers: Vec<_> = numbers
        .into_iter()
        .map(|it| it.map_err(|it| it.0))
        .collect();
    assert_eq!(
        numbers,
        [Ok(1), Err("invalid digit found in string".to_owned())]
    );
}

#[tokio::test]
async fn return_ends_the_block_but_in_a_closure_only_the_closure() {
    let numbers = all(stream! {
        let even = |number: &u32| {
            if number.is_multiple_of(2) {
                return true;
            }
            false
        };
        for number in (0..).filter(even) {
            if number > 4 {
                return;
            }
            yield number;
        }
    });
    assert_eq!(numbers.await, [Ok(0), Ok(2), Ok(4)]);
}

#[tokio::test]
async fn yield_return_and_errors_work_inside_other_macros() {
    async fn run(error: Option<&str>) -> Vec<Outcome> {
        let (sender, mut numbers) = mpsc::channel(4);
        let (failed, mut failures) = mpsc::channel(1);
        sender.send(1).await.expect("room");
        sender.send(2).await.expect("room");
        match error {
            Some(error) => failed.send(error.to_owned()).await.expect("room"),
            None => drop(sender),
        }
        all(stream! {
            loop {
                tokio::select! {
                    biased;
                    number = numbers.recv() => match number {
                        Some(number) => yield number,
                        None => return,
                    },
                    Some(error) = failures.recv() => Err(error)?,
                }
            }
        })
        .await
    }
    assert_eq!(run(None).await, [Ok(1), Ok(2)]);
    assert_eq!(run(Some("no")).await, [Ok(1), Ok(2), Err("no".to_owned())]);
}

#[tokio::test]
async fn for_await_reads_other_streams() {
    let sums = all(stream! {
        'outer: for await first in count(4) {
            let first = first?;
            for await second in count(4) {
                match second? {
                    second if second > first => continue 'outer,
                    second if first == 3 && second == 1 => break 'outer,
                    second => yield first * 10 + second,
                }
            }
        }
        yield 99;
    });
    let expected = [0, 10, 11, 20, 21, 22, 30, 99];
    assert_eq!(sums.await, expected.map(Ok));
    let failed = all(stream! {
        for await number in stream_of(stream! { yield 1; Err("inner".to_owned())? }) {
            yield number? + 1;
        }
    });
    assert_eq!(failed.await, [Ok(2), Err("inner".to_owned())]);
}

#[tokio::test]
async fn a_stream_inside_a_stream_has_its_own_items() {
    let numbers = all(stream! {
        let mut inner = pin!(stream! { yield "a"; yield "bc"; return; });
        yield 0;
        while let Some(text) = inner.next().await {
            let text: Result<&str, String> = text;
            yield text?.chars().map(|_| 1).sum::<u32>();
        }
    });
    assert_eq!(numbers.await, [Ok(0), Ok(1), Ok(2)]);
}

#[tokio::test]
async fn a_block_without_items_is_an_empty_stream() {
    assert_eq!(all(stream! {}).await, []);
    assert_eq!(all(stream! { return; }).await, []);
    assert_eq!(
        all(stream! { Err("no".to_owned())?; }).await,
        [Err("no".to_owned())]
    );
}

#[test]
fn the_block_runs_up_to_the_next_item_and_not_further() {
    let held = Arc::new(());
    let guard = Arc::clone(&held);
    let (sender, mut reached) = mpsc::unbounded_channel();
    let mut numbers = Box::pin(stream_of(stream! {
        for number in 0..3 {
            sender.send(number).expect("a receiver");
            yield number;
        }
        drop(guard);
    }));
    assert!(reached.try_recv().is_err());
    for number in 0..2 {
        assert_eq!(poll_once(numbers.as_mut()), Poll::Ready(Some(Ok(number))));
        assert_eq!(reached.try_recv(), Ok(number));
        assert!(reached.try_recv().is_err());
    }
    assert_eq!(Arc::strong_count(&held), 2);
    drop(numbers);
    assert_eq!(Arc::strong_count(&held), 1);
}

#[test]
fn a_stream_that_has_ended_stays_so() {
    let mut numbers = pin!(count(1));
    assert_eq!(poll_once(numbers.as_mut()), Poll::Ready(Some(Ok(0))));
    assert_eq!(poll_once(numbers.as_mut()), Poll::Ready(None));
    assert_eq!(poll_once(numbers.as_mut()), Poll::Ready(None));
}

#[tokio::test]
async fn a_panic_in_an_inner_stream_leaves_the_outer_one_whole() {
    let numbers = all(stream! {
        let mut inner = Box::pin(stream_of(stream! { yield 1; panic!("inner"); }));
        yield 0;
        assert_eq!(poll_once(inner.as_mut()), Poll::Ready(Some(Ok(1))));
        let polled = catch_unwind(AssertUnwindSafe(|| poll_once(inner.as_mut())));
        assert!(polled.is_err());
        yield 2;
    });
    assert_eq!(numbers.await, [Ok(0), Ok(2)]);
}

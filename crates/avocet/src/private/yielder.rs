//! What `stream!` expands to: an async block that gives its items to the stream that polls it.
//!
//! While a stream polls its block, the stream's slot is in a thread-local variable. `yield` fills the slot and suspends the block, and
//! the stream empties the slot when the poll returns. A lock shared by both is slower: four atomic operations for each item.

use std::any::Any;
use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::marker::PhantomData;
use std::mem::{ManuallyDrop, forget, replace};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use pin_project_lite::pin_project;

/// An `Option<T>` for the item.
type Slot = Box<dyn Any + Send>;

thread_local! {
    /// The slot of the stream that is being polled. A stream always takes its slot back, so the variable needs no destructor, which
    /// every access would check.
    static POLLED: Cell<Option<ManuallyDrop<Slot>>> = const { Cell::new(None) };
}

/// The side of the block.
#[derive(Debug)]
pub struct Yielder<T>(PhantomData<fn(T)>);

/// The side of the stream, until it has its block.
#[derive(Debug)]
pub struct Items<T, E>(PhantomData<fn() -> Result<T, E>>);

/// Creates both sides, for the same type of items.
pub fn yielder<T, E>() -> (Yielder<T>, Items<T, E>) {
    (Yielder(PhantomData), Items(PhantomData))
}

impl<T: 'static> Yielder<T> {
    /// Gives an item to the stream. The block continues when the stream is polled for the next one.
    #[inline]
    pub fn send(&mut self, item: T) -> Sent<'_> {
        let mut polled = POLLED.take();
        match polled.as_mut().and_then(|slot| slot.downcast_mut()) {
            Some(slot) => *slot = Some(item),
            None => unreachable!("`yield` runs only while its stream is polled"),
        }
        POLLED.set(polled);
        Sent {
            was_polled: false,
            yielder: PhantomData,
        }
    }
}

/// Suspends the block once.
#[derive(Debug)]
#[must_use = "the block continues without a pause"]
pub struct Sent<'y> {
    was_polled: bool,
    yielder: PhantomData<&'y mut ()>,
}

impl Future for Sent<'_> {
    type Output = ();

    #[inline]
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if replace(&mut self.was_polled, true) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }
}

impl<T, E> Items<T, E> {
    /// Returns the stream of what the block yields. An error of the block is the last item.
    #[inline]
    pub fn made_by<B>(self, block: B) -> impl Stream<Item = Result<T, E>>
    where
        T: Send + 'static,
        B: Future<Output = Result<(), E>>,
    {
        Yielded::<T, B> {
            slot: Some(Box::new(None::<T>)),
            block,
            items: PhantomData,
        }
    }
}

pin_project! {
    struct Yielded<T, B> {
        // `None` while the block is polled, and after its end or its panic.
        slot: Option<Slot>,
        #[pin]
        block: B,
        items: PhantomData<fn() -> T>,
    }
}

/// The poll of a block, whose slot is in the variable until it ends. A panic drops the slot.
struct Polling {
    // The slot of a stream whose block polls this one.
    outer: Option<ManuallyDrop<Slot>>,
}

impl Polling {
    #[inline]
    fn begin(slot: Slot) -> Self {
        let outer = POLLED.replace(Some(ManuallyDrop::new(slot)));
        Self { outer }
    }

    /// Returns the slot.
    #[inline]
    fn end(mut self) -> Option<Slot> {
        let slot = POLLED.replace(self.outer.take());
        forget(self);
        slot.map(ManuallyDrop::into_inner)
    }
}

impl Drop for Polling {
    fn drop(&mut self) {
        let slot = POLLED.replace(self.outer.take());
        drop(slot.map(ManuallyDrop::into_inner));
    }
}

impl<T: 'static, E, B: Future<Output = Result<(), E>>> Stream for Yielded<T, B> {
    type Item = Result<T, E>;

    #[inline]
    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.project();
        let Some(slot) = this.slot.take() else {
            return Poll::Ready(None);
        };
        let polling = Polling::begin(slot);
        let outcome = this.block.poll(context);
        let slot = polling.end();
        match outcome {
            Poll::Pending => {
                *this.slot = slot;
                let slot = this.slot.as_mut().and_then(|slot| slot.downcast_mut());
                match slot.and_then(Option::<T>::take) {
                    Some(item) => Poll::Ready(Some(Ok(item))),
                    None => Poll::Pending,
                }
            }
            Poll::Ready(outcome) => Poll::Ready(outcome.err().map(Err)),
        }
    }
}

/// Waits for the next item of the stream in `for await`.
pub fn next<S: Stream>(stream: &mut Pin<&mut S>) -> impl Future<Output = Option<S::Item>> {
    poll_fn(|context| stream.as_mut().poll_next(context))
}

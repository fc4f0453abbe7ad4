//! Models that tests control call by call.

use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use avocet_inference::{
    Admission, Batch, Emit, Generator, Predictor, Replica, Running, Streamer, Workers,
};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Only a test that would wait for ever takes this long.
const TOO_LONG: Duration = Duration::from_secs(30);

/// The calls of models, in their order.
pub(crate) struct Calls<C>(UnboundedReceiver<C>);

impl<C> Calls<C> {
    pub(crate) async fn next(&mut self) -> C {
        let next = tokio::time::timeout(TOO_LONG, self.0.recv()).await;
        next.expect("a call").expect("a model")
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Waits until something is so.
pub(crate) async fn until(condition: impl Fn() -> bool) {
    let wait = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(TOO_LONG, wait)
        .await
        .expect("it never became so");
}

type Act<P> = Box<dyn FnOnce(&mut Batch<'_, P>) -> Result<Vec<u32>, String> + Send>;

/// A predictor that does what the test sends for each batch.
pub(crate) struct Puppet {
    calls: UnboundedSender<Call>,
    replica: usize,
}

/// A batch that waits for the test.
pub(crate) struct Call {
    pub(crate) inputs: Vec<u32>,
    pub(crate) replica: usize,
    act: Sender<Act<Puppet>>,
}

impl Call {
    pub(crate) fn act(
        self,
        act: impl FnOnce(&mut Batch<'_, Puppet>) -> Result<Vec<u32>, String> + Send + 'static,
    ) {
        self.act.send(Box::new(act)).expect("a model that waits");
    }

    /// Answers with the doubles of the inputs.
    pub(crate) fn double(self) {
        self.act(|batch| Ok(batch.inputs().iter().map(|input| input * 2).collect()));
    }
}

impl Predictor for Puppet {
    type Input = u32;
    type Output = u32;
    type Error = String;

    /// Inputs from 100 cost as much as they are.
    fn cost(input: &u32) -> u32 {
        if *input < 100 { 1 } else { *input }
    }

    fn predict(&mut self, batch: &mut Batch<'_, Self>) -> Result<Vec<u32>, String> {
        let (act, acts) = channel();
        let call = Call {
            inputs: batch.inputs().to_vec(),
            replica: self.replica,
            act,
        };
        self.calls
            .send(call)
            .map_err(|_| "the test has ended".to_owned())?;
        match acts.recv() {
            Ok(act) => act(batch),
            Err(_) => Err("the test has dropped the call".to_owned()),
        }
    }
}

impl Puppet {
    pub(crate) fn loader(
        calls: &UnboundedSender<Call>,
    ) -> impl Fn(&Replica) -> Loaded<Self> + use<> {
        let calls = calls.clone();
        move |replica| {
            Ok(Self {
                calls: calls.clone(),
                replica: replica.number(),
            })
        }
    }
}

pub(crate) type Loaded<M> = Result<M, Box<dyn std::error::Error + Send + Sync>>;

pub(crate) fn puppet() -> (Workers<Puppet>, Calls<Call>) {
    let (sender, calls) = unbounded_channel();
    (
        Workers::new("puppet", Puppet::loader(&sender)),
        Calls(calls),
    )
}

/// The sender of calls, for models that are loaded later.
pub(crate) fn calls() -> (UnboundedSender<Call>, Calls<Call>) {
    let (sender, calls) = unbounded_channel();
    (sender, Calls(calls))
}

/// A streamer that is a closure of the test.
pub(crate) struct Tale(pub(crate) fn(u32, &mut Emit<u32>) -> Result<(), String>);

impl Streamer for Tale {
    type Request = u32;
    type Item = u32;
    type Error = String;

    fn run(&mut self, request: u32, out: &mut Emit<u32>) -> Result<(), String> {
        (self.0)(request, out)
    }
}

type StepAct = Box<dyn FnOnce(&mut Running<'_, Choir>) -> Result<(), String> + Send>;

/// A generator whose steps the test controls. A request is a number; it fails from 1000, and costs as much as it is from 100.
pub(crate) struct Choir {
    events: UnboundedSender<Event>,
    room: usize,
    running: usize,
}

pub(crate) enum Event {
    Admitted(u32),
    Later(u32),
    Step(Step),
    Released(u32),
}

/// A step that waits for the test.
pub(crate) struct Step {
    pub(crate) running: Vec<u32>,
    act: Sender<StepAct>,
}

impl Step {
    pub(crate) fn act(
        self,
        act: impl FnOnce(&mut Running<'_, Choir>) -> Result<(), String> + Send + 'static,
    ) {
        self.act.send(Box::new(act)).expect("a model that waits");
    }

    /// Each sequence emits its number.
    pub(crate) fn emit(self) {
        self.act(|running| {
            for active in running.iter_mut() {
                let number = *active.sequence();
                active.emit(number);
            }
            Ok(())
        });
    }

    /// One sequence finishes, the others emit.
    pub(crate) fn finish(self, finished: u32) {
        self.act(move |running| {
            for active in running.iter_mut() {
                let number = *active.sequence();
                if number == finished {
                    active.finish();
                } else {
                    active.emit(number);
                }
            }
            Ok(())
        });
    }
}

impl Generator for Choir {
    type Request = u32;
    type Item = u32;
    type Sequence = u32;
    type Error = String;

    fn cost(request: &u32) -> u32 {
        if *request < 100 { 1 } else { *request }
    }

    fn admit(&mut self, request: u32) -> Result<Admission<u32, u32>, String> {
        if request >= 1000 {
            return Err(format!("{request} is too large"));
        }
        if self.running == self.room {
            let _ = self.events.send(Event::Later(request));
            return Ok(Admission::Later(request));
        }
        self.running += 1;
        let _ = self.events.send(Event::Admitted(request));
        Ok(Admission::Running(request))
    }

    fn step(&mut self, running: &mut Running<'_, Self>) -> Result<(), String> {
        let (act, acts) = channel();
        let numbers = running
            .iter_mut()
            .map(|active| *active.sequence())
            .collect();
        let step = Step {
            running: numbers,
            act,
        };
        self.events
            .send(Event::Step(step))
            .map_err(|_| "the test has ended".to_owned())?;
        match acts.recv() {
            Ok(act) => act(running),
            Err(_) => Err("the test has dropped the step".to_owned()),
        }
    }

    fn release(&mut self, number: u32) {
        self.running -= 1;
        let _ = self.events.send(Event::Released(number));
    }
}

/// A generator with this much room in each replica.
pub(crate) fn choir(room: usize) -> (Workers<Choir>, Calls<Event>) {
    let (load, calls) = Choir::loader(room);
    (Workers::new("choir", load), calls)
}

impl Choir {
    pub(crate) fn loader(room: usize) -> (impl Fn(&Replica) -> Loaded<Self>, Calls<Event>) {
        let (events, calls) = unbounded_channel();
        let load = move |_: &Replica| {
            Ok(Self {
                events: events.clone(),
                room,
                running: 0,
            })
        };
        (load, Calls(calls))
    }
}

impl Calls<Event> {
    /// Returns the next step, and what happened before.
    pub(crate) async fn step(&mut self) -> (Step, Vec<String>) {
        let mut before = Vec::new();
        loop {
            match self.next().await {
                Event::Step(step) => return (step, before),
                Event::Admitted(number) => before.push(format!("admitted {number}")),
                Event::Later(number) => before.push(format!("later {number}")),
                Event::Released(number) => before.push(format!("released {number}")),
            }
        }
    }
}

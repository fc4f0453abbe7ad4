//! Models that run when the test allows it.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use avocet::inference::{Batch, Emit, Figures, Predictor, Streamer, Workers};
use avocet::model;

/// Holds models until it is opened.
#[derive(Clone, Debug, Default)]
pub(super) struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    pub(super) fn open(&self) {
        *self.0.0.lock().expect("a lock") = true;
        self.0.1.notify_all();
    }

    /// Waits until the gate is open, or the work is over.
    fn pass(&self, mut is_over: impl FnMut() -> bool) {
        let mut is_open = self.0.0.lock().expect("a lock");
        while !*is_open && !is_over() {
            let waited = self.0.1.wait_timeout(is_open, Duration::from_millis(1));
            is_open = waited.expect("a lock").0;
        }
    }
}

/// Returns the lengths of texts. It waits at its gate, except for the texts `fail` and `panic`.
#[derive(Debug)]
pub(super) struct Lengths(Gate);

impl Predictor for Lengths {
    type Input = String;
    type Output = u32;
    type Error = String;

    fn predict(&mut self, batch: &mut Batch<'_, Self>) -> Result<Vec<u32>, String> {
        match batch.inputs()[0].as_str() {
            "fail" => return Err("the secret weights are corrupt".to_owned()),
            "panic" => panic!("the secret weights are gone"),
            _ => {}
        }
        self.0.pass(|| batch.is_cancelled(0));
        let length = |text: &String| u32::try_from(text.len()).unwrap_or(u32::MAX);
        Ok(batch.inputs().iter().map(length).collect())
    }
}

/// One replica without batches, so that the test decides what runs.
pub(super) fn lengths(name: &str, gate: &Gate) -> Workers<Lengths> {
    let gate = gate.clone();
    Workers::new(name, move |_| Ok(Lengths(gate.clone()))).max_batch(1)
}

/// One item of a stream.
#[model]
#[derive(Debug, PartialEq)]
pub(super) struct Token {
    pub(super) text: String,
}

/// Emits the words of a text. The word `wait` waits at the gate, `fail` fails.
#[derive(Debug)]
pub(super) struct Words(Gate);

impl Streamer for Words {
    type Request = String;
    type Item = Token;
    type Error = String;

    fn run(&mut self, request: String, out: &mut Emit<Token>) -> Result<(), String> {
        for word in request.split_whitespace() {
            match word {
                "fail" => return Err("the secret weights are corrupt".to_owned()),
                "wait" => self.0.pass(|| out.is_cancelled()),
                _ => {}
            }
            let text = word.to_owned();
            if out.push(Token { text }).is_err() {
                break;
            }
        }
        Ok(())
    }
}

pub(super) fn words(gate: &Gate) -> Workers<Words> {
    let gate = gate.clone();
    Workers::new("words", move |_| Ok(Words(gate.clone())))
}

/// Waits until the figures are as expected. The bound makes a failure visible; it is not a measurement.
pub(super) async fn until<M>(workers: &Workers<M>, what: &str, is_so: impl Fn(&Figures) -> bool) {
    for _ in 0..3000 {
        if is_so(&workers.figures()) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{what}: {:?}", workers.figures());
}

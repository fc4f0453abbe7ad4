//! The compute thread.

use super::shared::{Computer, Shared, Turn, Work};
use crate::llama::Llama;

/// Runs until all engine handles are dropped and all accepted work is complete.
pub(super) fn run(shared: &Shared, model: &Llama) {
    let _stop = StopOnExit(shared);
    let mut computer = Computer::new(model, shared.limits().running);
    let mut running = Vec::new();
    while shared.prepare(&mut running) {
        round(&mut running, &mut computer);
    }
}

/// Runs one turn of each: a token, or a text to embed. The first turn of a sequence reads its whole prompt.
fn round(running: &mut Vec<Work>, computer: &mut Computer<'_>) {
    running.retain_mut(|work| !work.ready() || work.step(computer) == Turn::More);
}

/// Stops the queue if the thread panics, so that callers receive an error instead of waiting forever.
struct StopOnExit<'a>(&'a Shared);

impl Drop for StopOnExit<'_> {
    fn drop(&mut self) {
        self.0.stop();
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use tokio::sync::mpsc::error::TryRecvError;
    use tokio::sync::mpsc::{self, Receiver};

    use super::*;
    use crate::engine::generation::{Generation, Piece};
    use crate::engine::handle::Limits;
    use crate::engine::sequence::Sequence;
    use crate::error::GenerateError;
    use crate::sampling::Sampler;
    use crate::tokens::Tokens;

    type Pieces = Receiver<Result<Piece, GenerateError>>;

    fn model() -> (Llama, Arc<Tokens>) {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/grouped"));
        let model = Llama::load(folder).unwrap();
        let tokens = Tokens::read(folder, model.config().vocabulary).unwrap();
        (model, Arc::new(tokens))
    }

    /// Returns a sequence of five tokens whose reader has a buffer of `room` pieces.
    fn sequence(tokens: &Arc<Tokens>, room: usize) -> (Work, Pieces) {
        let (sender, pieces) = mpsc::channel(room);
        let prompt = tokens.prompt("the water").unwrap();
        let sampler = Sampler::new(0.0, 0);
        let sequence = Sequence::new(prompt, 5, sampler, Arc::clone(tokens), Arc::new([]), sender);
        (Work::Sequence(Box::new(sequence)), pieces)
    }

    fn made(work: &Work) -> usize {
        match work {
            Work::Sequence(sequence) => sequence.completion_tokens(),
            Work::Embedding(_) => unreachable!(),
        }
    }

    #[test]
    fn a_round_gives_each_sequence_one_token() {
        let (model, tokens) = model();
        let mut computer = Computer::new(&model, 2);
        let (first, _first_pieces) = sequence(&tokens, 64);
        let (second, _second_pieces) = sequence(&tokens, 64);
        let mut running = vec![first, second];
        for tokens in 1..5 {
            round(&mut running, &mut computer);
            assert_eq!(
                running.iter().map(made).collect::<Vec<_>>(),
                [tokens, tokens]
            );
        }
        round(&mut running, &mut computer);
        assert!(running.is_empty());
    }

    #[test]
    fn a_slow_reader_is_passed_over_and_catches_up() {
        let (model, tokens) = model();
        let mut computer = Computer::new(&model, 2);
        let (slow, mut slow_pieces) = sequence(&tokens, 1);
        let (quick, mut quick_pieces) = sequence(&tokens, 64);
        let mut running = vec![slow, quick];
        for _ in 0..20 {
            round(&mut running, &mut computer);
        }
        assert_eq!(running.len(), 1, "the quick one has ended");
        assert!(!running[0].ready());

        let mut read = Vec::new();
        loop {
            match slow_pieces.try_recv() {
                Ok(piece) => read.push(piece),
                Err(TryRecvError::Empty) => round(&mut running, &mut computer),
                Err(TryRecvError::Disconnected) => break,
            }
        }
        assert!(running.is_empty());
        let mut all = Vec::new();
        while let Ok(piece) = quick_pieces.try_recv() {
            all.push(piece);
        }
        assert_eq!(read, all);
        assert!(matches!(all.last(), Some(Ok(Piece::Done { .. }))));
    }

    #[test]
    fn a_sequence_ends_when_its_reader_has_left() {
        let (model, tokens) = model();
        let mut computer = Computer::new(&model, 2);
        let (work, pieces) = sequence(&tokens, 64);
        let mut running = vec![work];
        round(&mut running, &mut computer);
        drop(pieces);
        round(&mut running, &mut computer);
        assert!(running.is_empty());
    }

    #[tokio::test]
    async fn callers_hear_that_the_thread_is_gone() {
        let (_, tokens) = model();
        let shared = Arc::new(Shared::new(Limits::default()));
        let (work, pieces) = sequence(&tokens, 64);
        shared.submit(work).unwrap();
        let mut generation = Generation::new(pieces, Arc::clone(&shared), 0);
        drop(StopOnExit(&shared));
        assert_eq!(generation.next().await, Some(Err(GenerateError::Stopped)));
        assert_eq!(generation.next().await, None);
        let late = shared.submit(sequence(&tokens, 64).0);
        assert_eq!(late, Err(GenerateError::Stopped));
    }
}

//! Many callers, one model.

use std::future::poll_fn;
use std::pin::pin;
use std::time::Duration;

use avocet::inference::{InferenceError, Items, Limit, Rejected};
use avocet_ai::generate::{Delta, Done, FinishReason, GenerateError, Sampling, Usage};
use chat::llama::{KvCache, Llama, Output, Run, Workspace};
use chat::tokens::Tokens;
use chat::{Engine, Limits, Message, Options, Role};

use crate::{copy_of_grouped, data};

async fn engine(limits: Limits) -> Engine {
    let engine = Engine::load_with(&data("grouped"), limits).unwrap();
    engine.start().await.unwrap();
    engine
}

fn generate(engine: &Engine, text: &str, options: Options) -> Result<Items<Delta>, InferenceError> {
    engine.generate(engine.prompt(question(text), options).unwrap())
}

fn question(text: &str) -> Vec<Message> {
    vec![Message {
        role: Role::User,
        content: text.to_owned(),
    }]
}

fn options(max_tokens: usize, temperature: f32, seed: u64) -> Options {
    let mut sampling = Sampling::default();
    sampling.temperature = Some(temperature);
    sampling.seed = Some(seed);
    Options::text(max_tokens, sampling)
}

/// The end of a response to `the bird`.
fn done(reason: FinishReason, completion_tokens: u32) -> Done {
    Done {
        reason,
        usage: Usage {
            prompt_tokens: 18,
            cached_tokens: 0,
            completion_tokens,
        },
    }
}

/// Starts a response that takes long to complete.
fn begin(engine: &Engine) -> Result<Items<Delta>, InferenceError> {
    generate(engine, "the bird", options(90, 0.0, 1))
}

async fn read(mut generation: Items<Delta>) -> (String, Done) {
    let mut whole = String::new();
    let first = generation.next().await.unwrap().unwrap();
    assert!(matches!(first, Delta::Prompt { .. }), "{first:?}");
    loop {
        match generation.next().await.unwrap().unwrap() {
            Delta::Text(piece) => {
                assert!(!piece.text.is_empty());
                whole.push_str(&piece.text);
            }
            Delta::Done(done) => {
                assert!(generation.next().await.is_none());
                return (whole, done);
            }
            other => panic!("{other:?}"),
        }
    }
}

/// Waits until a condition is true; only a defect makes this wait long.
fn until(condition: impl Fn() -> bool) {
    while !condition() {
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[tokio::test]
async fn the_same_seed_gives_the_same_text() {
    let engine = engine(Limits::default()).await;
    let response = async |seed| {
        let generation = generate(&engine, "the bird", options(40, 5.0, seed));
        read(generation.unwrap()).await
    };
    let first = response(7).await;
    assert_eq!(first, response(7).await);
    assert_ne!(first.0, response(8).await.0);
}

#[tokio::test]
async fn an_response_ends_at_its_limit_or_at_the_context() {
    let engine = engine(Limits::default()).await;
    for (max_tokens, expected) in [(0, 0), (3, 3), (90, 90), (1000, 128 - 18)] {
        let generation = generate(&engine, "the bird", options(max_tokens, 0.0, 1));
        let (_, end) = read(generation.unwrap()).await;
        assert_eq!(end, done(FinishReason::Length, expected));
    }
}

#[tokio::test]
async fn an_response_ends_at_an_end_token_without_its_text() {
    let folder = copy_of_grouped("stop");
    let endless = read(begin(&engine(Limits::default()).await).unwrap()).await;
    // Every token ends the response.
    let all: Vec<u32> = (0..288).collect();
    let config = serde_json::json!({"eos_token_id": all});
    std::fs::write(folder.join("generation_config.json"), config.to_string()).unwrap();
    let engine = Engine::load(&folder).unwrap();
    engine.start().await.unwrap();
    let stopped = read(begin(&engine).unwrap()).await;
    assert_ne!(endless.0, "");
    assert_eq!(stopped, (String::new(), done(FinishReason::Stop, 0)));
}

#[tokio::test]
async fn two_responses_at_once_are_what_each_is_alone() {
    let engine = engine(Limits {
        pieces: 1,
        ..Limits::default()
    })
    .await;
    let ask = |text, seed| generate(&engine, text, options(60, 1.0, seed)).unwrap();
    let alone = (
        read(ask("the bird", 1)).await,
        read(ask("water, water", 2)).await,
    );
    let together = tokio::join!(read(ask("the bird", 1)), read(ask("water, water", 2)));
    assert_eq!(alone, together);
}

#[tokio::test]
async fn an_unread_response_does_not_hold_up_another() {
    let engine = engine(Limits {
        pieces: 2,
        ..Limits::default()
    })
    .await;
    let mut unread = begin(&engine).unwrap();
    unread.next().await.unwrap().unwrap();
    unread.next().await.unwrap().unwrap();
    let (quick, _) = read(begin(&engine).unwrap()).await;
    until(|| engine.running() == 1);
    let (mut slow, _) = read_rest(unread).await;
    slow.insert_str(0, &quick[..quick.len() - slow.len()]);
    assert_eq!(slow, quick);
}

async fn read_rest(mut generation: Items<Delta>) -> (String, usize) {
    let (mut whole, mut count) = (String::new(), 0);
    while let Some(Ok(Delta::Text(piece))) = generation.next().await {
        whole.push_str(&piece.text);
        count += 1;
    }
    (whole, count)
}

#[tokio::test]
async fn a_dropped_response_stops() {
    let engine = engine(Limits {
        pieces: 1,
        ..Limits::default()
    })
    .await;
    let generation = begin(&engine).unwrap();
    until(|| engine.running() == 1);
    // By now the thread is probably asleep, waiting for this reader; the drop must wake it.
    std::thread::sleep(Duration::from_millis(50));
    drop(generation);
    until(|| engine.running() == 0);
}

#[tokio::test]
async fn a_full_line_is_refused_and_those_who_left_it_make_room() {
    let engine = engine(Limits {
        running: 1,
        waiting: 1,
        pieces: 1,
    })
    .await;
    let running = begin(&engine).unwrap();
    until(|| engine.running() == 1);
    let waiting = begin(&engine).unwrap();
    assert_eq!(engine.waiting(), 1);
    let Err(InferenceError::Rejected(Rejected {
        limit: Limit::Queue,
        value: 1,
        measured: 2,
        ..
    })) = begin(&engine)
    else {
        panic!("the queue is full");
    };
    drop(waiting);
    let waiting = begin(&engine).unwrap();
    drop(running);
    until(|| engine.waiting() == 0);
    drop(waiting);
    until(|| engine.running() == 0);
}

#[tokio::test]
async fn what_was_accepted_is_finished_when_the_engine_stops() {
    let engine = engine(Limits {
        pieces: 1,
        ..Limits::default()
    })
    .await;
    let expected = read(begin(&engine).unwrap()).await;
    let last = begin(&engine).unwrap();
    let stopping = engine.chat.clone();
    let (last, ()) = tokio::join!(read(last), stopping.stop());
    assert_eq!(last, expected);
}

#[tokio::test]
async fn a_prompt_that_leaves_no_room_is_refused() {
    let engine = engine(Limits::default()).await;
    let refused = |text: &str| match engine.prompt(question(text), options(1, 0.0, 1)) {
        Err(GenerateError::PromptTooLong { tokens, limit: 127 }) => tokens,
        other => panic!("{other:?}"),
    };
    assert!(refused(&"q".repeat(128)) > 128);
    // Rejected by its size alone.
    assert!(refused(&"q".repeat(1_000_000)) < 1_000_000);
    assert!(engine.prompt(question("q"), options(1, 0.0, 1)).is_ok());
}

#[tokio::test]
async fn messages_that_the_template_rejects_are_refused() {
    let engine = engine(Limits::default()).await;
    let mut messages = question("a");
    messages.push(Message {
        role: Role::System,
        content: "b".to_owned(),
    });
    let refused = engine.prompt(messages, options(1, 0.0, 1)).err();
    let problem = "messages: a system message must come first";
    assert_eq!(refused.unwrap().to_string(), problem);
}

#[tokio::test]
async fn embeddings_are_means_of_hidden_states() {
    let engine = engine(Limits::default()).await;
    let long = "water ".repeat(500);
    let texts = ["the bird", "", &long].map(str::to_owned).to_vec();
    let unit = engine.embed(texts.clone(), true).await.unwrap();
    let plain = engine.embed(texts.clone(), false).await.unwrap();
    let model = Llama::load(&data("grouped")).unwrap();
    let tokens = Tokens::read(&data("grouped"), 288).unwrap();
    for index in [0, 2] {
        let mut tokens = tokens.text(&texts[index]).unwrap();
        tokens.truncate(128);
        let run = Run {
            slot: &mut KvCache::new(model.config(), 128).reserve(128).unwrap(),
            tokens: &tokens,
            output: Output::Hidden,
        };
        let mut workspace = Workspace::default();
        let outputs = model.forward(&mut [run], &mut workspace).unwrap();
        let hidden: Vec<&[f32]> = outputs.of(0).chunks_exact(32).collect();
        let rows = f32::from(u16::try_from(hidden.len()).unwrap());
        for (column, mean) in plain[index].iter().enumerate() {
            let sum: f32 = hidden.iter().map(|row| row[column]).sum();
            assert!((sum / rows - mean).abs() < 1e-4);
        }
    }
    let length = |vector: &[f32]| vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    for (unit, plain) in [(&unit[0], &plain[0]), (&unit[2], &plain[2])] {
        assert_eq!(unit.len(), 32);
        assert!((length(unit) - 1.0).abs() < 1e-5);
        let ratio = length(plain);
        assert!(
            unit.iter()
                .zip(plain)
                .all(|(unit, plain)| (unit * ratio - plain).abs() < 1e-4)
        );
    }
    assert_eq!(unit[1], vec![0.0; 32]);
    assert!(engine.embed(Vec::new(), true).await.unwrap().is_empty());
}

#[tokio::test]
async fn embeddings_run_beside_an_response_and_stop_when_dropped() {
    let engine = engine(Limits {
        pieces: 1,
        ..Limits::default()
    })
    .await;
    let response = begin(&engine).unwrap();
    engine.embed(vec!["water".to_owned()], true).await.unwrap();
    until(|| engine.running() == 1);
    drop(response);
    until(|| engine.running() == 0);

    {
        let many = vec!["water ".repeat(100); 200];
        let mut embedding = pin!(engine.embed(many, true));
        poll_fn(|context| {
            assert!(embedding.as_mut().poll(context).is_pending());
            std::task::Poll::Ready(())
        })
        .await;
        assert!(engine.embedder.figures().submitted > 200);
    }
    until(|| engine.running() + engine.waiting() == 0);
}

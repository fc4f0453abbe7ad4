//! Testing.

// ANCHOR: state
use avocet::prelude::*;

/// A language model: the real one, or a fake in tests.
#[derive(Clone)]
pub struct Model {
    answer: std::sync::Arc<dyn Fn(&str) -> String + Send + Sync>,
}

impl Model {
    pub fn new(answer: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        Self {
            answer: std::sync::Arc::new(answer),
        }
    }
}

#[post("/ask")]
async fn ask(#[body] question: String, #[state] model: Model) -> String {
    (model.answer)(&question)
}

pub fn app(model: Model) -> App {
    App::new("Ask", "1.0.0").state(model).routes(routes![ask])
}
// ANCHOR_END: state

//! Generated text without the format of an API: what a model is asked, and the stream that it returns.
//!
//! ```text
//! OpenAI, Anthropic ─► GenerateRequest ─► LanguageModel::generate ─► stream of Delta ─► chunks or one response of the API
//! ```

mod delta;
mod error;
mod message;
mod model;
mod request;
mod response;
mod start;
mod stop;

pub use delta::{Delta, Done, FinishReason, TextDelta, TokenLogprob, TopLogprob, Usage};
pub use error::GenerateError;
pub use message::{Content, Message, Role, Tool, ToolCall, ToolChoice};
pub(crate) use model::SharedModel;
pub use model::{Deltas, LanguageModel, deltas};
pub use request::{GenerateRequest, OutputFormat, Prompt, Sampling};
pub use response::Generated;
pub(crate) use start::{merged, start};

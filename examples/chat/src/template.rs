//! Renders a conversation in the prompt format that the model was trained on.

use std::path::Path;

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, Error, ErrorKind, Value, context};

use crate::error::{LoadError, read};
use crate::llama::OneOrMany;

/// The author of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Instructions for the whole conversation.
    System,
    /// The user.
    User,
    /// The model.
    Assistant,
    /// A tool.
    Tool,
}

impl Role {
    /// Returns the name of the role in chat templates.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::User => "user",
            Self::Assistant => "assistant",
            Self::Tool => "tool",
        }
    }
}

/// One message of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The author.
    pub role: Role,
    /// The text.
    pub content: String,
}

/// The chat template of a model, in the dialect of Jinja that Hugging Face uses.
#[derive(Debug)]
pub struct Template {
    environment: Environment<'static>,
    begin: Option<String>,
    end: Option<String>,
}

const NAME: &str = "chat template";

impl Template {
    /// Reads `chat_template.jinja` if it exists, otherwise `chat_template` in `tokenizer_config.json`, and the begin and end tokens from
    /// the latter.
    ///
    /// # Errors
    /// Fails if there is no template, or it is invalid.
    pub fn read(folder: &Path) -> Result<Self, LoadError> {
        let path = folder.join("tokenizer_config.json");
        let config: serde_json::Value =
            serde_json::from_slice(&read(&path)?).map_err(|error| LoadError::new(&path, error))?;
        let own_file = folder.join("chat_template.jinja");
        let (path, source) = if own_file.exists() {
            let text = String::from_utf8(read(&own_file)?)
                .map_err(|error| LoadError::new(&own_file, error))?;
            (own_file, text)
        } else {
            let Some(text) = written_template(&config["chat_template"]) else {
                let problem =
                    "has no `chat_template`, and there is no chat_template.jinja beside it";
                return Err(LoadError::new(path, problem));
            };
            (path, text.to_owned())
        };
        Ok(Self {
            environment: environment(source).map_err(|error| LoadError::new(path, error))?,
            begin: token(&config["bos_token"]).map(str::to_owned),
            end: token(&config["eos_token"]).map(str::to_owned),
        })
    }

    /// Returns the text of the token that ends a response.
    pub fn end(&self) -> Option<&str> {
        self.end.as_deref()
    }

    /// Renders the prompt for these messages, up to the start of the assistant's message.
    ///
    /// # Errors
    /// Fails if the template rejects the messages; the text is the template's own.
    pub fn render(&self, messages: &[Message]) -> Result<String, String> {
        let messages: Vec<Value> = messages
            .iter()
            .map(|message| context! { role => message.role.name(), content => message.content.as_str() })
            .collect();
        let context = context! {
            messages,
            bos_token => self.begin.as_deref().unwrap_or_default(),
            eos_token => self.end.as_deref().unwrap_or_default(),
            add_generation_prompt => true,
        };
        self.environment
            .get_template(NAME)
            .and_then(|template| template.render(context))
            .map_err(|error| {
                error
                    .detail()
                    .map_or_else(|| error.to_string(), str::to_owned)
            })
    }
}

/// Returns the tokens that end a response, from `generation_config.json` if it exists.
pub(crate) fn end_tokens(folder: &Path) -> Result<Vec<u32>, LoadError> {
    #[derive(serde::Deserialize)]
    struct File {
        eos_token_id: Option<OneOrMany>,
    }
    let path = folder.join("generation_config.json");
    if !path.exists() {
        return Ok(Vec::new());
    }
    let file: File =
        serde_json::from_slice(&read(&path)?).map_err(|error| LoadError::new(&path, error))?;
    Ok(file.eos_token_id.map_or_else(Vec::new, Vec::from))
}

/// Creates an environment that behaves like that of `transformers`.
fn environment(source: String) -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .build()?;
    environment.set_syntax(syntax);
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    environment.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
    environment.add_function(
        "raise_exception",
        |problem: String| -> Result<String, Error> {
            Err(Error::new(ErrorKind::InvalidOperation, problem))
        },
    );
    environment.add_template_owned(NAME, source)?;
    Ok(environment)
}

/// Returns the only template, or the one named "default" in a list.
fn written_template(value: &serde_json::Value) -> Option<&str> {
    match value {
        serde_json::Value::Array(list) => list
            .iter()
            .find(|entry| entry["name"] == "default")
            .and_then(|entry| entry["template"].as_str()),
        other => other.as_str(),
    }
}

/// Returns the text of a token, which is a string or an object with `content`.
fn token(value: &serde_json::Value) -> Option<&str> {
    value.as_str().or_else(|| value["content"].as_str())
}

//! A WebSocket in the document.
//!
//! `OpenAPI` cannot describe the messages after a 101, so the messages of both directions are in an extension of the operation, which
//! shares the components with the rest of the document, and in its description, for people. A separate `AsyncAPI` document could describe
//! them, but would repeat parameters, errors, security and models, for other tools, on another page.

use std::fmt::Write;

use http::StatusCode;

use crate::model::{Names, OrderedJson, object};
use crate::operation::{Messages, WebSocketContract};

/// The errors that the framework itself sends for a WebSocket request.
pub(super) const ERRORS: [(StatusCode, &str); 3] = [
    (
        StatusCode::BAD_REQUEST,
        "The request is not a valid WebSocket handshake",
    ),
    (
        StatusCode::FORBIDDEN,
        "Pages of this origin are not allowed to connect",
    ),
    (
        StatusCode::UPGRADE_REQUIRED,
        "The request is not a WebSocket upgrade of version 13",
    ),
];

/// Returns the messages that either side sends.
pub(super) fn contract_json(contract: &WebSocketContract, names: &Names) -> OrderedJson {
    let mut object = object! {};
    let directions = [("receives", &contract.receives), ("sends", &contract.sends)];
    for (direction, messages) in directions {
        if let Some(messages) = messages {
            object.set(direction, messages_json(messages, names));
        }
    }
    if !contract.subprotocols.is_empty() {
        object.set("subprotocols", contract.subprotocols.as_slice());
    }
    if let Some(limit) = contract.message_limit {
        object.set("messageLimit", limit);
    }
    object
}

fn messages_json(messages: &Messages, names: &Names) -> OrderedJson {
    match messages {
        Messages::Json(schema) => object! {
            "frame": "text",
            "contentType": "application/json",
            "schema": schema.to_json(names),
        },
        Messages::Text => object! {"frame": "text", "contentType": "text/plain"},
        Messages::Binary => {
            object! {"frame": "binary", "contentType": "application/octet-stream"}
        }
        Messages::Any => object! {"frame": "any"},
    }
}

/// Adds the same for people to the operation's description.
pub(super) fn describe(contract: &WebSocketContract, names: &Names, description: &mut String) {
    if !description.is_empty() {
        description.push_str("\n\n");
    }
    description.push_str("This is a **WebSocket**: connect with `ws://` or `wss://`.\n\n");
    description.push_str("| | message |\n|---|---|\n");
    let directions = [
        ("the client sends", &contract.receives),
        ("the server sends", &contract.sends),
    ];
    for (direction, messages) in directions {
        let messages = messages.as_ref().map(|messages| in_words(messages, names));
        let messages = messages.unwrap_or_default();
        let _ = writeln!(description, "| {direction} | {messages} |");
    }
    if !contract.subprotocols.is_empty() {
        let names = contract.subprotocols.join("`, `");
        let _ = writeln!(description, "\nSubprotocols: `{names}`.");
    }
}

fn in_words(messages: &Messages, names: &Names) -> String {
    match messages {
        Messages::Json(schema) => {
            let schema = schema.to_json(names);
            let reference = schema["$ref"].as_str();
            match reference.and_then(|reference| reference.rsplit('/').next()) {
                Some(model) => format!("JSON of the model **{model}**, in text"),
                // A bar would end the cell of the table.
                None => format!(
                    "JSON, in text: `{}`",
                    schema.to_string().replace('|', "\\|")
                ),
            }
        }
        Messages::Text => "text".to_owned(),
        Messages::Binary => "bytes".to_owned(),
        Messages::Any => "text or bytes".to_owned(),
    }
}

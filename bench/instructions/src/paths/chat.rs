//! Forty messages of a conversation, each of the type that its role selects.

use std::hint::black_box;

use avocet::prelude::*;
use serde::Deserialize;

use super::Path;

pub const ROLE_FIRST: Path = Path {
    name: "chat",
    prepare: || by_avocet(body(true)),
    yardstick: Some(|| by_serde(body(true))),
};

pub const ROLE_LAST: Path = Path {
    name: "chat, role last",
    prepare: || by_avocet(body(false)),
    yardstick: Some(|| by_serde(body(false))),
};

fn by_avocet(body: String) -> Box<dyn FnMut()> {
    Box::new(move || {
        drop(black_box(
            avocet::input::from_json::<Chat>(body.as_bytes()).expect("it is good"),
        ))
    })
}

fn by_serde(body: String) -> Box<dyn FnMut()> {
    Box::new(move || {
        drop(black_box(
            serde_json::from_slice::<Chat>(body.as_bytes()).expect("it is good"),
        ))
    })
}

/// Both readers read the same type.
#[model(input)]
#[derive(Deserialize)]
#[expect(dead_code, reason = "only a body fills it")]
struct Chat {
    model: String,
    messages: Vec<Message>,
    temperature: Option<f64>,
}

#[model(input)]
#[derive(Deserialize)]
#[serde(tag = "role", rename_all = "snake_case")]
#[expect(dead_code, reason = "as above")]
enum Message {
    System {
        content: String,
    },
    User {
        content: String,
        name: Option<String>,
    },
    Assistant {
        content: String,
        tool_calls: Option<Vec<ToolCall>>,
    },
    Tool {
        content: String,
        call_id: String,
    },
}

#[model(input)]
#[derive(Deserialize)]
#[expect(dead_code, reason = "as above")]
struct ToolCall {
    id: String,
    function: String,
    arguments: String,
}

fn body(role_first: bool) -> String {
    let text = "Which birds of the salt marsh sweep the bill from side to side to feed, where do they nest, and \\\"why\\\" can \
                their young walk within hours of hatching?\\nThank you!";
    let message = |index: usize| {
        let (role, more) = match index % 4 {
            _ if index == 0 => ("system", String::new()),
            0 | 1 => ("user", r#","name":"ada""#.to_owned()),
            2 => (
                "assistant",
                format!(
                    r#","tool_calls":[{{"id":"c{index}","function":"search","arguments":"{{\"q\":1}}"}}]"#
                ),
            ),
            _ => ("tool", format!(r#","call_id":"c{index}""#)),
        };
        if role_first {
            format!(r#"{{"role":"{role}","content":"{text}"{more}}}"#)
        } else {
            format!(r#"{{"content":"{text}"{more},"role":"{role}"}}"#)
        }
    };
    let messages: Vec<String> = (0..40).map(message).collect();
    let messages = messages.join(",");
    format!(r#"{{"model":"avocet-1","messages":[{messages}],"temperature":0.7}}"#)
}

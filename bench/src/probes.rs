//! Probes that verify, before a measurement, that all servers do the same work.

use std::io::{BufRead, BufReader};
use std::time::Duration;

use avocet_bench::{TOKENS, bodies};
use serde_json::{Value, json};

use crate::server::Server;

/// One request and the required response.
pub struct Probe {
    what: &'static str,
    path: &'static str,
    /// The body of a `POST`, or `None`.
    body: Option<String>,
    response: Answer,
}

enum Answer {
    /// 200 and this JSON, with a tolerance in the last digits of floats.
    Json(Value),
    /// A status of 400 to 499.
    Rejected,
    /// 200 and an event stream that begins with `count` tokens, and ends there if `ends`.
    Tokens { count: u32, ends: bool },
}

fn good(path: &'static str, body: Option<String>, response: Value) -> Probe {
    Probe {
        what: "a good request",
        path,
        body,
        response: Answer::Json(response),
    }
}

fn bad(path: &'static str, what: &'static str, body: impl Into<String>) -> Probe {
    Probe {
        what,
        path,
        body: Some(body.into()),
        response: Answer::Rejected,
    }
}

pub fn hello() -> Vec<Probe> {
    vec![good("/", None, json!({"message": "Hello World"}))]
}

pub fn embed() -> Vec<Probe> {
    let body = bodies::vector();
    let read: Value = serde_json::from_str(&body).expect("it is good");
    let values = read["values"].as_array().expect("it has values").iter();
    let squares: f64 = values
        .map(|value| value.as_f64().expect("floats").powi(2))
        .sum();
    let response = json!({"id": "document-0001", "norm": squares.sqrt()});
    let with_id = |id: &str| body.replacen("document-0001", id, 1);
    vec![
        good("/embed", Some(body.clone()), response.clone()),
        good(
            "/embed",
            Some(with_id(&"ä".repeat(64))),
            json!({"id": "ä".repeat(64), "norm": response["norm"]}),
        ),
        bad(
            "/embed",
            "one text and one missing",
            bodies::invalid_vector(),
        ),
        bad("/embed", "one value", r#"{"id":"x","values":[1]}"#),
        bad("/embed", "an empty id", with_id("")),
        bad("/embed", "an id of 65 characters", with_id(&"x".repeat(65))),
        bad(
            "/embed",
            "no id",
            body.replacen(r#""id":"document-0001","#, "", 1),
        ),
        bad(
            "/embed",
            "an infinite float",
            bodies::vector_with(|values| values[7] = "1e999"),
        ),
        bad(
            "/embed",
            "511 values",
            bodies::vector_with(|values| values.truncate(511)),
        ),
        bad(
            "/embed",
            "513 values",
            bodies::vector_with(|values| values.push("0.5")),
        ),
        bad("/embed", "half a body", "{"),
    ]
}

pub fn chat() -> Vec<Probe> {
    let body = bodies::chat(true);
    let read: Value = serde_json::from_str(&body).expect("it is good");
    let messages = read["messages"].as_array().expect("it has messages");
    let contents = messages
        .iter()
        .filter_map(|message| message["content"].as_str());
    let characters: usize = contents.map(|content| content.chars().count()).sum();
    let response = json!({"messages": 40, "characters": characters});
    let one = |message: Value| json!({"messages": [message]}).to_string();
    let many = |count: usize| {
        let message = json!({"role": "user", "content": "x"});
        json!({"messages": vec![message; count]}).to_string()
    };
    vec![
        good("/chat", Some(body), response.clone()),
        good("/chat", Some(bodies::chat(false)), response),
        good(
            "/chat",
            Some(one(
                json!({"role": "assistant", "tool_calls": [{"id": "a", "name": "b", "arguments": "{}"}]}),
            )),
            json!({"messages": 1, "characters": 0}),
        ),
        good(
            "/chat",
            Some(many(256)),
            json!({"messages": 256, "characters": 256}),
        ),
        bad(
            "/chat",
            "an unknown role",
            one(json!({"role": "robot", "content": "x"})),
        ),
        bad("/chat", "no role", one(json!({"content": "x"}))),
        bad(
            "/chat",
            "a tool's message without its call",
            one(json!({"role": "tool", "content": "x"})),
        ),
        bad("/chat", "no message", many(0)),
        bad("/chat", "257 messages", many(257)),
    ]
}

fn tokens(path: &'static str, count: u32, ends: bool) -> Vec<Probe> {
    vec![Probe {
        what: "a stream",
        path,
        body: None,
        response: Answer::Tokens { count, ends },
    }]
}

pub fn together() -> Vec<Probe> {
    tokens("/together", TOKENS, true)
}

pub fn alone() -> Vec<Probe> {
    tokens("/alone", TOKENS, true)
}

pub fn paced() -> Vec<Probe> {
    tokens("/paced", 3, false)
}

pub fn block() -> Vec<Probe> {
    vec![good("/block", None, json!({"message": "done"}))]
}

/// Returns the first probe that the server fails, as a sentence.
pub fn check(server: &Server, probes: &[Probe]) -> Result<(), String> {
    for probe in probes {
        let method = if probe.body.is_some() { "POST" } else { "GET" };
        ask(server, probe)
            .map_err(|why| format!("{method} {} with {}: {why}", probe.path, probe.what))?;
    }
    Ok(())
}

fn ask(server: &Server, probe: &Probe) -> Result<(), String> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(20)))
        .build()
        .into();
    let url = server.url(probe.path);
    let response = match &probe.body {
        Some(body) => {
            let request = agent.post(url).header("content-type", "application/json");
            request.send(body)
        }
        None => agent.get(url).call(),
    };
    let mut response = response.map_err(|error| error.to_string())?;
    let status = response.status().as_u16();
    match &probe.response {
        Answer::Rejected if (400..500).contains(&status) => Ok(()),
        Answer::Rejected => Err(format!("status {status}, where 4xx is due")),
        _ if status != 200 => Err(format!("status {status}, where 200 is due")),
        Answer::Json(due) => {
            let text = response.body_mut().read_to_string();
            let text = text.map_err(|error| error.to_string())?;
            let seen = serde_json::from_str(&text).map_err(|error| format!("{error} in {text}"))?;
            if same(&seen, due) {
                Ok(())
            } else {
                Err(format!("{seen}, where {due} is due"))
            }
        }
        Answer::Tokens { count, ends } => {
            let body = BufReader::new(response.body_mut().as_reader());
            stream(body, *count, *ends)
        }
    }
}

fn stream(body: impl BufRead, count: u32, ends: bool) -> Result<(), String> {
    let mut seen = 0;
    for line in body.lines() {
        let line = line.map_err(|error| format!("after {seen} tokens: {error}"))?;
        let Some(data) = line.strip_prefix("data:") else {
            continue;
        };
        let due = json!({"index": seen, "text": "token "});
        match serde_json::from_str::<Value>(data) {
            Ok(data) if data == due => seen += 1,
            _ => return Err(format!("the event {data}, where {due} is due")),
        }
        if seen == count && !ends {
            return Ok(());
        }
    }
    if seen == count {
        Ok(())
    } else {
        Err(format!("{seen} tokens, where {count} are due"))
    }
}

/// Returns whether two JSON values are equal, except for a float's last digits.
fn same(seen: &Value, due: &Value) -> bool {
    match (seen, due) {
        (Value::Number(seen), Value::Number(due)) => {
            let (Some(seen), Some(due)) = (seen.as_f64(), due.as_f64()) else {
                return false;
            };
            (seen - due).abs() <= 1e-5 * due.abs()
        }
        (Value::Object(seen), Value::Object(due)) => {
            seen.len() == due.len()
                && due
                    .iter()
                    .all(|(key, due)| seen.get(key).is_some_and(|seen| same(seen, due)))
        }
        _ => seen == due,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_may_differ_in_their_last_digits_only() {
        let due = json!({"id": "a", "norm": 13.0});
        assert!(same(&json!({"norm": 13.000_01, "id": "a"}), &due));
        assert!(!same(&json!({"norm": 13.1, "id": "a"}), &due));
        assert!(!same(&json!({"norm": 13.0, "id": "a", "more": 1}), &due));
    }

    #[test]
    fn a_stream_may_have_comments_names_and_other_line_ends_but_not_other_tokens() {
        let token = |index| {
            format!("event: token\r\ndata:{{\"index\": {index}, \"text\": \"token \"}}\r\n\r\n")
        };
        let two = format!(": hello\n\n{}{}", token(0), token(1));
        assert_eq!(stream(two.as_bytes(), 2, true), Ok(()));
        assert!(stream(two.as_bytes(), 3, true).is_err());
        assert_eq!(stream(two.as_bytes(), 1, false), Ok(()));
        assert!(stream(token(1).as_bytes(), 1, true).is_err());
    }
}

//! The request bodies, the same for every server.

use std::fmt::Write as _;

/// Returns 512 floats of nine digits, as embeddings are written, and an id.
pub fn vector() -> String {
    let mut state = 1_u64;
    let mut body = r#"{"id":"document-0001","values":["#.to_owned();
    for index in 0..512 {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let value = (state >> 33) as f64 / f64::from(1_u32 << 30) - 1.0;
        let comma = if index == 0 { "" } else { "," };
        write!(body, "{comma}{value:.9}").expect("text takes everything");
    }
    body + "]}"
}

/// Returns the vector with the middle float replaced by a string and the last one missing.
pub fn invalid_vector() -> String {
    vector_with(|values| {
        values[256] = "\"x\"";
        values.pop();
    })
}

/// Returns the vector with its values, as strings, changed.
pub fn vector_with(change: impl FnOnce(&mut Vec<&str>)) -> String {
    let body = vector();
    let (head, values) = body.split_once('[').expect("it has values");
    let mut values: Vec<&str> = values.trim_end_matches("]}").split(',').collect();
    change(&mut values);
    format!("{head}[{}]}}", values.join(","))
}

/// Returns forty messages of a conversation with tools, about 8 KB, whose tag `role` is the first or the last member of each.
pub fn chat(tag_first: bool) -> String {
    let messages: Vec<String> = (0..40).map(|index| message(index, tag_first)).collect();
    format!(r#"{{"messages":[{}]}}"#, messages.join(","))
}

fn message(index: usize, tag_first: bool) -> String {
    let text = "Tell me which birds of the salt marsh feed by sweeping the bill from side to side, \
                where they nest, and \\\"why\\\" their young walk within hours.\\nThank you!";
    let (role, members) = match index % 4 {
        0 if index == 0 => ("system", format!(r#""content":"{text}""#)),
        0 | 1 => ("user", format!(r#""content":"{text}","name":"ada""#)),
        2 => (
            "assistant",
            format!(
                r#""content":"{text}","tool_calls":[{{"id":"c{index}","name":"search","arguments":"{{\"q\":1}}"}}]"#
            ),
        ),
        _ => (
            "tool",
            format!(r#""content":"{text}","tool_call_id":"c{index}""#),
        ),
    };
    if tag_first {
        format!(r#"{{"role":"{role}",{members}}}"#)
    } else {
        format!(r#"{{{members},"role":"{role}"}}"#)
    }
}

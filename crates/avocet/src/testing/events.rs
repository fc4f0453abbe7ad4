//! Reading server-sent events as a browser does (HTML Living Standard, section 9.2.6).

use serde::de::DeserializeOwned;

/// A server-sent event, as a browser would dispatch it.
///
/// ```
/// use avocet::testing::TestEvent;
///
/// let event = TestEvent { name: "token".into(), data: "{\"n\":1}".into(), ..TestEvent::default() };
/// assert_eq!(event.json::<serde_json::Value>()["n"], 1);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TestEvent {
    /// Its name; empty if it has none.
    pub name: String,
    /// Its data, the lines joined by LF.
    pub data: String,
    /// The last id that the stream has sent by then; empty if it sent none.
    pub id: String,
    /// The last reconnection time that the stream has sent by then, in milliseconds.
    pub retry: Option<u64>,
}

impl TestEvent {
    /// Returns the data, parsed from JSON.
    ///
    /// # Panics
    /// If the data is not the JSON of a `T`.
    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_str(&self.data).unwrap_or_else(|error| panic!("{error} in {}", self.data))
    }
}

/// Parses events from bytes as they arrive.
#[derive(Debug, Default)]
pub(super) struct Events {
    unread: Vec<u8>,
    begun: bool,
    /// Whether the last character was a CR: an LF that follows is part of the same line end.
    after_cr: bool,
    name: String,
    /// The data lines, each followed by an LF.
    data: String,
    id: String,
    retry: Option<u64>,
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

impl Events {
    pub(super) fn receive(&mut self, bytes: &[u8]) {
        self.unread.extend_from_slice(bytes);
    }

    /// Returns the next complete event.
    pub(super) fn next(&mut self) -> Option<TestEvent> {
        while let Some(line) = self.line() {
            if !line.is_empty() {
                self.field(&line);
            } else if let Some(event) = self.dispatch() {
                return Some(event);
            }
        }
        None
    }

    /// Returns the next line, without the CR, LF or CRLF that ends it.
    fn line(&mut self) -> Option<String> {
        if self.after_cr && self.unread.first() == Some(&b'\n') {
            self.unread.remove(0);
        }
        if !self.unread.is_empty() {
            self.after_cr = false;
        }
        let end = self
            .unread
            .iter()
            .position(|byte| matches!(byte, b'\r' | b'\n'))?;
        self.after_cr = self.unread[end] == b'\r';
        let mut line: Vec<u8> = self.unread.drain(..=end).collect();
        line.pop();
        if !std::mem::replace(&mut self.begun, true) && line.starts_with(BYTE_ORDER_MARK) {
            line.drain(..BYTE_ORDER_MARK.len());
        }
        Some(String::from_utf8_lossy(&line).into_owned())
    }

    fn field(&mut self, line: &str) {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.name),
            "data" => {
                self.data.push_str(value);
                self.data.push('\n');
            }
            "id" if !value.contains('\0') => value.clone_into(&mut self.id),
            "retry" if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) => {
                self.retry = value.parse().ok();
            }
            _ => {}
        }
    }

    /// Makes an event from the lines since the last blank one; `None` if they contain no data.
    fn dispatch(&mut self) -> Option<TestEvent> {
        let name = std::mem::take(&mut self.name);
        let mut data = std::mem::take(&mut self.data);
        data.pop()?;
        Some(TestEvent {
            name,
            data,
            id: self.id.clone(),
            retry: self.retry,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pieces: &[&str]) -> Vec<(String, String, String)> {
        let mut events = Events::default();
        let mut found = Vec::new();
        for piece in pieces {
            events.receive(piece.as_bytes());
            while let Some(event) = events.next() {
                found.push((event.name, event.data, event.id));
            }
        }
        found
    }

    fn event(name: &str, data: &str, id: &str) -> (String, String, String) {
        (name.to_owned(), data.to_owned(), id.to_owned())
    }

    #[test]
    fn every_line_end_ends_a_line_once() {
        assert_eq!(
            read(&["data: a\r\ndata: b\rdata: c\ndata: d\r", "\n\r\n"]),
            [event("", "a\nb\nc\nd", "")]
        );
        assert_eq!(
            read(&["data: a\r\r", "data: b\n\n"]),
            [event("", "a", ""), event("", "b", "")]
        );
    }

    #[test]
    fn fields_mean_what_the_standard_says() {
        assert_eq!(
            read(&[
                "\u{feff}: c\nid: 7\n\nevent: x\ndata:  two\nother: y\ndata\n\nid: 8\0\ndata:\n\ndata: cut"
            ]),
            [event("x", " two\n", "7"), event("", "", "7")]
        );
    }
}

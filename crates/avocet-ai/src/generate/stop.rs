//! Texts that end a response.

use futures_util::StreamExt as _;

use super::delta::{Delta, Done, FinishReason, TextDelta, TokenLogprob, Usage};
use super::model::{Deltas, deltas};

/// Ends a response before the first of the stop texts, even if the text spans several deltas. Text that could be the beginning of a stop
/// text is held back until more text shows whether it is.
///
/// The end of the response has the usage that the model reports. A model that a stop text interrupts has not reported any, so its tokens are
/// counted by deltas with text.
pub(crate) fn until_stop(mut response: Deltas, stops: Vec<String>) -> Deltas {
    let stops: Vec<String> = stops.into_iter().filter(|stop| !stop.is_empty()).collect();
    if stops.is_empty() {
        return response;
    }
    let mut held = Held {
        stops,
        ..Held::default()
    };
    let mut usage = Usage::default();
    deltas(avocet::stream! {
        while let Some(delta) = response.next().await {
            match delta? {
                Delta::Text(piece) => {
                    let tokens = piece.logprobs.len().max(1);
                    usage.completion_tokens += u32::try_from(tokens).unwrap_or(u32::MAX);
                    let (text, stop) = held.push(piece);
                    if !text.text.is_empty() {
                        yield Delta::Text(text);
                    }
                    if let Some(stop) = stop {
                        // Ends the generation.
                        drop(response);
                        yield Delta::Done(Done { reason: FinishReason::StopText(stop), usage });
                        return;
                    }
                }
                Delta::Prompt { tokens, cached } => {
                    usage.prompt_tokens = tokens;
                    usage.cached_tokens = cached;
                    yield Delta::Prompt { tokens, cached };
                }
                other => {
                    let text = held.finish();
                    if !text.text.is_empty() {
                        yield Delta::Text(text);
                    }
                    yield other;
                }
            }
        }
    })
}

/// Text that could be the beginning of a stop text.
#[derive(Debug, Default)]
struct Held {
    stops: Vec<String>,
    text: String,
    /// Where each token begins in the text that is held.
    tokens: Vec<(usize, TokenLogprob)>,
}

impl Held {
    /// Adds text. Returns the text that is certain not to be part of a stop text, and the stop text that follows it.
    fn push(&mut self, piece: TextDelta) -> (TextDelta, Option<String>) {
        let mut start = self.text.len();
        for token in piece.logprobs {
            let length = token.token.len();
            self.tokens.push((start, token));
            start += length;
        }
        self.text.push_str(&piece.text);

        let found = self.stops.iter().filter_map(|stop| {
            let at = self.text.find(stop)?;
            Some((at, stop.clone()))
        });
        if let Some((at, stop)) = found.min_by_key(|(at, stop)| (*at, stop.len())) {
            return (self.take(at), Some(stop));
        }
        let certain = self.text.len() - self.undecided();
        (self.take(certain), None)
    }

    /// Returns the rest.
    fn finish(&mut self) -> TextDelta {
        self.take(self.text.len())
    }

    /// Returns the length of the longest end of the text that begins a stop text.
    fn undecided(&self) -> usize {
        let ends = self.text.char_indices().map(|(at, _)| &self.text[at..]);
        let begins = |end: &&str| self.stops.iter().any(|stop| stop.starts_with(*end));
        ends.filter(|end| self.stops.iter().any(|stop| stop.len() > end.len()))
            .find(begins)
            .map_or(0, str::len)
    }

    /// Removes the first bytes, with the tokens that begin in them.
    fn take(&mut self, bytes: usize) -> TextDelta {
        let rest = self.text.split_off(bytes);
        let text = std::mem::replace(&mut self.text, rest);
        let taken = self.tokens.partition_point(|(start, _)| *start < bytes);
        let logprobs = self.tokens.drain(..taken).map(|(_, token)| token).collect();
        for (start, _) in &mut self.tokens {
            *start -= bytes;
        }
        TextDelta { text, logprobs }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds pieces and returns the outputs, and the stop text that was found.
    fn cut(stops: &[&str], pieces: &[&str]) -> (Vec<String>, Option<String>) {
        let mut held = Held {
            stops: stops.iter().map(ToString::to_string).collect(),
            ..Held::default()
        };
        let mut out = Vec::new();
        for piece in pieces {
            let (text, stop) = held.push(TextDelta {
                text: (*piece).to_owned(),
                logprobs: Vec::new(),
            });
            out.push(text.text);
            if stop.is_some() {
                return (out, stop);
            }
        }
        out.push(held.finish().text);
        (out, None)
    }

    #[test]
    fn a_stop_text_across_pieces_ends_the_text_before_it() {
        let (out, stop) = cut(&["END"], &["one E", "N", "D two"]);
        assert_eq!(out, ["one ", "", ""]);
        assert_eq!(stop.as_deref(), Some("END"));
    }

    #[test]
    fn held_text_follows_when_it_is_no_stop_text() {
        let (out, stop) = cut(&["END"], &["one E", "N", "X"]);
        assert_eq!((out.concat(), stop), ("one ENX".to_owned(), None));
        let (out, _) = cut(&["END"], &["one EN"]);
        assert_eq!(out, ["one ", "EN"]);
    }

    #[test]
    fn the_first_stop_text_counts() {
        let (out, stop) = cut(&["wades", "avocet"], &["An avocet wades"]);
        assert_eq!(
            (out.concat(), stop.unwrap()),
            ("An ".to_owned(), "avocet".to_owned())
        );
        let (out, stop) = cut(&["aab"], &["aa", "ab"]);
        assert_eq!(
            (out.concat(), stop.unwrap()),
            ("a".to_owned(), "aab".to_owned())
        );
    }

    #[test]
    fn characters_of_several_bytes_stay_whole() {
        let (out, stop) = cut(&["é!"], &["caf", "é", "?é", "!"]);
        assert_eq!(out, ["caf", "", "é?", ""]);
        assert_eq!(stop.as_deref(), Some("é!"));
    }

    #[test]
    fn tokens_follow_their_text() {
        let token = |text: &str| TokenLogprob {
            token: text.to_owned(),
            bytes: text.as_bytes().to_vec(),
            logprob: -1.0,
            top: Vec::new(),
        };
        let mut held = Held {
            stops: vec!["END".to_owned()],
            ..Held::default()
        };
        let piece = |texts: &[&str]| TextDelta {
            text: texts.concat(),
            logprobs: texts.iter().map(|text| token(text)).collect(),
        };
        let names = |delta: &TextDelta| -> Vec<String> {
            delta
                .logprobs
                .iter()
                .map(|token| token.token.clone())
                .collect()
        };
        let (first, _) = held.push(piece(&["one", " E"]));
        assert_eq!(
            (first.text.as_str(), names(&first)),
            ("one ", vec!["one".to_owned(), " E".to_owned()])
        );
        let (second, stop) = held.push(piece(&["ND"]));
        assert_eq!((second.text.as_str(), names(&second)), ("", Vec::new()));
        assert!(stop.is_some());
    }
}

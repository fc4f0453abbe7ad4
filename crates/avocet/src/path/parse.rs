//! The parser of templates.

use std::fmt::Write as _;

use super::decode::ENCODED_SLASH;
use super::error::{TemplateError, TemplateMistake};
use super::segment::{Pattern, Piece, Segment};
use super::tail::Tail;
use super::template::Template;

/// Parses a template.
pub(super) fn parse(text: &str) -> Result<Template, TemplateError> {
    let mut parser = Parser::new(text);
    if !text.starts_with('/') {
        return Err(parser.error(TemplateMistake::NoLeadingSlash));
    }
    parser.skip("/");
    parser.openapi.push('/');
    while let Some(character) = parser.remaining().chars().next() {
        parser.step(character)?;
    }
    parser.finish_segment();
    Ok(Template {
        text: text.to_owned(),
        openapi: parser.openapi,
        names: parser.names,
        segments: parser.segments,
        tail: parser.tail,
    })
}

struct Parser<'t> {
    text: &'t str,
    position: usize,
    openapi: String,
    names: Vec<String>,
    segments: Vec<Segment>,
    tail: Option<Tail>,
    /// The current segment: the text before its first variable, then each variable with the text after it.
    start: String,
    pieces: Vec<Piece>,
    has_rest: bool,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            position: 0,
            openapi: String::new(),
            names: Vec::new(),
            segments: Vec::new(),
            tail: None,
            start: String::new(),
            pieces: Vec::new(),
            has_rest: false,
        }
    }

    /// Parses the part that begins with `character`, which is the next one.
    fn step(&mut self, character: char) -> Result<(), TemplateError> {
        if self.skip("{{") {
            self.literal('{');
        } else if self.skip("}}") {
            self.literal('}');
        } else if self.skip("/") {
            self.finish_segment();
            self.openapi.push('/');
        } else if character == '{' {
            self.variable()?;
        } else if let Some(mistake) = self.misplaced(character) {
            return Err(self.error(mistake));
        } else {
            self.skip(character.encode_utf8(&mut [0; 4]));
            self.literal(character);
        }
        Ok(())
    }

    /// Returns why a character cannot be literal, or `None` if it can.
    fn misplaced(&self, character: char) -> Option<TemplateMistake> {
        match character {
            '}' => Some(TemplateMistake::StrayBrace),
            '?' | '#' => Some(TemplateMistake::EndsPath(character)),
            ENCODED_SLASH => Some(TemplateMistake::Nul),
            '%' => escape(self.remaining()).map(|code| TemplateMistake::Encoded(code.to_owned())),
            _ => None,
        }
    }

    fn literal(&mut self, character: char) {
        match self.pieces.last_mut() {
            Some(piece) => piece.after.push(character),
            None => self.start.push(character),
        }
        if allowed_in_url(character) {
            self.openapi.push(character);
        } else {
            for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                // Writing to a `String` cannot fail.
                let _ = write!(self.openapi, "%{byte:02X}");
            }
        }
    }

    fn variable(&mut self) -> Result<(), TemplateError> {
        let Some((inside, _)) = self.remaining()[1..].split_once('}') else {
            return Err(self.error(TemplateMistake::UnclosedBrace));
        };
        self.skip("{");
        let (name, converter) = match inside.split_once(':') {
            Some((name, converter)) => (name, Some(converter)),
            None => (inside, None),
        };
        if !is_name(name) {
            return Err(self.error(TemplateMistake::BadName(name.to_owned())));
        }
        if self.names.iter().any(|known| known == name) {
            return Err(self.error(TemplateMistake::RepeatedName(name.to_owned())));
        }
        let is_rest = match converter {
            None => false,
            Some("path") if self.has_rest => {
                return Err(self.error(TemplateMistake::SecondRest(name.to_owned())));
            }
            Some("path") => true,
            Some(converter) => {
                return Err(self.error(TemplateMistake::UnknownConverter {
                    name: name.to_owned(),
                    converter: converter.to_owned(),
                }));
            }
        };
        self.has_rest |= is_rest;
        self.skip(inside);
        self.skip("}");
        self.names.push(name.to_owned());
        self.openapi.extend(["{", name, "}"]);
        let after = String::new();
        self.pieces.push(Piece { is_rest, after });
        Ok(())
    }

    fn finish_segment(&mut self) {
        let start = std::mem::take(&mut self.start);
        let pieces = std::mem::take(&mut self.pieces);
        if pieces.iter().any(|piece| piece.is_rest) {
            let pattern = Pattern { start, pieces };
            let suffix = Vec::new();
            self.tail = Some(Tail { pattern, suffix });
            return;
        }
        let segment = if pieces.is_empty() {
            Segment::Literal(start)
        } else {
            Segment::Pattern(Pattern { start, pieces })
        };
        match &mut self.tail {
            Some(tail) => tail.suffix.push(segment),
            None => self.segments.push(segment),
        }
    }

    fn remaining(&self) -> &'t str {
        &self.text[self.position..]
    }

    fn skip(&mut self, expected: &str) -> bool {
        let found = self.remaining().starts_with(expected);
        if found {
            self.position += expected.len();
        }
        found
    }

    fn error(&self, mistake: TemplateMistake) -> TemplateError {
        TemplateError::new(self.text, self.position, mistake)
    }
}

fn is_name(text: &str) -> bool {
    let letter = |character: char| character == '_' || character.is_alphabetic();
    text != "_"
        && text.starts_with(letter)
        && text
            .chars()
            .all(|character| letter(character) || character.is_alphanumeric())
}

/// Returns the percent-encoded byte at the start of a text, if there is one.
fn escape(text: &str) -> Option<&str> {
    let code = text.get(..3)?;
    let digits = code.strip_prefix('%')?;
    digits
        .bytes()
        .all(|byte| byte.is_ascii_hexdigit())
        .then_some(code)
}

/// Returns whether a character is a `pchar` of RFC 3986, as in the path templates of `OpenAPI`.
fn allowed_in_url(character: char) -> bool {
    character.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:@".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_error(text: &str, position: usize, message: &str) {
        let error = parse(text).expect_err("a mistake");
        assert_eq!(error.position(), position, "{error}");
        assert_eq!(error.mistake().to_string(), message);
        assert!(error.to_string().contains(text));
    }

    #[test]
    fn names_are_in_order() {
        let template = parse("/{a}-{b}/x/{_c1:path}/{größe}").expect("a template");
        assert_eq!(template.names(), ["a", "b", "_c1", "größe"]);
    }

    #[test]
    fn the_openapi_key_has_no_converter_and_is_a_url() {
        let openapi = |text| parse(text).expect("a template").openapi().to_owned();
        assert_eq!(openapi("/"), "/");
        assert_eq!(openapi("/files/{p:path}/meta"), "/files/{p}/meta");
        assert_eq!(openapi("/models/{m}:generate"), "/models/{m}:generate");
        assert_eq!(openapi("/{{{x}}}"), "/%7B{x}%7D");
        assert_eq!(openapi("/a b/é/100%"), "/a%20b/%C3%A9/100%25");
    }

    #[test]
    fn mistakes_are_named_with_their_location() {
        check_error("", 0, "a path must begin with `/`");
        check_error("{x}", 0, "a path must begin with `/`");
        check_error(
            "/a/{x",
            3,
            "this `{` is never closed (a literal brace is written `{{`)",
        );
        check_error(
            "/a/x}",
            4,
            "this `}` closes nothing (a literal brace is written `}}`)",
        );
        check_error(
            "/{{x}",
            4,
            "this `}` closes nothing (a literal brace is written `}}`)",
        );
        check_error(
            "/{}",
            2,
            "`` is not a name (names are written as in Rust: `{item_id}`)",
        );
        check_error(
            "/{1a}",
            2,
            "`1a` is not a name (names are written as in Rust: `{item_id}`)",
        );
        check_error(
            "/{ a }",
            2,
            "` a ` is not a name (names are written as in Rust: `{item_id}`)",
        );
        check_error(
            "/{_}",
            2,
            "`_` is not a name (names are written as in Rust: `{item_id}`)",
        );
        check_error(
            "/{a/b}",
            2,
            "`a/b` is not a name (names are written as in Rust: `{item_id}`)",
        );
        check_error("/{*rest}", 2, "write the rest of a path as `{rest:path}`");
        check_error("/{a}/{a}", 6, "the name `a` is already used");
        check_error(
            "/{id:int}",
            2,
            "`:int` is not supported; write `{id}` and give the argument `id` a type, which converts the value (the only converter is `:path`)",
        );
        check_error(
            "/{a:path}/{b:path}",
            11,
            "`b` is the second `:path` variable, and a template can have only one",
        );
        check_error(
            "/a?b={b}",
            2,
            "`?` ends the path of a URL, so it cannot be part of it (query parameters are declared \
             as arguments)",
        );
        check_error("/a\0", 2, "a path cannot contain the character NUL");
        check_error(
            "/a%20b",
            2,
            "`%20` is percent-encoded, but paths are decoded before they are compared; write the \
             character itself",
        );
    }

    #[test]
    fn the_location_is_counted_in_characters() {
        let error = parse("/é/{").expect_err("a mistake");
        assert!(error.to_string().contains("character 4:"), "{error}");
    }
}

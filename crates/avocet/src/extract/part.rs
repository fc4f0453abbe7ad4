//! The head of one part of a multipart form.

/// The most headers a part may have; browsers send two.
const MOST_HEADERS: usize = 16;
/// The longest name of a field, in bytes.
const LONGEST_NAME: usize = 256;
/// The longest file name, in bytes: 255 characters of any script.
const LONGEST_FILE_NAME: usize = 1024;

/// The parsed head of a part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PartHead {
    /// The field's name. Brackets and dots in it have no special meaning.
    pub(super) name: String,
    /// The file's name as it was sent. A part with a file name, even an empty one, is a file.
    pub(super) file_name: Option<String>,
    /// The content type as it was sent.
    pub(super) content_type: Option<String>,
}

/// Parses the lines of a part's head; the error is a sentence that says what is wrong.
pub(super) fn parse_head(text: &[u8]) -> Result<PartHead, &'static str> {
    let text = std::str::from_utf8(text).map_err(|_| "a part's headers are not UTF-8")?;
    let mut disposition = None;
    let mut content_type = None;
    let lines = text.split("\r\n").filter(|_| !text.is_empty());
    for (index, line) in lines.enumerate() {
        if index == MOST_HEADERS {
            return Err("a part has more than 16 headers");
        }
        if line.contains(|character: char| character.is_control() && character != '\t') {
            return Err("a part's headers have control characters in them");
        }
        let (name, value) = line
            .split_once(':')
            .filter(|(name, _)| !name.is_empty() && !name.contains([' ', '\t']))
            .ok_or("a part has a header without a name")?;
        let known = match name.to_ascii_lowercase().as_str() {
            "content-disposition" => &mut disposition,
            "content-type" => &mut content_type,
            _ => continue,
        };
        if known.replace(value.trim()).is_some() {
            return Err("a part has a header twice");
        }
    }
    let disposition = disposition.ok_or("a part has no `Content-Disposition`")?;
    let mut head = parse_disposition(disposition)?;
    head.content_type = content_type.map(str::to_owned);
    Ok(head)
}

fn parse_disposition(value: &str) -> Result<PartHead, &'static str> {
    let (kind, mut rest) = value.split_once(';').unwrap_or((value, ""));
    if !kind.trim().eq_ignore_ascii_case("form-data") {
        return Err("a part's disposition is not `form-data`");
    }
    let mut name = None;
    let mut file_name = None;
    while !rest.trim().is_empty() {
        let (key, behind) = rest
            .split_once('=')
            .ok_or("a part's disposition has a parameter without a value")?;
        let (value, behind) = parse_value(behind.trim_start())?;
        rest = behind;
        let known = match key.trim().to_ascii_lowercase().as_str() {
            "name" => &mut name,
            "filename" => &mut file_name,
            // This includes `filename*`: RFC 7578 forbids it, and a second name would only serve to deceive a filter.
            _ => continue,
        };
        if known.replace(value).is_some() {
            return Err("a part's disposition has a parameter twice");
        }
    }
    let name = name.ok_or("a part has no name")?;
    if name.len() > LONGEST_NAME {
        return Err("a field's name is over the limit of 256 bytes");
    }
    if file_name
        .as_ref()
        .is_some_and(|name| name.len() > LONGEST_FILE_NAME)
    {
        return Err("a file's name is over the limit of 1024 bytes");
    }
    Ok(PartHead {
        name,
        file_name,
        content_type: None,
    })
}

/// Returns a parameter's value, quoted or not, and the text after it and its semicolon.
fn parse_value(text: &str) -> Result<(String, &str), &'static str> {
    let Some(quoted) = text.strip_prefix('"') else {
        let (value, rest) = text.split_once(';').unwrap_or((text, ""));
        return Ok((value.trim_end().to_owned(), rest));
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices().peekable();
    while let Some((position, character)) = characters.next() {
        match character {
            '"' => {
                let rest = quoted[position + 1..].trim_start();
                return match rest.strip_prefix(';') {
                    Some(rest) => Ok((value, rest)),
                    None if rest.is_empty() => Ok((value, rest)),
                    None => Err("a part's disposition has something behind a quoted value"),
                };
            }
            // Only these two are escapes: old browsers send whole Windows paths.
            '\\' => match characters.next_if(|(_, next)| matches!(next, '"' | '\\')) {
                Some((_, escaped)) => value.push(escaped),
                None => value.push('\\'),
            },
            character => value.push(character),
        }
    }
    Err("a part's disposition has a quote that does not end")
}

#[cfg(test)]
mod tests {
    use super::{PartHead, parse_head};

    fn head(name: &str, file_name: Option<&str>) -> PartHead {
        PartHead {
            name: name.to_owned(),
            file_name: file_name.map(str::to_owned),
            content_type: None,
        }
    }

    fn disposition(value: &str) -> Result<PartHead, &'static str> {
        parse_head(format!("Content-Disposition: {value}").as_bytes())
    }

    #[test]
    fn names_are_quoted_or_not() {
        assert_eq!(disposition("form-data; name=\"a\""), Ok(head("a", None)));
        assert_eq!(disposition("Form-Data;NAME=a ; x=y;"), Ok(head("a", None)));
        assert_eq!(
            disposition(r#"form-data; name="a;b=\"c\"""#),
            Ok(head("a;b=\"c\"", None))
        );
        assert_eq!(
            disposition(r#"form-data; filename="C:\dir\ü.txt"; name="items[3]""#),
            Ok(head("items[3]", Some("C:\\dir\\ü.txt")))
        );
        assert_eq!(
            disposition("form-data; name=a; filename=\"\""),
            Ok(head("a", Some("")))
        );
    }

    #[test]
    fn the_extended_file_name_is_ignored() {
        assert_eq!(
            disposition("form-data; name=a; filename*=UTF-8''evil.exe; filename=good.txt"),
            Ok(head("a", Some("good.txt")))
        );
        assert_eq!(
            disposition("form-data; name=a; filename*=UTF-8''evil.exe"),
            Ok(head("a", None))
        );
    }

    #[test]
    fn what_is_doubtful_is_rejected() {
        for text in [
            "",
            "Content-Type: text/plain",
            "Content-Disposition: attachment; name=a",
            "Content-Disposition: form-data",
            "Content-Disposition: form-data; name",
            "Content-Disposition: form-data; name=a; name=b",
            "Content-Disposition: form-data; name=\"a",
            "Content-Disposition: form-data; name=\"a\"b",
            "Content-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b",
            "Content-Disposition: form-data;\r\n name=a",
            "Content-Disposition: form-data; name=a\nX: y",
            "Content-Disposition : form-data; name=a",
            ": form-data; name=a",
        ] {
            assert!(parse_head(text.as_bytes()).is_err(), "{text:?}");
        }
        assert!(parse_head(b"Content-Disposition: form-data; name=\"\xff\"").is_err());
    }

    #[test]
    fn headers_and_names_are_bounded() {
        let headers = |count| "X: y\r\n".repeat(count) + "Content-Disposition: form-data; name=a";
        assert!(parse_head(headers(15).as_bytes()).is_ok());
        assert!(parse_head(headers(16).as_bytes()).is_err());
        let named = |length| disposition(&format!("form-data; name={}", "n".repeat(length)));
        assert!(named(256).is_ok());
        assert!(named(257).is_err());
        let file = |length| {
            disposition(&format!(
                "form-data; name=a; filename={}",
                "n".repeat(length)
            ))
        };
        assert!(file(1024).is_ok());
        assert!(file(1025).is_err());
    }
}

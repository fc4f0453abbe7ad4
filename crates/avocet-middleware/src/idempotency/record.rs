//! What the store has of a key: a request that runs, or its response.

use avocet::response::{Response, ResponseBody};
use bytes::{Buf, BufMut, Bytes};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

/// A hash of the query, the content type and the body of a request.
pub(super) type Fingerprint = [u8; 32];

/// The format of the records. Records in other formats count as those of a request that runs, until they expire.
const FORMAT: u8 = 1;

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) fingerprint: Fingerprint,
    pub(super) state: State,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum State {
    Running,
    /// It is done, and its response was too large to be stored.
    Unstored,
    Done(Stored),
}

/// A stored response.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stored {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Stored {
    pub(super) fn new(status: StatusCode, headers: &HeaderMap, body: Bytes) -> Self {
        let kept = headers.iter().filter(|(name, _)| is_stored(name));
        let headers = kept
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        Self {
            status,
            headers,
            body,
        }
    }

    pub(super) fn into_response(self) -> Response {
        let mut response = Response::new(ResponseBody::full(self.body));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}

/// Returns whether a header belongs to the content. A cookie is for one response only; the others are those of a connection, of a moment or of
/// one request.
fn is_stored(name: &HeaderName) -> bool {
    const LEFT_OUT: [HeaderName; 9] = [
        header::SET_COOKIE,
        header::CONNECTION,
        header::CONTENT_LENGTH,
        header::DATE,
        header::TE,
        header::TRAILER,
        header::TRANSFER_ENCODING,
        header::UPGRADE,
        header::RETRY_AFTER,
    ];
    !LEFT_OUT.contains(name)
        && ![
            "keep-alive",
            "ratelimit",
            "ratelimit-policy",
            "x-request-id",
        ]
        .contains(&name.as_str())
}

impl Record {
    pub(super) fn write(&self) -> Bytes {
        let mut bytes = vec![FORMAT];
        bytes.extend_from_slice(&self.fingerprint);
        match &self.state {
            State::Running => bytes.put_u8(0),
            State::Unstored => bytes.put_u8(1),
            State::Done(stored) => {
                bytes.put_u8(2);
                bytes.put_u16(stored.status.as_u16());
                bytes.put_u32(length(stored.headers.len()));
                for (name, value) in &stored.headers {
                    for part in [name.as_str().as_bytes(), value.as_bytes()] {
                        bytes.put_u32(length(part.len()));
                        bytes.extend_from_slice(part);
                    }
                }
                bytes.extend_from_slice(&stored.body);
            }
        }
        bytes.into()
    }

    /// Reads a record; `None` if its format is unknown.
    pub(super) fn read(mut bytes: Bytes) -> Option<Self> {
        if bytes.try_get_u8().ok()? != FORMAT {
            return None;
        }
        let mut fingerprint = Fingerprint::default();
        bytes.try_copy_to_slice(&mut fingerprint).ok()?;
        let state = match bytes.try_get_u8().ok()? {
            0 => State::Running,
            1 => State::Unstored,
            2 => State::Done(read_stored(bytes)?),
            _ => return None,
        };
        Some(Self { fingerprint, state })
    }
}

fn read_stored(mut bytes: Bytes) -> Option<Stored> {
    let status = StatusCode::from_u16(bytes.try_get_u16().ok()?).ok()?;
    let mut headers = HeaderMap::new();
    for _ in 0..bytes.try_get_u32().ok()? {
        let name = HeaderName::from_bytes(&part(&mut bytes)?).ok()?;
        headers.append(
            name,
            HeaderValue::from_maybe_shared(part(&mut bytes)?).ok()?,
        );
    }
    Some(Stored {
        status,
        headers,
        body: bytes,
    })
}

fn part(bytes: &mut Bytes) -> Option<Bytes> {
    let length = usize::try_from(bytes.try_get_u32().ok()?).ok()?;
    (length <= bytes.len()).then(|| bytes.split_to(length))
}

/// Returns a length: no part of a response in memory has 4 GiB.
fn length(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored() -> Stored {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("content-type", "text/plain"),
            ("x-cost", "1"),
            ("x-cost", "2"),
            ("set-cookie", "session=1"),
            ("date", "now"),
            ("ratelimit", "\"default\";r=1;t=1"),
        ] {
            headers.append(name, HeaderValue::from_static(value));
        }
        Stored::new(StatusCode::CREATED, &headers, Bytes::from_static(b"a body"))
    }

    #[test]
    fn a_record_reads_what_it_wrote() {
        for state in [State::Running, State::Unstored, State::Done(stored())] {
            let record = Record {
                fingerprint: [7; 32],
                state,
            };
            let bytes = record.write();
            assert_eq!(Record::read(bytes.clone()), Some(record));
            for end in 0..bytes.len().min(34) {
                assert_eq!(Record::read(bytes.slice(..end)), None, "{end} bytes");
            }
        }
        assert_eq!(Record::read(Bytes::from_static(b"unknown format")), None);
    }

    #[test]
    fn headers_of_one_response_are_left_out() {
        let names: Vec<_> = stored()
            .headers
            .iter()
            .map(|(name, _)| name.to_string())
            .collect();
        assert_eq!(names, ["content-type", "x-cost", "x-cost"]);
    }
}

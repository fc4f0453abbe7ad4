//! Literal requests, most of them deliberately wrong, and the expected result of each: the responses, whether the connection stays open,
//! and the requests that the application sees. With and without TLS.

pub(crate) mod server;
mod table;

use table::{BODY, CHUNKS, FRAMINGS, HEADS, Row};

use server::Server;

use crate::target::{Target, against_each_target};

/// The last request of each connection.
const LAST: &[u8] = b"GET /good HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

/// Returns all rows as sent over the wire.
pub(crate) fn rows() -> Vec<(Vec<u8>, Row)> {
    let head = b"POST /post HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
    let chunked = [&head[..], b"Transfer-Encoding: chunked\r\n\r\n"].concat();
    let heads = HEADS.iter().map(|row| (row.0.to_vec(), *row));
    let framings = FRAMINGS
        .iter()
        .map(|row| ([head, row.0, b"\r\n", BODY].concat(), *row));
    let chunks = CHUNKS.iter().map(|row| ([&chunked, row.0].concat(), *row));
    let mut rows: Vec<_> = heads.chain(framings).chain(chunks).collect();
    rows.extend(over_long());
    rows
}

/// Returns requests that exceed a limit.
fn over_long() -> [(Vec<u8>, Row); 8] {
    let (many, x) = ("x: y\r\n".repeat(101), "x".repeat(70_000));
    let row = |text: String, responses: &'static [u16]| {
        let row: Row = (b"over-long", responses, &[]);
        (text.into_bytes(), row)
    };
    let chunked = "POST /post HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    [
        row(
            format!("GET /good HTTP/1.1\r\nHost: x\r\n{many}\r\n"),
            &[431],
        ),
        row(
            format!("GET /good HTTP/1.1\r\nHost: x\r\nx: {x}\r\n\r\n"),
            &[431],
        ),
        row(
            format!("GET /good HTTP/1.1\r\nHost: x\r\n{x}: x\r\n\r\n"),
            &[431],
        ),
        row(format!("GET /{x} HTTP/1.1\r\nHost: x\r\n\r\n"), &[414]),
        row(format!("{x} /good HTTP/1.1\r\nHost: x\r\n\r\n"), &[431]),
        row("\r\n".repeat(40_000), &[431]),
        row(format!("{chunked}2;{x}\r\n[]\r\n0\r\n\r\n"), &[400]),
        row(format!("{chunked}2\r\n[]\r\n0\r\nx: {x}\r\n\r\n"), &[400]),
    ]
}

async fn walk(target: Target, tls: bool) {
    let server = Server::start(target, tls).await;
    let mut wrong = Vec::new();
    let rows = rows();
    assert!(rows.len() >= 100);
    for (bytes, (_, responses, seen)) in rows {
        if target == Target::Axum && !is_of_the_server(&bytes) {
            continue;
        }
        let text = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned();
        let came = statuses(&server.ask(&[&bytes[..], LAST].concat()).await);
        let saw = server.seen();
        if came != responses || saw != seen {
            wrong.push(format!(
                "{text:?}: {came:?} instead of {responses:?}; seen {saw:?} instead of {seen:?}"
            ));
        }
        let canary = statuses(&server.ask(LAST).await);
        assert_eq!(
            (canary, server.seen()),
            (vec![200], vec!["good".to_owned()]),
            "after {text:?}"
        );
    }
    assert_eq!(wrong, Vec::<String>::new(), "{}", wrong.join("\n"));
    assert_eq!(server.said(), "", "it had something to say");
}

/// Returns whether the result of a request depends on the server alone, and not on the router behind it.
fn is_of_the_server(bytes: &[u8]) -> bool {
    // The WebSocket of the application; how axum matches encoded paths; how it rejects the length of a body.
    let of_the_router: [&[u8]; 4] = [
        b"GET /ws",
        b"GET /%67ood",
        b"GET /\xff",
        b"Content-Length: 9223372036854775807",
    ];
    let contains = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    !of_the_router.into_iter().any(contains)
}

/// Returns the statuses of the responses in these bytes. No body here looks like one.
fn statuses(responses: &[u8]) -> Vec<u16> {
    let text = String::from_utf8_lossy(responses);
    let statuses = text.split("HTTP/1.").skip(1);
    statuses
        .map(|response| response[2..5].parse().expect("a status"))
        .collect()
}

async fn without_tls(target: Target) {
    walk(target, false).await;
}

async fn with_tls(target: Target) {
    walk(target, true).await;
}

against_each_target!(async without_tls with_tls);

//! A multipart form with the boundary `b`. Its meaning does not depend on how it is split, and forms that `multer` also
//! accepts have the same content.
//!
//! Because of two intended differences, only contents are compared, and only for forms that begin with a boundary.
//! Before the first part `multer` accepts a boundary in the middle of a line (RFC 2046, 5.1.1, requires it at a line's
//! beginning), and it accepts the names of a disposition's parameters only in lower case (RFC 2183, 2, allows any case).

#![no_main]

use std::cell::LazyCell;

use avocet_fuzz::{Answer, Client, parameters};
use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

thread_local! {
    static CLIENT: LazyCell<Client> = LazyCell::new(|| Client::new(parameters::multipart()));
}

fn post(pieces: impl IntoIterator<Item = Bytes>) -> Answer {
    CLIENT.with(|client| {
        client
            .post("/multipart", "multipart/form-data; boundary=b")
            .send(pieces)
    })
}

fuzz_target!(|input: (u8, &[u8])| {
    let (size, form) = input;
    let whole = Bytes::copy_from_slice(form);
    let response = post([whole.clone()]);
    let pieces: Vec<Bytes> = form
        .chunks(usize::from(size) + 1)
        .map(Bytes::copy_from_slice)
        .collect();
    assert_eq!(response, post(pieces));
    if response.is_good()
        && form.starts_with(b"--b")
        && let Some(theirs) = with_multer(whole)
    {
        let response = response.json();
        let words = list(&response, "words").map(|word| word.as_str().unwrap_or_default().into());
        let files = list(&response, "files").map(|file| bytes(&file[1]));
        for content in words.chain(files) {
            assert!(theirs.contains(&content), "{response}");
        }
    }
});

fn list<'a>(response: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    response[name].as_array().into_iter().flatten()
}

fn bytes(list: &Value) -> Vec<u8> {
    serde_json::from_value(list.clone()).expect("the route answers bytes")
}

/// The contents of the parts; `None` if `multer` rejects the form.
fn with_multer(form: Bytes) -> Option<Vec<Vec<u8>>> {
    CLIENT.with(|client| {
        client.run(async {
            let mut multipart = multer::Multipart::with_reader(&*form, "b");
            let mut contents = Vec::new();
            while let Some(field) = multipart.next_field().await.ok()? {
                contents.push(field.bytes().await.ok()?.to_vec());
            }
            Some(contents)
        })
    })
}

//! A JSON body of a model with every kind of value. An accepted value is sent again and must give the same response, and
//! a value that serde also reads must be equal to serde's.

#![no_main]

use std::cell::LazyCell;

use avocet::input;
use avocet_fuzz::Client;
use avocet_fuzz::model::{self, Plain};
use bytes::Bytes;
use libfuzzer_sys::fuzz_target;

thread_local! {
    static CLIENT: LazyCell<Client> = LazyCell::new(|| Client::new(model::routes()));
}

fn post(path: &str, body: Bytes) -> avocet_fuzz::Answer {
    CLIENT.with(|client| client.post(path, "application/json").send([body]))
}

fuzz_target!(|text: &[u8]| {
    let body = Bytes::copy_from_slice(text);
    let response = post("/everything", body.clone());
    if response.is_good() {
        let again = post("/everything", response.body.clone());
        assert_eq!(response, again);
    }
    post("/login", body);
    if let Ok(plain) = input::from_json::<Plain>(text) {
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        // Parse to a `Value` first: serde's derive rejects repeated keys, of which the last counts here.
        let Ok(value) = serde_json::from_slice::<serde_json::Value>(text) else {
            // Unknown members may contain what `serde_json` rejects; the target `json` covers these texts.
            return;
        };
        let theirs: Plain = serde_json::from_value(value).expect("serde takes it too");
        assert_eq!(plain, theirs);
    }
});

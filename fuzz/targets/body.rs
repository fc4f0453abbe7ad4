//! A JSON body of a model with every kind in it: what was taken and answered is taken again and answered the same, and
//! what serde reads too has serde's value.

#![no_main]

use std::cell::LazyCell;

use avocet::read;
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
    if let Ok(plain) = read::from_json::<Plain>(text) {
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        // Through a `Value`, because serde's derive refuses repeated keys, of which the last counts here.
        let Ok(value) = serde_json::from_slice::<serde_json::Value>(text) else {
            // Unknown members may hold what `serde_json` refuses; the target `json` knows which texts these are.
            return;
        };
        let theirs: Plain = serde_json::from_value(value).expect("serde takes it too");
        assert_eq!(plain, theirs);
    }
});

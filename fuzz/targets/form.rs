//! A urlencoded form with every kind of value that a text can represent. An accepted value is sent again and must give
//! the same response.

#![no_main]

use std::cell::LazyCell;

use avocet_fuzz::{Answer, Client, parameters};
use bytes::Bytes;
use libfuzzer_sys::fuzz_target;

thread_local! {
    static CLIENT: LazyCell<Client> = LazyCell::new(|| Client::new(parameters::form()));
}

fn post(form: Bytes) -> Answer {
    CLIENT.with(|client| {
        client
            .post("/form", "application/x-www-form-urlencoded")
            .send([form])
    })
}

fuzz_target!(|form: &[u8]| {
    let response = post(Bytes::copy_from_slice(form));
    if response.is_good() {
        let again = post(parameters::sent_again(&response.json()).into());
        assert_eq!(response, again);
    }
});

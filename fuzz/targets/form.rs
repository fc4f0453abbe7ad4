//! An urlencoded form of every kind that a text can be: what was taken and answered is taken again and answered the same.

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

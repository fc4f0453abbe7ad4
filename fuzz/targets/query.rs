//! A query with every kind of value that a text can represent. An accepted value is sent again and must give the same
//! response.

#![no_main]

use std::cell::LazyCell;

use avocet_fuzz::{Answer, Client, parameters};
use libfuzzer_sys::fuzz_target;

thread_local! {
    static CLIENT: LazyCell<Client> = LazyCell::new(|| Client::new(parameters::query()));
}

/// `None` if the query is not valid in a request target.
fn get(query: &str) -> Option<Answer> {
    CLIENT.with(|client| Some(client.get(&format!("/query?{query}"))?.send([])))
}

fuzz_target!(|query: &str| {
    if let Some(response) = get(query).filter(Answer::is_good) {
        let again = get(&parameters::sent_again(&response.json())).expect("it is well formed");
        assert_eq!(response, again);
    }
});

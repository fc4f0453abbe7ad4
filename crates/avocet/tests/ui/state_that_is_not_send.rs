use std::rc::Rc;

use avocet::prelude::*;

#[get("/count")]
async fn count(#[state] count: Rc<u32>) -> u32 {
    *count
}

fn main() {}

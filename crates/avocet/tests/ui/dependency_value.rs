use avocet::prelude::*;

struct Transaction;

#[dependency]
async fn transaction() -> Transaction {
    Transaction
}

#[dependency]
async fn number() -> u32 {
    1
}

#[get("/shared")]
async fn shared(#[depends(transaction)] _transaction: Transaction) -> u32 {
    1
}

#[get("/other")]
async fn other(#[depends(number)] number: String) -> String {
    number
}

#[get("/settings", requires(number, twice))]
async fn settings(#[depends(number, again)] number: u32) -> u32 {
    number
}

fn main() {
    let _ = routes![shared, other, settings];
}

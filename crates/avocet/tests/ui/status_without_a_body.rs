use avocet::prelude::*;

#[get("/text", status = 204)]
async fn text() -> String {
    String::new()
}

#[delete("/list", status = 304)]
async fn list() -> Result<Vec<u8>, HttpError> {
    Ok(vec![])
}

#[post("/reset", status = 205)]
async fn reset() -> Result<(), HttpError> {
    Ok(())
}

fn main() {}

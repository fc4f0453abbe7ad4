use avocet::prelude::*;

#[dependency(response(201, "Created"), response("5XX", "Broken"), response(403))]
async fn no_error() -> Result<u32, HttpError> {
    Ok(1)
}

#[dependency(response(403, "Not an admin"), responses(404, "Missing"))]
async fn no_result() -> u32 {
    1
}

fn main() {}

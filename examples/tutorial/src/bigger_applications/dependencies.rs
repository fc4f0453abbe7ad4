use avocet::prelude::*;

#[dependency]
pub(super) async fn get_token_header(#[header] x_token: String) -> Result<(), HttpError> {
    if x_token != "fake-super-secret-token" {
        return Err(HttpError::new(
            StatusCode::BAD_REQUEST,
            "X-Token header invalid",
        ));
    }
    Ok(())
}

#[dependency]
pub(super) async fn get_query_token(#[query] token: String) -> Result<(), HttpError> {
    if token != "jessica" {
        return Err(HttpError::new(
            StatusCode::BAD_REQUEST,
            "No Jessica token provided",
        ));
    }
    Ok(())
}

use super::Message;
use avocet::prelude::*;

#[post("/")]
async fn update_admin() -> Message {
    Message {
        message: "Admin getting schwifty",
    }
}

pub(super) fn router() -> Router {
    Router::new("").routes(routes![update_admin])
}

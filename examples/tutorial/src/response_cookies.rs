//! [Response cookies](https://fastapi.tiangolo.com/advanced/response-cookies/).

use avocet::prelude::*;
use avocet::response::ResponseParts;

#[model(output)]
struct Message {
    message: &'static str,
}

const MESSAGE: Message = Message {
    message: "Come to the dark side, we have cookies",
};

#[headers]
struct Session {
    fakesession: SetCookie,
}

#[post("/cookie/")]
async fn create_cookie() -> WithHeaders<Message, Session> {
    let fakesession = SetCookie::new("fake-cookie-session-value");
    WithHeaders::new(MESSAGE, Session { fakesession })
}

#[post("/cookie-and-object/")]
async fn create_cookie_and_object(#[request] response: ResponseParts) -> Message {
    response.set("fakesession", SetCookie::new("fake-cookie-session-value"));
    MESSAGE
}

pub fn app() -> App {
    crate::fastapi().routes(routes![create_cookie, create_cookie_and_object])
}

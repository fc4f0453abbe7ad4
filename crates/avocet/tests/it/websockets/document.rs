//! The description of a WebSocket in the document.

use avocet::prelude::*;
use serde_json::json;

#[model(input)]
struct Question {
    /// What to answer.
    #[field(min_length = 1)]
    text: String,
}

#[model(output)]
struct Token {
    text: String,
}

/// Chat.
///
/// Ask as often as you like.
#[websocket(
    "/chat/{room}",
    tag = "chat",
    subprotocol = "chat.v1",
    message_limit = 65_536
)]
async fn chat(room: u32, mut socket: WebSocket<Question, Token>) -> Result<(), HttpError> {
    if let Some(question) = socket.recv().await {
        socket
            .send(Token {
                text: format!("{room} {}", question.text),
            })
            .await?;
    }
    Ok(())
}

#[websocket("/lists")]
async fn lists(mut socket: WebSocket<Vec<u32>, String>) {
    while socket.recv().await.is_some() {}
}

#[test]
fn both_directions_stand_in_the_operation_with_their_models() {
    let app = App::new("Chat", "1.0.0").routes(routes![chat, lists]);
    let service = app.build().expect("it builds");
    let document = service.openapi();
    crate::publish("websockets", document);
    let operation = &document["paths"]["/chat/{room}"]["get"];
    assert_eq!(
        operation["x-websocket"],
        json!({
            "receives": {
                "frame": "text",
                "contentType": "application/json",
                "schema": {"$ref": "#/components/schemas/Question"}
            },
            "sends": {
                "frame": "text",
                "contentType": "application/json",
                "schema": {"$ref": "#/components/schemas/Token"}
            },
            "subprotocols": ["chat.v1"],
            "messageLimit": 65_536
        })
    );
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["Question"]["properties"]["text"]["minLength"], 1);
    assert_eq!(schemas["Token"]["type"], "object");
    let statuses: Vec<&String> = operation["responses"]
        .as_object()
        .expect("answers")
        .keys()
        .collect();
    assert_eq!(statuses, ["101", "400", "403", "422", "426", "default"]);
    let description = operation["description"].as_str().expect("text");
    assert!(
        description.starts_with("Ask as often as you like.\n\nThis is a **WebSocket**"),
        "{description}"
    );
    assert!(
        description.contains("| the server sends | JSON of the model **Token**, in text |"),
        "{description}"
    );

    let lists = &document["paths"]["/lists"]["get"]["x-websocket"];
    assert_eq!(lists["receives"]["schema"]["type"], "array");
    assert_eq!(
        lists["sends"],
        json!({"frame": "text", "contentType": "text/plain"})
    );
}

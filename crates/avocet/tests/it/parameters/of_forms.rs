//! Models as forms.

use avocet::extract::Upload;
use avocet::prelude::*;
use avocet::testing::TestForm;
use serde_json::{Value, json};

use super::{client, document, documented, good, mistakes, rejected, same};

#[model]
#[serde(deny_unknown_fields)]
struct Signup {
    #[field(min_length = 3, check = has_an_at)]
    email: String,
    #[field(ge = 18)]
    age: Option<u8>,
    #[field(default)]
    topics: Vec<String>,
}

#[expect(clippy::ptr_arg, reason = "a check is given the field's type")]
fn has_an_at(email: &String) -> Result<(), &'static str> {
    if email.contains('@') {
        Ok(())
    } else {
        Err("needs an @")
    }
}

#[post("/signup")]
async fn sign_up(#[form] signup: Signup) -> Value {
    json!(signup)
}

#[tokio::test]
async fn a_form_is_a_model() {
    let client = client(routes![sign_up]);
    let fields = [
        ("topics", "a"),
        ("email", "a@b"),
        ("topics", "b"),
        ("age", ""),
    ];
    let expected = json!({"email": "a@b", "age": null, "topics": ["a", "b"]});
    assert_eq!(good(client.post("/signup").form(&fields)).await, expected);
    let form = fields
        .iter()
        .fold(TestForm::new(), |form, (name, text)| form.text(name, text));
    assert_eq!(good(client.post("/signup").multipart(form)).await, expected);
    let found =
        rejected(
            client
                .post("/signup")
                .form(&[("email", ""), ("age", "17"), ("admin", "1")]),
        )
        .await;
    same(
        &found,
        &[
            ("body.age", "greater_than_equal"),
            ("body.email", "missing"),
            ("body.admin", "extra_forbidden"),
        ],
    );
    same(
        &rejected(client.post("/signup").form(&[("email", "abc")])).await,
        &[("body.email", "value_error")],
    );
    same(
        &rejected(client.post("/signup")).await,
        &[("body.email", "missing")],
    );
    let response = client
        .post("/signup")
        .json(&json!({"email": "a@b"}))
        .send()
        .await;
    assert_eq!(response.status(), 415);
}

#[tokio::test]
async fn a_file_where_a_model_has_text_is_rejected() {
    let client = client(routes![sign_up]);
    let form = TestForm::new()
        .text("email", "a@b")
        .file("topics", "a.txt", "text/plain", "a");
    let found = rejected(client.post("/signup").multipart(form)).await;
    same(&found, &[("body.topics.0", "text_expected")]);
}

#[tokio::test]
async fn the_form_is_documented_under_the_models_name() {
    let client = client(routes![sign_up]);
    let operation = documented(&client, "post", "/signup").await;
    assert_eq!(
        operation["requestBody"],
        json!({
            "required": true,
            "content": {
                "application/x-www-form-urlencoded": {
                    "schema": {"$ref": "#/components/schemas/Signup"},
                    "encoding": {"topics": {"style": "form", "explode": true}},
                },
            },
        })
    );
    let signup = &document(&client).await["components"]["schemas"]["Signup"];
    assert_eq!(signup["additionalProperties"], false);
    assert_eq!(signup["required"], json!(["email"]));
}

#[model]
struct Photo {
    title: String,
    #[field(default)]
    public: bool,
}

#[post("/photos")]
async fn add_photo(
    #[form] photo: Photo,
    #[file] image: Upload,
    #[form] album: Option<u32>,
) -> Value {
    json!({"photo": photo, "size": image.size(), "album": album})
}

#[tokio::test]
async fn a_model_a_file_and_a_field_share_one_form() {
    let client = client(routes![add_photo]);
    let form = TestForm::new()
        .text("title", "Sea")
        .text("album", "3")
        .file("image", "a.png", "image/png", "abc");
    let read = good(client.post("/photos").multipart(form)).await;
    assert_eq!(
        read,
        json!({"photo": {"title": "Sea", "public": false}, "size": 3, "album": 3})
    );
    let document = document(&client).await;
    let schema = &document["components"]["schemas"]["Body_add_photo"];
    let properties: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
    assert_eq!(properties, ["title", "public", "album", "image"]);
    assert_eq!(schema["required"], json!(["title", "image"]));
}

#[model]
#[serde(tag = "method", rename_all = "snake_case")]
enum Payment {
    Card {
        #[field(pattern = "^[0-9]{4}$")]
        number: String,
    },
    #[serde(rename_all = "snake_case")]
    Transfer {
        iban: String,
        #[field(default)]
        days: Vec<u8>,
    },
    Cash,
}

#[post("/pay")]
async fn pay(#[form] payment: Payment) -> Value {
    json!(payment)
}

#[tokio::test]
async fn a_form_can_be_told_by_a_tag() {
    let client = client(routes![pay]);
    let fields = [
        ("days", "1"),
        ("iban", "X"),
        ("method", "transfer"),
        ("days", "2"),
    ];
    let read = good(client.post("/pay").form(&fields)).await;
    assert_eq!(
        read,
        json!({"method": "transfer", "iban": "X", "days": [1, 2]})
    );
    assert_eq!(
        good(client.post("/pay").form(&[("method", "cash")])).await,
        json!({"method": "cash"})
    );
    let found = rejected(
        client
            .post("/pay")
            .form(&[("method", "card"), ("number", "12")]),
    )
    .await;
    same(&found, &[("body.card.number", "string_pattern_mismatch")]);
    same(
        &rejected(client.post("/pay").form(&[("iban", "X")])).await,
        &[("body", "union_tag_not_found")],
    );
    same(
        &rejected(client.post("/pay").form(&[("method", "gold")])).await,
        &[("body", "union_tag_invalid")],
    );
    let operation = documented(&client, "post", "/pay").await;
    let schema =
        &operation["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"];
    assert_eq!(*schema, json!({"$ref": "#/components/schemas/Payment"}));
}

#[post("/mixed")]
async fn mixed(#[form] payment: Payment, #[form] note: String) {
    let _ = (payment, note);
}

#[post("/both")]
async fn both(#[form] photo: Photo, #[form] title: u32) {
    let _ = (photo, title);
}

#[test]
fn what_cannot_share_a_form_is_a_mistake_at_the_start() {
    let found = mistakes(routes![mixed]);
    assert!(found[0].contains("a tagged enum"), "{found:#?}");
    assert_eq!(
        mistakes(routes![both]),
        ["two arguments take the field `title` of the form"]
    );
}

#[post("/maybe")]
async fn maybe(#[form] photo: Option<Photo>) -> Value {
    json!(photo)
}

#[tokio::test]
async fn a_form_may_be_absent_as_a_whole() {
    let client = client(routes![maybe]);
    assert_eq!(good(client.post("/maybe")).await, Value::Null);
    assert_eq!(
        good(client.post("/maybe").form(&[("public", "")])).await,
        Value::Null
    );
    same(
        &rejected(client.post("/maybe").form(&[("public", "1")])).await,
        &[("body.title", "missing")],
    );
    let operation = documented(&client, "post", "/maybe").await;
    assert!(
        operation["requestBody"]
            .get("required")
            .is_none_or(|required| *required == false)
    );
}

#[post(
    "/limited",
    form_fields = 2,
    form_files = 1,
    form_text_bytes = 10,
    form_file_bytes = 4
)]
async fn limited(#[form] notes: Vec<String>, #[file] files: Vec<Upload>) -> Value {
    json!([notes.len(), files.len()])
}

#[tokio::test]
async fn a_route_has_limits_of_its_own_on_its_form() {
    let client = client(routes![limited]);
    let form = |notes: &[&str], files: &[&'static str]| {
        let form = notes
            .iter()
            .fold(TestForm::new(), |form, note| form.text("notes", note));
        files.iter().fold(form, |form, file| {
            form.file("files", "a", "text/plain", *file)
        })
    };
    let at_the_limit = client
        .post("/limited")
        .multipart(form(&["12345", "67890"], &["1234"]));
    assert_eq!(good(at_the_limit).await, json!([2, 1]));
    for (form, status, detail) in [
        (
            form(&["1", "2", "3"], &["1"]),
            400,
            "Too many fields. Maximum number of fields is 2.",
        ),
        (
            form(&["1"], &["1", "2"]),
            400,
            "Too many files. Maximum number of files is 1.",
        ),
        (
            form(&["12345", "678901"], &["1"]),
            413,
            "The text of the form is over the limit of 10 bytes",
        ),
        (
            form(&["1"], &["12345"]),
            413,
            "A file of the form is over the limit of 4 bytes",
        ),
    ] {
        let response = client.post("/limited").multipart(form).send().await;
        assert_eq!(response.status(), status, "{detail}");
        assert_eq!(response.json::<Value>().await, json!({"detail": detail}));
    }
}

#[post("/pictured")]
async fn sign_up_pictured(
    #[form] signup: Signup,
    #[file(alias = "photo")] picture: Option<Upload>,
) -> Value {
    json!([signup.email, picture.map(|it| it.file_name())])
}

#[tokio::test]
async fn the_alias_of_a_file_is_known_beside_a_closed_form() {
    let client = client(routes![sign_up_pictured]);
    let form = TestForm::new()
        .text("email", "a@b")
        .file("photo", "me.png", "image/png", "bytes");
    let response = good(client.post("/pictured").multipart(form)).await;
    assert_eq!(response, json!(["a@b", "me.png"]));
}

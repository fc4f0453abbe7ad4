use serde_json::{Value, json};

use super::breaking_changes;

/// A document whose one operation reads and writes these schemas.
fn document(body: &Value, response: &Value) -> Value {
    json!({"paths": {"/item": {"post": {
        "requestBody": {"required": true, "content": {"application/json": {"schema": body}}},
        "responses": {"200": {"description": "", "content": {"application/json": {"schema": response}}}},
    }}}})
}

/// Returns the changes from one schema to another, of a body and of a response.
fn changes(old: &Value, new: &Value) -> [Vec<String>; 2] {
    let same = json!({});
    let short = |changes: Vec<String>| {
        let place = |it: &String| it.splitn(3, ": ").nth(2).map(str::to_owned);
        changes.iter().filter_map(place).collect()
    };
    [
        short(breaking_changes(
            &document(old, &same),
            &document(new, &same),
        )),
        short(breaking_changes(
            &document(&same, old),
            &document(&same, new),
        )),
    ]
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn a_body_may_not_become_stricter_nor_a_response_wider() {
    let object = |properties: Value, required: Value| json!({"type": "object", "properties": properties, "required": required});
    let text = json!({"type": "string"});
    let a = json!({"type": "object", "title": "A", "properties": {"kind": {"const": "a"}}});
    let b = json!({"type": "object", "title": "B", "properties": {"kind": {"const": "b"}}});
    let rows = [
        // (one schema, another one, what breaks a body from the first to the second, what breaks a response)
        (
            json!({"type": "integer"}),
            json!({"type": "number"}),
            "",
            "the type was `integer` and is `number`",
        ),
        (
            json!({"type": "string"}),
            json!({"type": ["string", "null"]}),
            "",
            "the type was `string` and is `string` or `null`",
        ),
        (
            json!({"anyOf": [text, {"type": "null"}]}),
            text.clone(),
            "the type was `null` and is `string`",
            "",
        ),
        (
            json!({"type": "integer", "minimum": 1}),
            json!({"type": "integer", "minimum": 5}),
            "`minimum` was 1 and is 5",
            "",
        ),
        (
            json!({"type": "integer"}),
            json!({"type": "integer", "maximum": 9}),
            "`maximum` is new: 9",
            "",
        ),
        (
            json!({"type": "string", "maxLength": 9}),
            json!({"type": "string", "maxLength": 10}),
            "",
            "`maxLength` was 9 and is 10",
        ),
        (
            json!({"type": "string", "pattern": "^a"}),
            json!({"type": "string"}),
            "",
            "`pattern` is gone; it was \"^a\"",
        ),
        (
            json!({"enum": ["a", "b"]}),
            json!({"enum": ["a", "c"]}),
            "\"b\" is no longer accepted",
            "\"c\" is a new value",
        ),
        (
            json!({"type": "string"}),
            json!({"type": "string", "enum": ["a"]}),
            "must now be one of \"a\"",
            "",
        ),
        (
            json!({"type": "string", "const": "a"}),
            json!({"type": "string"}),
            "",
            "need no longer be one of \"a\"",
        ),
        (
            json!({"type": "array", "items": {"type": "integer"}}),
            json!({"type": "array", "items": text}),
            "items: the type was `integer` and is `string`",
            "items: the type was `integer` and is `string`",
        ),
        (
            json!({"type": "array"}),
            json!({"type": "array", "uniqueItems": true}),
            "items must now be unique",
            "",
        ),
        (
            object(json!({"a": text}), json!([])),
            object(json!({"a": text}), json!(["a"])),
            "`a`: is now required",
            "",
        ),
        (
            object(json!({"a": text}), json!(["a"])),
            object(json!({"a": text}), json!([])),
            "",
            "`a`: may now be absent",
        ),
        (
            object(json!({"a": text}), json!([])),
            object(json!({}), json!([])),
            "`a`: is gone",
            "`a`: is gone",
        ),
        (
            object(json!({}), json!([])),
            object(json!({"a": text}), json!([])),
            "",
            "",
        ),
        (
            object(json!({}), json!([])),
            object(json!({"a": text}), json!(["a"])),
            "`a`: is new and required",
            "",
        ),
        (
            json!({"type": "object"}),
            json!({"type": "object", "additionalProperties": false}),
            "unknown properties are no longer accepted",
            "",
        ),
        (
            json!({"type": "object", "additionalProperties": text}),
            json!({"type": "object", "additionalProperties": {"type": "integer"}}),
            "values: the type was `string` and is `integer`",
            "values: the type was `string` and is `integer`",
        ),
        (
            json!({"oneOf": [a]}),
            json!({"oneOf": [a, b]}),
            "",
            "`kind`: \"b\" is a new value",
        ),
        (json!({"oneOf": [a, b]}), json!({"oneOf": [b, a]}), "", ""),
        (
            json!({"oneOf": [a, b, text]}),
            json!({"oneOf": [a, b]}),
            "`string` is no longer one of the alternatives",
            "",
        ),
        (
            json!({"allOf": [object(json!({"a": text}), json!(["a"]))]}),
            object(json!({"a": text}), json!(["a"])),
            "",
            "",
        ),
        (
            json!({"type": "integer", "title": "Old"}),
            json!({"type": "integer", "description": "New", "default": 3}),
            "",
            "",
        ),
    ];
    for (old, new, body, response) in rows {
        let lines = |text: &str| -> Vec<String> {
            text.split_terminator('\n').map(str::to_owned).collect()
        };
        let expected = [lines(body), lines(response)];
        assert_eq!(changes(&old, &new), expected, "from {old} to {new}");
        assert_eq!(changes(&old, &old), [[""; 0]; 2], "{old}");
        assert_eq!(changes(&new, &new), [[""; 0]; 2], "{new}");
    }
}

#[test]
fn parameters_bodies_responses_and_credentials_of_an_operation_are_compared() {
    let integer = json!({"type": "integer"});
    let old = json!({
        "paths": {
            "/items/{id}": {
                "get": {
                    "parameters": [
                        {"name": "id", "in": "path", "required": true, "schema": integer},
                        {"name": "limit", "in": "query", "schema": integer},
                        {"name": "X-Old", "in": "header", "schema": integer},
                    ],
                    "security": [{"key": []}, {"login": ["read", "write"]}],
                    "responses": {
                        "200": {"headers": {"ETag": {}}, "content": {"application/json": {"schema": integer}, "text/csv": {}}},
                        "404": {"content": {"application/json": {"schema": integer}}},
                    },
                },
                "delete": {"responses": {"204": {}}},
            },
            "/open": {"post": {"responses": {"200": {}}}},
        },
        "webhooks": {"paid": {"post": {
            "requestBody": {"content": {"application/json": {"schema": {"type": "object", "properties": {"a": integer}, "required": ["a"]}}}},
            "responses": {"200": {}},
        }}},
    });
    let new = json!({
        "paths": {
            "/items/{item}": {"get": {
                "parameters": [
                    {"name": "item", "in": "path", "required": true, "schema": {"type": "string"}},
                    {"name": "limit", "in": "query", "required": true, "schema": integer},
                    {"name": "page", "in": "query", "schema": integer},
                    {"name": "unit", "in": "query", "required": true, "schema": integer},
                ],
                "security": [{"login": ["read"]}],
                "responses": {
                    "200": {"content": {"application/json": {"schema": integer}}},
                    "202": {},
                    "409": {},
                },
            }},
            "/open": {"post": {
                "security": [{"key": []}],
                "requestBody": {"required": true, "content": {"application/json": {"schema": integer}}},
                "responses": {"200": {}},
            }},
            "/new": {"get": {"responses": {"200": {}}}},
        },
        "webhooks": {"paid": {"post": {
            "requestBody": {"content": {"application/json": {"schema": {"type": "object", "properties": {"a": integer, "b": integer}}}}},
            "responses": {"200": {}},
        }}},
    });
    let expected = [
        "GET /items/{id}: path parameter `id`: the type was `integer` and is `string`",
        "GET /items/{id}: query parameter `limit`: is now required",
        "GET /items/{id}: header parameter `X-Old`: is gone",
        "GET /items/{id}: query parameter `unit`: is new and required",
        "GET /items/{id}: response 200: the header `ETag` is gone",
        "GET /items/{id}: response 200: `text/csv` is no longer written",
        "GET /items/{id}: response 202: is new, and not an error",
        "GET /items/{id}: the credentials `key` are no longer enough",
        "DELETE /items/{id}: is gone",
        "POST /open: body: is new and required",
        "POST /open: requires credentials now",
        "webhook POST paid: body: `a`: may now be absent",
    ];
    let mut found = breaking_changes(&old, &new);
    let mut expected = expected.map(str::to_owned).to_vec();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    assert_eq!(breaking_changes(&old, &old), [""; 0]);
    assert_eq!(breaking_changes(&new, &new), [""; 0]);
}

#[test]
fn a_schema_that_contains_itself_ends() {
    let tree = |rule: Value| {
        let mut document = document(&json!({"$ref": "#/components/schemas/Tree"}), &json!({}));
        document["components"] = json!({"schemas": {"Tree": {"type": "object", "properties": {
            "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
            "size": rule,
        }}}});
        document
    };
    let old = tree(json!({"type": "integer"}));
    let new = tree(json!({"type": "integer", "minimum": 0}));
    assert_eq!(
        breaking_changes(&old, &new),
        ["POST /item: body: `size`: `minimum` is new: 0"]
    );
    let circle =
        json!({"paths": {"/a": {"get": {"requestBody": {"$ref": "#/paths/~1a/get/requestBody"}}}}});
    assert_eq!(breaking_changes(&circle, &circle), [""; 0]);
}

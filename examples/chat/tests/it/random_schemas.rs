//! Random schemas: every response of the trained model is valid by its schema.

use std::path::Path;

use avocet::testing::TestClient;
use chat::{Engine, api};
use serde_json::{Map, Value, json};

/// Draws numbers below a bound (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % bound
    }

    fn pick(&mut self, schemas: &[Value]) -> Value {
        let index = usize::try_from(self.below(schemas.len() as u64)).unwrap();
        schemas[index].clone()
    }

    /// Returns a schema with at most this many levels of objects, arrays and unions.
    fn schema(&mut self, depth: u64) -> Value {
        let leaves = [
            json!({"type": "string"}),
            json!({"type": "string", "minLength": 2, "maxLength": 9}),
            json!({"type": "string", "pattern": "^[A-Z][a-z]{1,6}$"}),
            json!({"type": "string", "format": "date"}),
            json!({"enum": ["wader", "duck", "gull \"x\"", null, 7]}),
            json!({"type": "integer"}),
            json!({"type": "integer", "minimum": -3, "maximum": 40}),
            json!({"type": "number", "minimum": 0, "exclusiveMaximum": 1}),
            json!({"type": "boolean"}),
            json!({"type": ["string", "null"]}),
            json!({"const": {"kind": "bird", "legs": [1, 2]}}),
            json!({"$ref": "#/$defs/node"}),
        ];
        if depth == 0 {
            return self.pick(&leaves);
        }
        match self.below(4) {
            0 => {
                let (mut properties, mut required) = (Map::new(), Vec::new());
                for name in ["name", "legs", "of water"]
                    .iter()
                    .take(1 + usize::try_from(self.below(3)).unwrap())
                {
                    properties.insert((*name).to_owned(), self.schema(depth - 1));
                    if self.below(2) == 0 {
                        required.push(*name);
                    }
                }
                json!({"type": "object", "properties": properties, "required": required, "additionalProperties": self.below(3) == 0})
            }
            1 => {
                json!({"type": "array", "items": self.schema(depth - 1), "minItems": self.below(3)})
            }
            2 => json!({"anyOf": [self.schema(depth - 1), self.schema(depth - 1)]}),
            _ => self.pick(&leaves),
        }
    }
}

#[tokio::test]
async fn random_schemas_are_followed() {
    let count = std::env::var("AVOCET_SCHEMAS").map_or(5, |count| count.parse().unwrap());
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("model");
    let app = api::app(Engine::load(&model).unwrap()).build().unwrap();
    let client = TestClient::start(app).await.unwrap();
    let mut random = Random(16);
    for seed in 0..count {
        let mut schema = random.schema(3);
        schema["$defs"] = json!({"node": {
            "type": "object",
            "properties": {"value": {"type": "integer"}, "next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]}},
            "required": ["value", "next"], "additionalProperties": false,
        }});
        let body = json!({
            "model": "model", "messages": [{"role": "user", "content": "Describe an avocet."}], "temperature": 1, "seed": seed,
            "response_format": {"type": "json_schema", "json_schema": {"name": "bird", "schema": schema, "strict": true}},
        });
        let response = client.post("/v1/chat/completions").json(&body).send().await;
        let response: Value = response.json().await;
        let text = response["choices"][0]["message"]["content"].as_str();
        let text = text.unwrap_or_else(|| panic!("{schema}: {response}"));
        let value: Value = serde_json::from_str(text)
            .unwrap_or_else(|error| panic!("{error}: {text} for {schema}"));
        assert!(jsonschema::is_valid(&schema, &value), "{text} for {schema}");
    }
}

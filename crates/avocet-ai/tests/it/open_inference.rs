//! The Open Inference Protocol.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use avocet::prelude::*;
use avocet::testing::TestClient;
use avocet_ai::generate::GenerateError;
use avocet_ai::tensor::{
    Datatype, ModelMetadata, TensorMetadata, TensorModel, TensorRequest, TensorResponse,
};
use avocet_ai::{Catalog, OpenInference};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::script::Lengths;

/// Returns its input `x` of the shape [-1, 2], and counts the calls.
struct Echo {
    datatype: Datatype,
    ready: bool,
    calls: Arc<AtomicUsize>,
}

impl TensorModel for Echo {
    fn metadata(&self) -> ModelMetadata {
        let x = vec![TensorMetadata::new("x", self.datatype, [-1, 2])];
        ModelMetadata {
            platform: "test".to_owned(),
            versions: vec!["1".to_owned()],
            inputs: x.clone(),
            outputs: x,
        }
    }

    async fn infer(&self, request: TensorRequest) -> Result<TensorResponse, GenerateError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        Ok(TensorResponse {
            outputs: request.inputs,
        })
    }

    fn ready(&self) -> bool {
        self.ready
    }
}

/// Serves an echo for each datatype, by its name, and the lengths.
fn client(ready: bool) -> (TestClient, Arc<AtomicUsize>) {
    let calls = Arc::<AtomicUsize>::default();
    let mut models = Catalog::new().embedding("lengths", Lengths);
    for datatype in Datatype::ALL {
        let calls = Arc::clone(&calls);
        let model = Echo {
            datatype: *datatype,
            ready,
            calls,
        };
        models = models.tensor(datatype.name(), model);
    }
    let app = App::new("Models", "1.0.0").plugin(OpenInference::new(models));
    (TestClient::new(app.build().unwrap()), calls)
}

fn input(shape: &Value, members: &Value) -> Value {
    let mut input = json!({"name": "x", "shape": shape, "datatype": "INT32"});
    for (name, value) in members.as_object().unwrap() {
        input[name] = value.clone();
    }
    json!({"inputs": [input]})
}

#[tokio::test]
async fn health_and_metadata_are_those_of_the_models() {
    let (up, _) = client(true);
    for path in [
        "/v2",
        "/v2/health/live",
        "/v2/health/ready",
        "/v2/models/INT32/ready",
        "/v2/models/INT32/versions/1/ready",
    ] {
        assert_eq!(up.get(path).send().await.status(), 200, "{path}");
    }
    let x = json!([{"name": "x", "datatype": "INT32", "shape": [-1, 2]}]);
    for path in ["/v2/models/INT32", "/v2/models/INT32/versions/1"] {
        let model: Value = up.get(path).send().await.json().await;
        let expected = json!({"name": "INT32", "versions": ["1"], "platform": "test", "inputs": x, "outputs": x});
        assert_eq!(model, expected);
    }
    let index: Value = up.post("/v2/repository/index").send().await.json().await;
    assert_eq!(index.as_array().unwrap().len(), Datatype::ALL.len() + 1);
    for path in ["/v2/models/none", "/v2/models/INT32/versions/2"] {
        let response = up.get(path).send().await;
        assert_eq!(response.status(), 404);
        let error: Value = response.json().await;
        assert!(error["error"].as_str().unwrap().ends_with("does not exist"));
    }
    let (down, _) = client(false);
    for path in ["/v2/health/ready", "/v2/models/INT32/ready"] {
        assert_eq!(down.get(path).send().await.status(), 503, "{path}");
    }
    assert_eq!(down.get("/v2/health/live").send().await.status(), 200);
}

#[tokio::test]
async fn texts_are_embedded() {
    let (client, _) = client(true);
    let text = json!({"id": "7", "inputs": [{"name": "text", "shape": [2], "datatype": "BYTES", "data": ["a", "bcd"]}]});
    let response = client
        .post("/v2/models/lengths/infer")
        .json(&text)
        .send()
        .await;
    let response: Value = response.json().await;
    assert_eq!(response["id"], "7");
    let output = json!({"name": "embedding", "datatype": "FP32", "shape": [2, 2], "data": [1.0, 1.0, 3.0, 1.0]});
    assert_eq!(response["outputs"], json!([output]));
}

/// Sends JSON and binary data to `INT32`, and returns the message of the 400.
async fn rejection(client: &TestClient, request: &Value, data: &[u8]) -> String {
    let text = request.to_string();
    let length = text.len().to_string();
    let post = client.post("/v2/models/INT32/infer");
    let post = post.body([text.as_bytes(), data].concat());
    let response = post
        .header("inference-header-content-length", &length)
        .send()
        .await;
    assert_eq!(response.status(), 400, "{request}");
    let error: Value = response.json().await;
    error["error"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn wrong_requests_name_the_input_and_the_rule() {
    let (client, calls) = client(true);
    let two = json!([1, 2]);
    let size = |size: i64| json!({"parameters": {"binary_data_size": size}});
    let mut output = input(&two, &json!({"data": [1, 2]}));
    output["outputs"] = json!([{"name": "z"}]);
    let rows: Vec<(Value, &[u8], &str)> = vec![
        (
            input(&two, &json!({"name": "y", "data": [1, 2]})),
            b"",
            "input `y`: the model has no input",
        ),
        (
            json!({"inputs": []}),
            b"",
            "input `x`: the request does not have it",
        ),
        (
            input(&two, &json!({"datatype": "FP32", "data": [1, 2]})),
            b"",
            "input `x`: the datatype is FP32",
        ),
        (
            input(&json!([2]), &json!({"data": [1, 2]})),
            b"",
            "input `x`: the shape is [2], the model has [-1, 2]",
        ),
        (
            input(&json!([1, 3]), &json!({"data": [1, 2, 3]})),
            b"",
            "input `x`: the shape is [1, 3]",
        ),
        (
            input(&json!([-1, 2]), &json!({"data": [1, 2]})),
            b"",
            "negative dimension",
        ),
        (
            input(&json!([i64::MAX, 2]), &json!({"data": []})),
            b"",
            "the shape has 18446744073709551614 elements",
        ),
        (
            input(&json!([i64::MAX, 2]), &size(0)),
            b"",
            "18446744073709551614 elements of INT32 are",
        ),
        (
            input(&two, &json!({"data": [1]})),
            b"",
            "input `x`: the shape has 2 elements, `data` 1",
        ),
        (
            input(&two, &json!({"data": [[1], [2]]})),
            b"",
            "a nested array of `data` has 2 items, the shape 1",
        ),
        (
            input(&two, &json!({"data": [1, 1.5]})),
            b"",
            "element 1 of `data` is not a value of INT32",
        ),
        (
            input(&two, &json!({"data": [1, 4_294_967_296_u64]})),
            b"",
            "element 1 of `data`",
        ),
        (
            input(&two, &json!({})),
            b"",
            "neither `data` nor `binary_data_size`",
        ),
        (
            input(&two, &size(8)),
            b"1234",
            "`binary_data_size` is 8, but 4 bytes are left",
        ),
        (
            input(&two, &size(4)),
            b"1234",
            "2 elements of INT32 are 8 bytes, `binary_data_size` is 4",
        ),
        (
            input(&two, &size(8)),
            b"123456789",
            "1 bytes follow the binary data",
        ),
        (output, b"", "output `z`: the model has no output"),
    ];
    for (request, data, rule) in rows {
        let message = rejection(&client, &request, data).await;
        assert!(message.contains(rule), "{message}\n{rule}");
    }
    assert_eq!(calls.load(Ordering::Relaxed), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// JSON, to binary, to JSON again.
    #[test]
    fn encodings_round_trip(
        doubles in prop::collection::vec(any::<[i64; 2]>(), 0..5),
        floats in prop::collection::vec(prop::array::uniform2(prop::num::f64::NORMAL), 0..5),
        texts in prop::collection::vec(any::<[String; 2]>(), 0..5),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (client, _) = client(true);
        for (name, data) in [("INT64", json!(doubles.concat())), ("FP64", json!(floats.concat())), ("BYTES", json!(texts.concat()))] {
            let shape = json!([data.as_array().unwrap().len() / 2, 2]);
            let path = format!("/v2/models/{name}/infer");
            let x = json!({"name": "x", "datatype": name, "shape": shape, "data": data});
            let request = json!({"parameters": {"binary_data_output": true}, "inputs": [x]});
            let back: Value = runtime.block_on(async {
                let response = client.post(&path).json(&request).send().await;
                let length = response.headers()["inference-header-content-length"].to_str().unwrap().to_owned();
                let body = response.bytes().await;
                let (text, binary) = body.split_at(length.parse().unwrap());
                let output: Value = serde_json::from_slice(text).unwrap();
                // An output of the response is an input of a request.
                let text = json!({"inputs": output["outputs"]}).to_string();
                let length = text.len().to_string();
                let post = client.post(&path).body([text.as_bytes(), binary].concat());
                let response = post.header("inference-header-content-length", &length).send().await;
                response.json().await
            });
            prop_assert_eq!(&back["outputs"][0]["data"], &x["data"]);
        }
    }
}

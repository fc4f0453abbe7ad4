//! `items`: a parts catalogue, typed path and query parameters and their constraints.

use avocet::{OperationIds, prelude::*};
use serde_json::{Value, json};

#[model]
#[serde(rename_all = "lowercase")]
enum Material {
    Steel,
    Brass,
    Nylon,
}

#[model(literal)]
enum Sort {
    #[serde(rename = "name")]
    Name,
    #[serde(rename = "price")]
    Price,
    #[serde(rename = "-price")]
    PriceDown,
}

#[model(integer)]
enum Grade {
    Rough = 1,
    Fine = 2,
}

#[get("/parts/{part_id}")]
async fn read_part(
    part_id: i64,
    #[query(default = false)] detail: bool,
    #[query] note: Option<String>,
) -> Value {
    json!({"part_id": part_id, "detail": detail, "note": note})
}

#[get("/parts")]
async fn list_parts(
    #[query(default = 1, ge = 1)] page: i64,
    /// How many parts to return
    #[query(default = 20, gt = 0, le = 100)]
    per_page: i64,
    #[query(min_length = 2, max_length = 12)] search: Option<String>,
    #[query(default = Sort::Name)] sort: Sort,
) -> Value {
    json!({"page": page, "per_page": per_page, "search": search, "sort": sort})
}

#[get("/weights/{grams}")]
async fn read_weight(
    #[path(gt = 0, lt = 5000)] grams: f64,
    #[query(default = 0.1, ge = 0, le = 0.5)] tolerance: f64,
) -> Value {
    json!({"grams": grams, "tolerance": tolerance})
}

#[get("/materials/{material}")]
async fn read_material(material: Material, #[query(default = Grade::Rough)] grade: Grade) -> Value {
    json!({"material": material, "grade": grade})
}

#[get("/lots/{lot_id}")]
async fn read_lot(lot_id: uuid::Uuid, #[query] parent: Option<uuid::Uuid>) -> Value {
    json!({"lot_id": lot_id, "parent": parent})
}

#[get("/switches/{state}")]
async fn read_switch(state: bool) -> Value {
    json!({"state": state})
}

#[get("/codes/{code}")]
async fn read_code(#[path(pattern = r"^[A-Z]{2}-\d{3}$")] code: String) -> Value {
    json!({"code": code})
}

#[get("/labels")]
async fn read_labels(
    #[query(default)] tag: Vec<String>,
    #[query(default = vec![10], min_items = 1, max_items = 3)] size: Vec<i64>,
) -> Value {
    json!({"tag": tag, "size": size})
}

#[get("/picks")]
async fn read_picks(#[query(items(ge = 0))] nr: Vec<i64>) -> Value {
    json!({"nr": nr, "sum": nr.iter().sum::<i64>()})
}

#[get("/batches")]
async fn read_batches(
    #[query(default = 5, multiple_of = 5, lt = 50)] step: i64,
    #[query(lt = 10)] below: Option<i64>,
    #[query(default = 0.5, multiple_of = 0.25)] ratio: f64,
) -> Value {
    json!({"step": step, "below": below, "ratio": ratio})
}

/// Look a part up by its name.
#[get("/lookup", summary = "Look Up")]
async fn look_up(
    #[query(rename = "q-text", min_length = 1, pattern = "^[a-z ]+$")] text: String,
    /// Use q-text
    #[query(deprecated)]
    old_name: Option<String>,
    #[query(hidden)] hidden: Option<i64>,
) -> Value {
    json!({"text": text, "old_name": old_name, "hidden": hidden})
}

#[get("/range")]
async fn read_range(#[query] low: i64, #[query] high: f64, #[query] strict: bool) -> Value {
    json!({"low": low, "high": high, "strict": strict})
}

/// Builds the app.
pub fn app() -> App {
    App::new("Parts catalogue", "1.0.0")
        .operation_ids(OperationIds::FastApi)
        .routes(routes![
            read_part,
            list_parts,
            read_weight,
            read_material,
            read_lot,
            read_switch,
            read_code,
            read_labels,
            read_picks,
            read_batches,
            look_up,
            read_range,
        ])
}

//! `models`: a workshop that takes JSON bodies, with every kind of model and constraint.

use std::collections::{BTreeMap, BTreeSet};

use avocet::{OperationIds, prelude::*};
use serde_json::{Value, json};
use uuid::Uuid;

#[model]
#[serde(rename_all = "lowercase")]
enum Priority {
    Low,
    High,
}

#[model(literal)]
#[serde(rename_all = "lowercase")]
enum Channel {
    Web,
    Phone,
}

#[model]
#[serde(deny_unknown_fields)]
struct Contact {
    #[field(min_length = 1, max_length = 40)]
    name: String,
    #[field(pattern = r"^\+?[0-9]{6,15}$")]
    phone: Option<String>,
}

#[model]
struct Part {
    #[field(pattern = r"^[a-z]+-\d+$")]
    sku: String,
    #[field(default = 1, gt = 0, le = 500)]
    amount: i64,
    #[field(ge = 0)]
    price: f64,
    #[field(default = false)]
    fragile: bool,
}

/// An order as a customer sends it.
#[model]
struct Order {
    #[field(ge = 1)]
    number: i64,
    contact: Contact,
    #[field(min_items = 1, max_items = 3)]
    parts: Vec<Part>,
    #[field(default, max_items = 2)]
    stock: BTreeMap<String, i64>,
    origin: Option<(f64, f64)>,
    #[field(default, max_items = 3)]
    tags: BTreeSet<String>,
    #[field(default = Priority::Low)]
    priority: Priority,
    #[field(default = Channel::Web)]
    channel: Channel,
    parent: Option<Uuid>,
    #[field(required)]
    remark: Option<String>,
}

#[model(output)]
struct OrderSummary {
    number: i64,
    contact: String,
    parts: i64,
    total: f64,
    stock: BTreeMap<String, i64>,
    origin: Option<(f64, f64)>,
    tags: Vec<String>,
    priority: Priority,
    channel: Channel,
    remark: Option<String>,
}

#[expect(clippy::cast_precision_loss, reason = "amounts are small")]
#[post("/orders", status = 201)]
async fn create_order(#[body] order: Order) -> OrderSummary {
    OrderSummary {
        number: order.number,
        contact: order.contact.name,
        parts: i64::try_from(order.parts.len()).unwrap_or(i64::MAX),
        total: order
            .parts
            .iter()
            .map(|part| part.amount as f64 * part.price)
            .sum(),
        stock: order.stock,
        origin: order.origin,
        tags: order.tags.into_iter().collect(),
        priority: order.priority,
        channel: order.channel,
        remark: order.remark,
    }
}

#[model(inline)]
#[serde(tag = "role", rename_all = "lowercase")]
enum Message {
    #[model(name = "SystemMessage")]
    System { content: String },
    #[model(name = "UserMessage")]
    User {
        #[field(min_length = 1)]
        content: String,
        name: Option<String>,
    },
    #[model(name = "ToolMessage")]
    Tool {
        call_id: String,
        result: BTreeMap<String, f64>,
    },
}

impl Message {
    fn role(&self) -> &'static str {
        match self {
            Self::System { .. } => "system",
            Self::User { .. } => "user",
            Self::Tool { .. } => "tool",
        }
    }
}

#[model]
#[serde(untagged)]
enum Stop {
    One(String),
    Many(Vec<String>),
}

#[model]
struct Chat {
    model: String,
    #[field(min_items = 1)]
    messages: Vec<Message>,
    #[field(default = 1.0, ge = 0, le = 2)]
    temperature: f64,
    stop: Option<Stop>,
}

#[post("/chat")]
async fn chat(#[body] body: Chat) -> Value {
    let stops = match body.stop {
        None => vec![],
        Some(Stop::One(text)) => vec![text],
        Some(Stop::Many(texts)) => texts,
    };
    let roles: Vec<_> = body.messages.iter().map(Message::role).collect();
    json!({"roles": roles, "temperature": body.temperature, "stops": stops})
}

#[model(check = Account::passwords_agree)]
#[serde(deny_unknown_fields)]
struct Account {
    #[field(rename = "userName", check = is_lower_case)]
    user_name: String,
    #[field(min_length = 8)]
    password: String,
    #[field(rename = "passwordRepeat")]
    repeat: String,
}

#[expect(clippy::ptr_arg, reason = "a check is given the field's type")]
fn is_lower_case(name: &String) -> Result<(), &'static str> {
    if name.chars().any(char::is_uppercase) {
        Err("must be lower case")
    } else {
        Ok(())
    }
}

impl Account {
    fn passwords_agree(&self) -> Result<(), &'static str> {
        if self.password == self.repeat {
            Ok(())
        } else {
            Err("passwords do not agree")
        }
    }
}

#[post("/accounts", status = 201)]
async fn create_account(#[body] account: Account) -> BTreeMap<String, String> {
    BTreeMap::from([("userName".to_owned(), account.user_name)])
}

#[model]
struct Node {
    value: i64,
    #[field(default)]
    children: Vec<Node>,
}

fn weigh(node: &Node) -> i64 {
    node.value + node.children.iter().map(weigh).sum::<i64>()
}

#[post("/trees")]
async fn weigh_tree(#[body] tree: Node) -> i64 {
    weigh(&tree)
}

#[model]
struct Embedding {
    #[field(min_items = 512, max_items = 512)]
    vector: Vec<f64>,
}

#[post("/embeddings")]
async fn store_embedding(#[body] body: Embedding) -> Value {
    json!({"dimensions": body.vector.len(), "sum": body.vector.iter().sum::<f64>()})
}

#[put("/parts")]
async fn replace_parts(#[body] parts: Vec<Part>) -> Vec<Part> {
    parts
}

#[post("/moves")]
async fn r#move(
    #[body] part: Part,
    #[body] contact: Contact,
    #[body(default = false)] urgent: bool,
) -> Value {
    json!({"sku": part.sku, "to": contact.name, "urgent": urgent})
}

/// Builds the app.
pub fn app() -> App {
    App::new("Workshop", "1.0.0")
        .operation_ids(OperationIds::FastApi)
        .routes(routes![
            create_order,
            chat,
            create_account,
            weigh_tree,
            store_embedding,
            replace_parts,
            r#move,
        ])
}

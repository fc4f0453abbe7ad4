//! Models that a service and its clients share.
//!
//! The crate depends on `avocet` without its default features: it has `#[model]` and the reader, and builds neither hyper nor tokio.
//! In a service, whose `avocet` has the feature `server`, the same types are bodies and responses.
//!
//! ```
//! use shared_models::{Item, NewItem, read_item};
//!
//! let new = NewItem { name: "lamp".to_owned(), price: 12.5 };
//! assert_eq!(new.to_json(), r#"{"name":"lamp","price":12.5}"#);
//!
//! let item: Item = read_item(br#"{"id": 1, "name": "lamp", "price": 12.5}"#).unwrap();
//! assert_eq!(item.id, 1);
//! let errors = read_item(br#"{"id": 1, "name": "", "price": 12.5}"#).unwrap_err();
//! assert_eq!(errors.to_string(), "body.name: String should have at least 1 character");
//! ```

use avocet::input::from_json;
use avocet::model;
use avocet::read::ValidationErrors;

/// An item to add.
#[model]
#[derive(Debug, Clone, PartialEq)]
pub struct NewItem {
    /// Its name.
    #[field(min_length = 1, max_length = 40)]
    pub name: String,
    /// Its price in euros.
    #[field(gt = 0)]
    pub price: f64,
}

/// An item of the shop.
#[model]
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Its number.
    pub id: u32,
    /// Its name.
    #[field(min_length = 1, max_length = 40)]
    pub name: String,
    /// Its price in euros.
    #[field(gt = 0)]
    pub price: f64,
}

impl NewItem {
    /// Returns the body of a request.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Reads the response of the service, with the rules of the model.
///
/// # Errors
/// All violations, each with its location.
pub fn read_item(body: &[u8]) -> Result<Item, ValidationErrors> {
    from_json(body)
}

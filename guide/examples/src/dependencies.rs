//! Dependencies.

use avocet::prelude::*;

// ANCHOR: page
#[derive(Clone)]
struct Page {
    offset: u32,
    limit: u32,
}

/// The part of a list that a client asks for.
#[dependency]
async fn page(
    #[query(default = 0, le = 10_000)] offset: u32,
    #[query(default = 10, le = 100)] limit: u32,
) -> Page {
    Page { offset, limit }
}

/// List items
#[get("/items")]
async fn list_items(#[depends(page)] page: Page) -> Vec<u32> {
    (page.offset..).take(page.limit as usize).collect()
}
// ANCHOR_END: page

// ANCHOR: transaction
use avocet::cleanup::Cleanup;

/// A transaction of a database.
#[derive(Clone)]
struct Transaction;

impl Transaction {
    async fn commit(self) -> Result<(), HttpError> {
        Err(HttpError::new(
            StatusCode::CONFLICT,
            "The item was changed meanwhile",
        ))
    }
}

#[dependency]
async fn transaction(#[request] cleanup: Cleanup) -> Transaction {
    cleanup.before_response(|outcome| async move {
        if outcome.is_success() {
            Transaction.commit().await?;
        }
        Ok(())
    });
    Transaction
}

/// Change an item
#[put("/items/{id}", response(409, "The item was changed meanwhile"))]
async fn change_item(id: u32, #[depends(transaction)] _transaction: Transaction) -> u32 {
    id
}
// ANCHOR_END: transaction

// ANCHOR: background
use avocet::cleanup::BackgroundTasks;

/// Order an item
#[post("/orders", status = 201)]
async fn order(#[body] item: u32, #[request] background: BackgroundTasks) -> u32 {
    background.add(async move { println!("mail about {item}") });
    item
}
// ANCHOR_END: background

pub fn app() -> App {
    App::new("Shop", "1.0.0").routes(routes![list_items, change_item, order])
}

pub use current::{app as app_with_user, current_user};

mod current {
    use avocet::prelude::*;
    use avocet::types::Secret;

    #[dependency]
    pub async fn current_user(#[bearer] token: Secret<String>) -> Result<String, HttpError> {
        Err(avocet::security::unauthorized(
            "Bearer",
            &format!(
                "No database knows this token of {} letters",
                token.expose().len()
            ),
        ))
    }

    /// Show yourself
    #[get("/me")]
    async fn me(#[depends(current_user)] user: String) -> String {
        user
    }

    pub fn app() -> App {
        App::new("Club", "1.0.0").routes(routes![me])
    }
}

//! A database transaction for each request, over [sqlx].
//!
//! [`Transaction`] is the value of a dependency. It is committed when the handler has succeeded, before the client sees the response: a commit
//! that fails is a 500, not a 201. It is rolled back after an error, a panic, and when the client has left.
//!
//! ```
//! use avocet::cleanup::Cleanup;
//! use avocet::prelude::*;
//! use avocet::testing::TestClient;
//! use avocet_sqlx::Transaction;
//! use sqlx::{Sqlite, SqlitePool};
//!
//! #[dependency]
//! async fn transaction(#[state] pool: SqlitePool, #[request] cleanup: Cleanup) -> Result<Transaction<Sqlite>, HttpError> {
//!     Transaction::begin(&pool, &cleanup).await.map_err(HttpError::internal)
//! }
//!
//! #[post("/items", status = 201)]
//! async fn add(#[body] name: String, #[depends(transaction)] transaction: Transaction<Sqlite>) -> Result<i64, HttpError> {
//!     let mut connection = transaction.connection().await.map_err(HttpError::internal)?;
//!     let insert = sqlx::query_scalar("INSERT INTO items (name) VALUES (?) RETURNING id");
//!     insert.bind(name).fetch_one(&mut *connection).await.map_err(HttpError::internal)
//! }
//!
//! # #[avocet::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let pool = SqlitePool::connect("sqlite::memory:").await?;
//! sqlx::query("CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)").execute(&pool).await?;
//! let service = App::new("Shop", "1.0.0").state(pool).routes(routes![add]).build()?;
//! let response = TestClient::new(service).post("/items").json("chair").send().await;
//! assert_eq!(response.status(), 201);
//! # Ok(())
//! # }
//! ```
//!
//! Several dependencies and the handler of one request share the transaction, because a dependency runs once in a request. A dependency
//! that adds its own clean-up after the transaction sees the commit's error as the outcome.

mod transaction;

pub use transaction::{Connection, Transaction, TransactionEnded};

// The code of the README is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

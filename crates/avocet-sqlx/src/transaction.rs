//! `Transaction`: a transaction that ends with its request.

use std::error::Error;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use avocet::cleanup::{Cleanup, Outcome};
use avocet::response::HttpError;
use sqlx::{Database, Pool};
use tokio::sync::{MappedMutexGuard, Mutex, MutexGuard};

/// A transaction that ends with its request. A clone is the same transaction.
///
/// The [outcome](Outcome) of the request decides:
///
/// | outcome | the transaction |
/// |---|---|
/// | a response below 400 | is committed before its head is sent; if that fails, the response is a 500 |
/// | an error response, a panic | is rolled back before the response |
/// | the client has left before the response | is rolled back |
///
/// The head of a stream is a response: what a stream does comes after the commit, so it takes a connection of the pool.
///
/// The connection of the pool is taken at [`begin`](Self::begin), so the pool's `acquire_timeout` bounds how long a request waits.
pub struct Transaction<DB: Database>(Shared<DB>);

type Shared<DB> = Arc<Mutex<Option<sqlx::Transaction<'static, DB>>>>;

impl<DB: Database> Transaction<DB> {
    /// Begins a transaction, and adds its end to the clean-up of the request.
    ///
    /// # Errors
    /// If the pool has no connection within its time-out, or the database does not begin the transaction.
    ///
    /// ```
    /// use avocet::cleanup::Cleanup;
    /// use avocet::prelude::*;
    /// use avocet_sqlx::Transaction;
    /// use sqlx::{Sqlite, SqlitePool};
    ///
    /// #[dependency]
    /// async fn transaction(#[state] pool: SqlitePool, #[request] cleanup: Cleanup) -> Result<Transaction<Sqlite>, HttpError> {
    ///     Transaction::begin(&pool, &cleanup).await.map_err(HttpError::internal)
    /// }
    /// ```
    pub async fn begin(pool: &Pool<DB>, cleanup: &Cleanup) -> Result<Self, sqlx::Error> {
        let transaction = Self(Arc::new(Mutex::new(Some(pool.begin().await?))));
        let shared = Arc::clone(&transaction.0);
        cleanup.before_response(|outcome| end(shared, outcome));
        Ok(transaction)
    }

    /// Returns the connection of the transaction, for the executor of a query: `&mut *connection`. Waits while another part of the request
    /// uses it. The transaction cannot end before it is dropped.
    ///
    /// # Errors
    /// After the response: the transaction is committed or rolled back then.
    ///
    /// ```
    /// # use avocet_sqlx::Transaction;
    /// # use sqlx::Sqlite;
    /// async fn count(transaction: &Transaction<Sqlite>) -> Result<i64, Box<dyn std::error::Error>> {
    ///     let mut connection = transaction.connection().await?;
    ///     let count = sqlx::query_scalar("SELECT count(*) FROM items");
    ///     Ok(count.fetch_one(&mut *connection).await?)
    /// }
    /// ```
    pub async fn connection(&self) -> Result<Connection<'_, DB>, TransactionEnded> {
        let transaction = MutexGuard::try_map(self.0.lock().await, Option::as_mut);
        transaction.map(Connection).map_err(|_| TransactionEnded)
    }
}

/// Ends a transaction as the outcome demands.
async fn end<DB: Database>(shared: Shared<DB>, outcome: Outcome) -> Result<(), HttpError> {
    let Some(transaction) = shared.lock().await.take() else {
        return Ok(());
    };
    let ended = if outcome.is_success() {
        transaction.commit().await
    } else {
        transaction.rollback().await
    };
    ended.map_err(HttpError::internal)
}

impl<DB: Database> Clone for Transaction<DB> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<DB: Database> fmt::Debug for Transaction<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction").finish_non_exhaustive()
    }
}

/// The connection of a [`Transaction`], for one query after the other.
///
/// ```
/// # use sqlx::Sqlite;
/// async fn clear(mut connection: avocet_sqlx::Connection<'_, Sqlite>) -> Result<(), sqlx::Error> {
///     sqlx::query("DELETE FROM items").execute(&mut *connection).await?;
///     Ok(())
/// }
/// ```
pub struct Connection<'a, DB: Database>(MappedMutexGuard<'a, sqlx::Transaction<'static, DB>>);

impl<DB: Database> Deref for Connection<'_, DB> {
    type Target = DB::Connection;

    fn deref(&self) -> &DB::Connection {
        &self.0
    }
}

impl<DB: Database> DerefMut for Connection<'_, DB> {
    fn deref_mut(&mut self) -> &mut DB::Connection {
        &mut self.0
    }
}

impl<DB: Database> fmt::Debug for Connection<'_, DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").finish_non_exhaustive()
    }
}

/// A [`Transaction`] that was used after the response of its request.
///
/// ```
/// use avocet_sqlx::TransactionEnded;
///
/// assert_eq!(TransactionEnded.to_string(), "the transaction has ended with the response of its request");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TransactionEnded;

impl fmt::Display for TransactionEnded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the transaction has ended with the response of its request")
    }
}

impl Error for TransactionEnded {}

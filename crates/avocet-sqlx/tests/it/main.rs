//! Transactions of requests on a `SQLite` file.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use avocet::cleanup::{BackgroundTasks, Cleanup};
use avocet::prelude::*;
use avocet::testing::TestClient;
use avocet_sqlx::{Transaction, TransactionEnded};
use sqlx::sqlite::SqlitePoolOptions;
use sqlx::{Sqlite, SqlitePool};
use tokio::sync::Notify;

#[dependency]
async fn transaction(
    #[state] pool: SqlitePool,
    #[request] cleanup: Cleanup,
) -> Result<Transaction<Sqlite>, HttpError> {
    let transaction = Transaction::begin(&pool, &cleanup).await;
    transaction.map_err(HttpError::internal)
}

async fn insert(transaction: &Transaction<Sqlite>, name: &str, owner: i64) {
    let mut connection = transaction.connection().await.expect("it has not ended");
    let query = sqlx::query("INSERT INTO items (name, owner) VALUES (?, ?)");
    let query = query.bind(name).bind(owner);
    query.execute(&mut *connection).await.expect("it inserts");
}

/// An item that another dependency of the same request inserts.
#[dependency]
async fn first(#[depends(transaction)] transaction: Transaction<Sqlite>) {
    insert(&transaction, "first", 1).await;
}

#[post("/items", requires(first))]
async fn add(
    #[query] ending: String,
    #[depends(transaction)] transaction: Transaction<Sqlite>,
) -> Result<u32, HttpError> {
    insert(&transaction, "second", 1).await;
    match ending.as_str() {
        "error" => Err(HttpError::new(StatusCode::CONFLICT, "Not this one")),
        "panic" => panic!("after the insert"),
        // The owner is checked at the commit.
        "stranger" => {
            insert(&transaction, "third", 99).await;
            Ok(3)
        }
        _ => Ok(2),
    }
}

#[post("/waits")]
async fn waits(
    #[depends(transaction)] transaction: Transaction<Sqlite>,
    #[state] started: Arc<Notify>,
) {
    insert(&transaction, "never", 1).await;
    started.notify_one();
    std::future::pending::<()>().await;
}

type Seen = Arc<Mutex<Option<TransactionEnded>>>;

#[post("/late")]
async fn late(
    #[depends(transaction)] transaction: Transaction<Sqlite>,
    #[request] tasks: BackgroundTasks,
    #[state] seen: Seen,
) {
    tasks.add(async move {
        *seen.lock().expect("no panic") = transaction.connection().await.err();
    });
}

struct Shop {
    client: TestClient,
    pool: SqlitePool,
    started: Arc<Notify>,
    seen: Seen,
    _folder: tempfile::TempDir,
}

impl Shop {
    async fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!(
            "sqlite://{}?mode=rwc",
            folder.path().join("shop.db").display()
        );
        // With one connection, a transaction that does not end makes each further query wait.
        let pool = SqlitePoolOptions::new().max_connections(1);
        let pool = pool.connect(&url).await.expect("it opens");
        for statement in [
            "CREATE TABLE owners (id INTEGER PRIMARY KEY)",
            "INSERT INTO owners VALUES (1)",
            "CREATE TABLE items (name TEXT, owner INTEGER REFERENCES owners DEFERRABLE INITIALLY DEFERRED)",
        ] {
            sqlx::query(statement)
                .execute(&pool)
                .await
                .expect("it runs");
        }
        let (started, seen) = (Arc::new(Notify::new()), Seen::default());
        let app = App::new("Shop", "1.0.0").state(pool.clone());
        let app = app.state(Arc::clone(&started)).state(Arc::clone(&seen));
        let service = app
            .routes(routes![add, waits, late])
            .build()
            .expect("it builds");
        Self {
            client: TestClient::new(service),
            pool,
            started,
            seen,
            _folder: folder,
        }
    }

    async fn items(&self) -> Vec<String> {
        let names = sqlx::query_scalar("SELECT name FROM items ORDER BY rowid");
        names.fetch_all(&self.pool).await.expect("it reads")
    }
}

#[tokio::test]
async fn a_success_is_committed_before_the_client_sees_it() {
    let shop = Shop::open().await;
    let response = shop.client.post("/items?ending=well").send().await;
    assert_eq!(response.status(), 200);
    assert_eq!(shop.items().await, ["first", "second"]);
}

#[tokio::test]
async fn an_error_or_a_panic_leaves_nothing() {
    let shop = Shop::open().await;
    for (ending, status) in [("error", 409), ("panic", 500)] {
        let response = shop
            .client
            .post(&format!("/items?ending={ending}"))
            .send()
            .await;
        assert_eq!(response.status(), status, "{ending}");
        assert_eq!(shop.items().await, [""; 0], "{ending}");
    }
}

#[tokio::test]
async fn a_commit_that_fails_is_an_error_and_not_a_success() {
    let shop = Shop::open().await;
    let response = shop.client.post("/items?ending=stranger").send().await;
    assert_eq!(response.status(), 500);
    assert_eq!(shop.items().await, [""; 0]);
}

#[tokio::test]
async fn a_client_that_leaves_takes_its_changes_along() {
    let shop = Shop::open().await;
    let request = tokio::spawn(shop.client.post("/waits").send());
    shop.started.notified().await;
    request.abort();
    assert!(request.await.is_err_and(|error| error.is_cancelled()));
    let write = sqlx::query("INSERT INTO items VALUES ('next', 1)");
    write.execute(&shop.pool).await.expect("the lock is free");
    assert_eq!(shop.items().await, ["next"]);
}

#[tokio::test]
async fn a_task_after_the_response_has_no_transaction() {
    let shop = Shop::open().await;
    let response = shop.client.post("/late").send().await;
    assert_eq!(response.text().await, "");
    while shop.seen.lock().expect("no panic").is_none() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(*shop.seen.lock().expect("no panic"), Some(TransactionEnded));
}

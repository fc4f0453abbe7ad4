//! Opens connections: the file with its permissions, the settings of a connection, the schema.

use std::fs::OpenOptions;
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use super::fault::Fault;
use crate::error::Error;

/// Each entry migrates a file from the version of its index to the next one.
const MIGRATIONS: &[&str] = &[include_str!("schema.sql")];

/// Marks a file as a store: `avoc`.
const APPLICATION: i64 = 0x6176_6f63;

/// What all connections of a file share.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ConnectionConfig {
    pub(crate) busy_timeout: Duration,
    pub(crate) survives_power_loss: bool,
    pub(crate) file_bytes: u64,
}

/// Creates the file if it does not exist, readable for its owner alone. `SQLite` gives the files beside it the same permissions.
pub(crate) fn create(path: &Path) -> Result<(), Error> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .map_err(|error| Error::backend("open the SQLite file", error))?;
    Ok(())
}

/// Opens a connection.
pub(crate) fn open(path: &Path, config: ConnectionConfig) -> Result<Connection, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(config.busy_timeout)?;
    connection.set_prepared_statement_cache_capacity(64);
    use_wal(&connection, config.busy_timeout)?;
    let synchronous = if config.survives_power_loss {
        "FULL"
    } else {
        "NORMAL"
    };
    connection.pragma_update(None, "synchronous", synchronous)?;
    let page_size: i64 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
    let pages = config.file_bytes / page_size.unsigned_abs().max(1);
    // The largest number of pages that SQLite has.
    let pages = pages.clamp(1, 4_294_967_294);
    connection.pragma_update(None, "max_page_count", i64::try_from(pages).unwrap_or(1))?;
    Ok(connection)
}

/// Switches to the write-ahead log, in which readers do not wait for the writer. `SQLite` does not wait here for another process that
/// switches at the same time.
fn use_wal(connection: &Connection, busy_timeout: Duration) -> Result<(), rusqlite::Error> {
    let start = Instant::now();
    loop {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(error) if is_busy(&error) && start.elapsed() < busy_timeout => {
                std::thread::sleep(Duration::from_millis(5));
            }
            done => return done,
        }
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
    )
}

/// Brings the schema of a file to the newest version, in one transaction.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), Fault> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let number = |name: &str| -> Result<i64, rusqlite::Error> {
        transaction.pragma_query_value(None, name, |row| row.get(0))
    };
    let tables: i64 =
        transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let found = number("user_version")?;
    let supported = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    if tables > 0 && number("application_id")? != APPLICATION {
        let found = 0;
        return Err(Error::Schema { found, supported }.into());
    }
    let done = match usize::try_from(found) {
        Ok(done) if done <= MIGRATIONS.len() => done,
        _ => return Err(Error::Schema { found, supported }.into()),
    };
    if done < MIGRATIONS.len() {
        for migration in &MIGRATIONS[done..] {
            transaction.execute_batch(migration)?;
        }
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.pragma_update(None, "user_version", supported)?;
    }
    transaction.commit()?;
    Ok(())
}

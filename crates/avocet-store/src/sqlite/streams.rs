//! The streams of logs in `SQLite`: functions that run in a transaction.

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension, params};

use super::fault::Fault;
use super::number::{from_sql, to_sql};
use crate::backend::Paging;
use crate::clock::Timestamp;
use crate::config::LogConfig;
use crate::limit::Limit;
use crate::log_entry::{LogEntry, LogPage, LogUsage, Sequence, Trim};

/// Appends an entry, then makes room or fails. A failure is rolled back with all that it did.
pub(crate) fn append(
    connection: &Connection,
    now: Timestamp,
    config: &LogConfig,
    name: &str,
    data: &[u8],
    expires: Option<Timestamp>,
) -> Result<Sequence, Fault> {
    let log = match log_id(connection, config.name())? {
        Some(log) => log,
        None => {
            connection
                .prepare_cached("INSERT INTO logs (name) VALUES (?1)")?
                .execute([config.name()])?;
            connection.last_insert_rowid()
        }
    };
    let stream = match stream_id(connection, now, config.name(), name)? {
        Some(stream) => stream,
        None => {
            // One that has expired; the new one begins without entries.
            let old = connection
                .prepare_cached("SELECT id FROM streams WHERE log = ?1 AND name = ?2")?
                .query_row(params![log, name.as_bytes()], |row| row.get(0));
            if let Some(old) = old.optional()? {
                remove_stream(connection, old)?;
            }
            connection
                .prepare_cached("INSERT INTO streams (log, name) VALUES (?1, ?2)")?
                .execute(params![log, name.as_bytes()])?;
            connection.last_insert_rowid()
        }
    };
    connection
        .prepare_cached("UPDATE streams SET expires = ?2 WHERE id = ?1")?
        .execute(params![stream, expires.map(|at| to_sql(at.as_millis()))])?;
    connection
        .prepare_cached(
            "INSERT INTO log_entries (log, stream, appended, data) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![log, stream, to_sql(now.as_millis()), data])?;
    let sequence = connection.last_insert_rowid();

    let bound = config.bound(Limit::Entries);
    if config.discards_oldest() && bound > 0 {
        let over = entries_of(connection, stream)?.saturating_sub(bound);
        remove_first(connection, stream, over)?;
    }
    if exceeded(connection, config, log, stream)?.is_some() {
        remove_expired(connection, now, log, Some(stream))?;
    }
    if let Some((limit, measured)) = exceeded(connection, config, log, stream)? {
        return Err(config.exceeded(name, limit, measured).into());
    }
    Ok(Sequence::from_u64(from_sql(sequence)))
}

pub(crate) fn read(
    connection: &Connection,
    now: Timestamp,
    log: &str,
    name: &str,
    after: Sequence,
    paging: Paging,
) -> Result<LogPage, Fault> {
    let mut page = LogPage::default();
    // One state of the file for both queries.
    let transaction = connection.unchecked_transaction()?;
    let Some(stream) = stream_id(&transaction, now, log, name)? else {
        return Ok(page);
    };
    let removed: i64 = transaction
        .prepare_cached("SELECT removed FROM streams WHERE id = ?1")?
        .query_row([stream], |row| row.get(0))?;
    page.missed = after.as_u64() < from_sql(removed);
    let mut select = transaction.prepare_cached(
        "SELECT sequence, appended, data FROM log_entries WHERE stream = ?1 AND sequence > ?2 ORDER BY sequence",
    )?;
    let mut rows = select.query([stream, to_sql(after.as_u64())])?;
    let mut bytes = 0;
    while let Some(row) = rows.next()? {
        let data: Vec<u8> = row.get(2)?;
        page.more = paging.is_full(page.entries.len(), bytes, data.len());
        if page.more {
            break;
        }
        bytes += data.len();
        page.entries.push(LogEntry {
            sequence: Sequence::from_u64(from_sql(row.get(0)?)),
            appended: Timestamp::from_millis(from_sql(row.get(1)?)),
            data: Bytes::from(data),
        });
    }
    Ok(page)
}

/// Returns whether a stream has an entry after a position.
pub(crate) fn has_after(
    connection: &Connection,
    now: Timestamp,
    log: &str,
    name: &str,
    after: Sequence,
) -> Result<bool, Fault> {
    let transaction = connection.unchecked_transaction()?;
    let Some(stream) = stream_id(&transaction, now, log, name)? else {
        return Ok(false);
    };
    let found = transaction
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM log_entries WHERE stream = ?1 AND sequence > ?2)",
        )?
        .query_row([stream, to_sql(after.as_u64())], |row| row.get(0))?;
    Ok(found)
}

pub(crate) fn trim(
    connection: &Connection,
    now: Timestamp,
    log: &str,
    name: &str,
    trim: Trim,
) -> Result<u64, Fault> {
    let Some(stream) = stream_id(connection, now, log, name)? else {
        return Ok(0);
    };
    match trim {
        Trim::KeepLast(kept) => {
            let over = entries_of(connection, stream)?.saturating_sub(kept);
            remove_first(connection, stream, over)
        }
        Trim::UpTo(last) => {
            let removed = connection
                .prepare_cached("DELETE FROM log_entries WHERE stream = ?1 AND sequence <= ?2")?
                .execute([stream, to_sql(last.as_u64())])?;
            Ok(removed as u64)
        }
        Trim::Before(time) => {
            // From the start alone, also if the clock went back between two entries.
            let removed = connection
                .prepare_cached(
                    "DELETE FROM log_entries WHERE stream = ?1 AND sequence < coalesce(
                         (SELECT sequence FROM log_entries WHERE stream = ?1 AND appended >= ?2 ORDER BY sequence LIMIT 1),
                         9223372036854775807)",
                )?
                .execute([stream, to_sql(time.as_millis())])?;
            Ok(removed as u64)
        }
    }
}

pub(crate) fn remove(
    connection: &Connection,
    now: Timestamp,
    log: &str,
    name: &str,
) -> Result<bool, Fault> {
    let stream = stream_id(connection, now, log, name)?;
    if let Some(stream) = stream {
        remove_stream(connection, stream)?;
    }
    Ok(stream.is_some())
}

/// Returns what a log uses, without its expired streams, which this removes.
pub(crate) fn usage(connection: &Connection, now: Timestamp, log: &str) -> Result<LogUsage, Fault> {
    match log_id(connection, log)? {
        Some(log) => {
            remove_expired(connection, now, log, None)?;
            used(connection, log)
        }
        None => Ok(LogUsage::default()),
    }
}

/// Removes some expired streams of all logs and returns how many.
pub(crate) fn sweep(connection: &Connection, now: Timestamp) -> Result<u64, Fault> {
    let expired: Vec<i64> = connection
        .prepare_cached(
            "SELECT streams.id FROM logs JOIN streams ON streams.log = logs.id AND streams.expires <= ?1 LIMIT 10",
        )?
        .query_map([to_sql(now.as_millis())], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for stream in &expired {
        remove_stream(connection, *stream)?;
    }
    Ok(expired.len() as u64)
}

/// Returns the last sequence number of all logs that was given.
pub(crate) fn last(connection: &Connection) -> Result<i64, rusqlite::Error> {
    let last = connection
        .prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = 'log_entries'")?
        .query_row([], |row| row.get(0));
    Ok(last.optional()?.unwrap_or(0))
}

/// Returns the logs and streams that have entries after a sequence number.
pub(crate) fn grown(
    connection: &Connection,
    after: i64,
) -> Result<Vec<(String, Vec<u8>)>, rusqlite::Error> {
    connection
        .prepare_cached(
            "SELECT DISTINCT logs.name, streams.name FROM log_entries
             JOIN streams ON streams.id = log_entries.stream JOIN logs ON logs.id = log_entries.log
             WHERE log_entries.sequence > ?1",
        )?
        .query_map([after], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// Returns the first limit that a log or its stream exceeds.
fn exceeded(
    connection: &Connection,
    config: &LogConfig,
    log: i64,
    stream: i64,
) -> Result<Option<(Limit, u64)>, Fault> {
    let usage = used(connection, log)?;
    let measured = [
        (Limit::Streams, usage.streams),
        (Limit::Entries, entries_of(connection, stream)?),
        (Limit::TotalBytes, usage.bytes),
    ];
    let mut measured = measured.into_iter();
    Ok(measured.find(|(limit, measured)| *measured > config.bound(*limit)))
}

fn used(connection: &Connection, log: i64) -> Result<LogUsage, Fault> {
    let usage = connection
        .prepare_cached("SELECT streams, entries, bytes FROM logs WHERE id = ?1")?
        .query_row([log], |row| {
            Ok(LogUsage {
                streams: from_sql(row.get(0)?),
                entries: from_sql(row.get(1)?),
                bytes: from_sql(row.get(2)?),
            })
        })?;
    Ok(usage)
}

fn entries_of(connection: &Connection, stream: i64) -> Result<u64, Fault> {
    let entries = connection
        .prepare_cached("SELECT entries FROM streams WHERE id = ?1")?
        .query_row([stream], |row| row.get(0))?;
    Ok(from_sql(entries))
}

/// Removes a number of entries from the start of a stream. Returns how many there were.
fn remove_first(connection: &Connection, stream: i64, count: u64) -> Result<u64, Fault> {
    let removed = connection
        .prepare_cached(
            "DELETE FROM log_entries
             WHERE sequence IN (SELECT sequence FROM log_entries WHERE stream = ?1 ORDER BY sequence LIMIT ?2)",
        )?
        .execute([stream, to_sql(count)])?;
    Ok(removed as u64)
}

fn remove_stream(connection: &Connection, stream: i64) -> Result<(), Fault> {
    for delete in [
        "DELETE FROM log_entries WHERE stream = ?1",
        "DELETE FROM streams WHERE id = ?1",
    ] {
        connection.prepare_cached(delete)?.execute([stream])?;
    }
    Ok(())
}

fn remove_expired(
    connection: &Connection,
    now: Timestamp,
    log: i64,
    kept: Option<i64>,
) -> Result<(), Fault> {
    let expired: Vec<i64> = connection
        .prepare_cached("SELECT id FROM streams WHERE log = ?1 AND expires <= ?2 AND id IS NOT ?3")?
        .query_map(params![log, to_sql(now.as_millis()), kept], |row| {
            row.get(0)
        })?
        .collect::<Result<_, _>>()?;
    expired
        .into_iter()
        .try_for_each(|stream| remove_stream(connection, stream))
}

fn log_id(connection: &Connection, name: &str) -> Result<Option<i64>, Fault> {
    let id = connection
        .prepare_cached("SELECT id FROM logs WHERE name = ?1")?
        .query_row([name], |row| row.get(0));
    Ok(id.optional()?)
}

/// Returns the id of a stream that has not expired.
fn stream_id(
    connection: &Connection,
    now: Timestamp,
    log: &str,
    name: &str,
) -> Result<Option<i64>, Fault> {
    let id = connection
        .prepare_cached(
            "SELECT id FROM streams
             WHERE log = (SELECT id FROM logs WHERE name = ?1) AND name = ?2 AND (expires IS NULL OR expires > ?3)",
        )?
        .query_row(
            params![log, name.as_bytes(), to_sql(now.as_millis())],
            |row| row.get(0),
        );
    Ok(id.optional()?)
}

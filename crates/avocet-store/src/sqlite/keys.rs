//! The entries of namespaces in `SQLite`: functions that run in a transaction.

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension, params};

use super::fault::Fault;
use super::number::{from_sql, to_sql};
use crate::backend::{Change, Condition, Count, Paging};
use crate::clock::Timestamp;
use crate::config::NamespaceConfig;
use crate::entry::{Counter, Entry, Page, Usage, Version};
use crate::error::Error;
use crate::limit::Limit;

/// Returns the entry of a key that has not expired.
pub(crate) fn get(
    connection: &Connection,
    now: Timestamp,
    namespace: &str,
    key: &str,
) -> Result<Option<Entry>, Fault> {
    let mut select = connection.prepare_cached(
        "SELECT value, version, expires FROM entries
         WHERE namespace = (SELECT id FROM namespaces WHERE name = ?1) AND key = ?2 AND (expires IS NULL OR expires > ?3)",
    )?;
    let parameters = params![namespace, key.as_bytes(), to_sql(now.as_millis())];
    let entry = select.query_row(parameters, |row| entry(row, 0));
    Ok(entry.optional()?)
}

pub(crate) fn write(
    connection: &Connection,
    now: Timestamp,
    config: &NamespaceConfig,
    key: &str,
    condition: Condition,
    change: Change,
) -> Result<Option<Version>, Fault> {
    let current = version(connection, now, config.name(), key)?;
    if !condition.holds(current) {
        return Ok(None);
    }
    match change {
        Change::Put { value, expires } => {
            put(connection, now, config, key, &value, expires).map(Some)
        }
        Change::Delete => {
            if let Some(version) = current {
                connection
                    .prepare_cached("DELETE FROM entries WHERE version = ?1")?
                    .execute([to_sql(version.as_u64())])?;
            }
            Ok(current)
        }
    }
}

pub(crate) fn count(
    connection: &Connection,
    now: Timestamp,
    config: &NamespaceConfig,
    key: &str,
    count: Count,
) -> Result<Counter, Fault> {
    let current = match get(connection, now, config.name(), key)? {
        Some(entry) => {
            let measured = entry.value.len() as u64;
            let value = entry
                .count()
                .ok_or_else(|| Error::not_a_counter(config.name(), key, measured))?;
            Some((value, entry.expires))
        }
        None => None,
    };
    let counter = count.apply(current);
    if counter.changed {
        let value = counter.value.to_be_bytes();
        put(connection, now, config, key, &value, counter.resets)?;
    }
    Ok(counter)
}

pub(crate) fn scan(
    connection: &Connection,
    now: Timestamp,
    namespace: &str,
    (prefix, after): (&str, Option<&str>),
    paging: Paging,
) -> Result<Page, Fault> {
    let start = match after {
        // The next key after a key is the same with a zero byte.
        Some(after) if after >= prefix => [after.as_bytes(), &[0]].concat(),
        _ => prefix.as_bytes().to_owned(),
    };
    let mut select = connection.prepare_cached(
        "SELECT value, version, expires, key FROM entries
         WHERE namespace = (SELECT id FROM namespaces WHERE name = ?1) AND key >= ?2 AND (expires IS NULL OR expires > ?3)
         ORDER BY key",
    )?;
    let mut rows = select.query(params![namespace, start, to_sql(now.as_millis())])?;
    let (mut page, mut bytes) = (Page::default(), 0);
    while let Some(row) = rows.next()? {
        let key = row.get_ref(3)?.as_blob().map_err(wrong_type)?;
        if !key.starts_with(prefix.as_bytes()) {
            break;
        }
        let length = row.get_ref(0)?.as_blob().map_err(wrong_type)?.len();
        if paging.is_full(page.entries.len(), bytes, length) {
            page.next = page.entries.last().map(|(key, _)| key.clone());
            break;
        }
        bytes += length;
        let key = String::from_utf8(key.to_owned())
            .map_err(|error| Error::backend("read a key of the SQLite file", error))?;
        page.entries.push((key, entry(row, 0)?));
    }
    Ok(page)
}

/// Returns what a namespace uses, without its expired entries, which this removes.
pub(crate) fn usage(
    connection: &Connection,
    now: Timestamp,
    namespace: &str,
) -> Result<Usage, Fault> {
    let id = connection
        .prepare_cached("SELECT id FROM namespaces WHERE name = ?1")?
        .query_row([namespace], |row| row.get(0));
    match id.optional()? {
        Some(id) => {
            remove_expired(connection, now, id, None)?;
            used(connection, id)
        }
        None => Ok(Usage::default()),
    }
}

/// Removes some expired entries of all namespaces and returns how many.
pub(crate) fn sweep(connection: &Connection, now: Timestamp) -> Result<u64, Fault> {
    let removed = connection
        .prepare_cached(
            "DELETE FROM entries WHERE version IN (
                 SELECT entries.version FROM namespaces JOIN entries ON entries.namespace = namespaces.id AND entries.expires <= ?1
                 LIMIT 500)",
        )?
        .execute([to_sql(now.as_millis())])?;
    Ok(removed as u64)
}

/// Replaces the entry of a key, then makes room or fails. A failure is rolled back with all that it did.
fn put(
    connection: &Connection,
    now: Timestamp,
    config: &NamespaceConfig,
    key: &str,
    value: &[u8],
    expires: Option<Timestamp>,
) -> Result<Version, Fault> {
    let namespace = namespace_id(connection, config.name())?;
    connection
        .prepare_cached("DELETE FROM entries WHERE namespace = ?1 AND key = ?2")?
        .execute(params![namespace, key.as_bytes()])?;
    let expires = expires.map(|at| to_sql(at.as_millis()));
    connection
        .prepare_cached(
            "INSERT INTO entries (namespace, key, value, expires) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![namespace, key.as_bytes(), value, expires])?;
    let version = connection.last_insert_rowid();

    if exceeded(config, used(connection, namespace)?).is_some() {
        remove_expired(connection, now, namespace, Some(version))?;
    }
    while let Some((limit, measured)) = exceeded(config, used(connection, namespace)?) {
        if !config.is_cache() || !remove_oldest(connection, namespace, version)? {
            return Err(config.exceeded(key, limit, measured).into());
        }
    }
    Ok(Version::from_u64(from_sql(version)))
}

/// Returns the first limit that a namespace exceeds.
fn exceeded(config: &NamespaceConfig, usage: Usage) -> Option<(Limit, u64)> {
    let measured = [
        (Limit::Entries, usage.entries),
        (Limit::TotalBytes, usage.bytes),
    ];
    let mut measured = measured.into_iter();
    measured.find(|(limit, measured)| *measured > config.bound(*limit))
}

/// Removes the entry that was written longest ago, except one. Returns whether there was one.
fn remove_oldest(connection: &Connection, namespace: i64, kept: i64) -> Result<bool, Fault> {
    let removed = connection
        .prepare_cached(
            "DELETE FROM entries
             WHERE version = (SELECT version FROM entries WHERE namespace = ?1 AND version <> ?2 ORDER BY version LIMIT 1)",
        )?
        .execute([namespace, kept])?;
    Ok(removed > 0)
}

fn remove_expired(
    connection: &Connection,
    now: Timestamp,
    namespace: i64,
    kept: Option<i64>,
) -> Result<(), Fault> {
    connection
        .prepare_cached(
            "DELETE FROM entries WHERE namespace = ?1 AND expires <= ?2 AND version IS NOT ?3",
        )?
        .execute(params![namespace, to_sql(now.as_millis()), kept])?;
    Ok(())
}

fn used(connection: &Connection, namespace: i64) -> Result<Usage, Fault> {
    let usage = connection
        .prepare_cached("SELECT entries, bytes FROM namespaces WHERE id = ?1")?
        .query_row([namespace], |row| {
            Ok(Usage {
                entries: from_sql(row.get(0)?),
                bytes: from_sql(row.get(1)?),
            })
        })?;
    Ok(usage)
}

fn namespace_id(connection: &Connection, name: &str) -> Result<i64, Fault> {
    let id = connection
        .prepare_cached("SELECT id FROM namespaces WHERE name = ?1")?
        .query_row([name], |row| row.get(0));
    if let Some(id) = id.optional()? {
        return Ok(id);
    }
    connection
        .prepare_cached("INSERT INTO namespaces (name) VALUES (?1)")?
        .execute([name])?;
    Ok(connection.last_insert_rowid())
}

fn version(
    connection: &Connection,
    now: Timestamp,
    namespace: &str,
    key: &str,
) -> Result<Option<Version>, Fault> {
    let version = connection
        .prepare_cached(
            "SELECT version FROM entries
             WHERE namespace = (SELECT id FROM namespaces WHERE name = ?1) AND key = ?2 AND (expires IS NULL OR expires > ?3)",
        )?
        .query_row(
            params![namespace, key.as_bytes(), to_sql(now.as_millis())],
            |row| row.get(0),
        );
    Ok(version
        .optional()?
        .map(|it| Version::from_u64(from_sql(it))))
}

/// Reads `value, version, expires` from a column on.
fn entry(row: &rusqlite::Row<'_>, column: usize) -> Result<Entry, rusqlite::Error> {
    let value: Vec<u8> = row.get(column)?;
    let expires: Option<i64> = row.get(column + 2)?;
    Ok(Entry {
        value: Bytes::from(value),
        version: Version::from_u64(from_sql(row.get(column + 1)?)),
        expires: expires.map(|at| Timestamp::from_millis(from_sql(at))),
    })
}

fn wrong_type(error: rusqlite::types::FromSqlError) -> Fault {
    Error::backend("read a row of the SQLite file", error).into()
}

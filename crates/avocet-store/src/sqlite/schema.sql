-- Version 1.
-- A write of an entry is a new row, so its version is a number that was never used before.
CREATE TABLE namespaces (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    entries INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE entries (
    version INTEGER PRIMARY KEY AUTOINCREMENT,
    namespace INTEGER NOT NULL,
    key BLOB NOT NULL,
    value BLOB NOT NULL,
    expires INTEGER
) STRICT;
CREATE UNIQUE INDEX entries_key ON entries (namespace, key);
-- With the version, which is part of each index: the order of age.
CREATE INDEX entries_age ON entries (namespace);
CREATE INDEX entries_expiry ON entries (namespace, expires) WHERE expires IS NOT NULL;
CREATE TRIGGER entry_added AFTER INSERT ON entries BEGIN
    UPDATE namespaces SET entries = entries + 1, bytes = bytes + length(NEW.key) + length(NEW.value) WHERE id = NEW.namespace;
END;
CREATE TRIGGER entry_removed AFTER DELETE ON entries BEGIN
    UPDATE namespaces SET entries = entries - 1, bytes = bytes - length(OLD.key) - length(OLD.value) WHERE id = OLD.namespace;
END;

CREATE TABLE logs (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    streams INTEGER NOT NULL DEFAULT 0,
    entries INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE streams (
    id INTEGER PRIMARY KEY,
    log INTEGER NOT NULL,
    name BLOB NOT NULL,
    entries INTEGER NOT NULL DEFAULT 0,
    removed INTEGER NOT NULL DEFAULT 0,
    expires INTEGER
) STRICT;
CREATE UNIQUE INDEX streams_name ON streams (log, name);
CREATE INDEX streams_expiry ON streams (log, expires) WHERE expires IS NOT NULL;
CREATE TRIGGER stream_added AFTER INSERT ON streams BEGIN
    UPDATE logs SET streams = streams + 1 WHERE id = NEW.log;
END;
CREATE TRIGGER stream_removed AFTER DELETE ON streams BEGIN
    UPDATE logs SET streams = streams - 1 WHERE id = OLD.log;
END;
CREATE TABLE log_entries (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    log INTEGER NOT NULL,
    stream INTEGER NOT NULL,
    appended INTEGER NOT NULL,
    data BLOB NOT NULL
) STRICT;
CREATE INDEX log_entries_stream ON log_entries (stream);
CREATE TRIGGER log_entry_added AFTER INSERT ON log_entries BEGIN
    UPDATE streams SET entries = entries + 1 WHERE id = NEW.stream;
    UPDATE logs SET entries = entries + 1, bytes = bytes + length(NEW.data) WHERE id = NEW.log;
END;
CREATE TRIGGER log_entry_removed AFTER DELETE ON log_entries BEGIN
    UPDATE streams SET entries = entries - 1, removed = max(removed, OLD.sequence) WHERE id = OLD.stream;
    UPDATE logs SET entries = entries - 1, bytes = bytes - length(OLD.data) WHERE id = OLD.log;
END;

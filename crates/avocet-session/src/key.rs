//! `Key` and `Keys`: the secrets that protect session cookies.

use std::env::VarError;
use std::fmt;
use std::str::FromStr;

use avocet::types::Secret;

/// How many bytes of a key are used: one half signs, the other encrypts.
const BYTES: usize = 64;
/// 64 random bytes have fewer different values with a probability below 2^-80.
const DIFFERENT_BYTES: usize = 24;

/// A secret key that signs or encrypts session cookies: at least 64 random bytes.
///
/// `openssl rand -hex 64` makes one. Its text is hexadecimal, so that it fits an environment variable. `Debug` does not show it.
///
/// ```
/// use avocet_session::Key;
///
/// let key = Key::generate();
/// assert_eq!(format!("{key:?}"), "Key(**********)");
/// assert_eq!(
///     "c0ffee".parse::<Key>().unwrap_err().to_string(),
///     "the session key has 3 bytes, at least 64 are required: make one with `openssl rand -hex 64`",
/// );
/// ```
#[derive(Clone)]
pub struct Key(cookie::Key);

impl Key {
    /// Creates a random key. Sessions in cookies end when the program does: for tests and trials.
    ///
    /// ```
    /// let key = avocet_session::Key::generate();
    /// ```
    pub fn generate() -> Self {
        Self(cookie::Key::generate())
    }

    /// Creates a key from bytes. Only the first 64 are used.
    ///
    /// # Errors
    /// [`KeyError`] if there are fewer than 64 bytes, or if they are clearly not random.
    ///
    /// ```
    /// use avocet_session::Key;
    ///
    /// let error = Key::from_bytes(&[7; 64]).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "the session key is not random, it has 1 different bytes: make one with `openssl rand -hex 64`",
    /// );
    /// ```
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        let Some(used) = bytes.get(..BYTES) else {
            return Err(KeyError::of(Problem::Short(bytes.len())));
        };
        let mut seen = [false; 256];
        for byte in used {
            seen[usize::from(*byte)] = true;
        }
        let different = seen.iter().filter(|seen| **seen).count();
        if different < DIFFERENT_BYTES {
            return Err(KeyError::of(Problem::NotRandom(different)));
        }
        Ok(Self(cookie::Key::from(used)))
    }

    pub(crate) fn get(&self) -> &cookie::Key {
        &self.0
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Key").field(&Secret::new(())).finish()
    }
}

impl FromStr for Key {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let bytes = from_hex(text.trim()).ok_or_else(|| KeyError::of(Problem::NotHexadecimal))?;
        Self::from_bytes(&bytes)
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|digit| u8::try_from(digit.to_digit(16)?).ok())
        .collect();
    let digits = digits?;
    let (pairs, rest) = digits.as_chunks();
    rest.is_empty()
        .then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

/// One or more keys: the first one protects new cookies, all of them are accepted.
///
/// To replace a key, put the new one in front and remove the old one when the sessions under it have ended, at the latest after
/// [`Sessions::lifetime`](crate::Sessions::lifetime).
///
/// ```
/// use avocet_session::{Key, Keys};
///
/// let (new, old) = (Key::generate(), Key::generate());
/// let keys = Keys::from(new).and(old);
/// ```
#[derive(Clone, Debug)]
pub struct Keys {
    first: Key,
    others: Vec<Key>,
}

impl Keys {
    /// Also accepts cookies under this key.
    ///
    /// ```
    /// use avocet_session::{Key, Keys};
    ///
    /// let keys = Keys::from(Key::generate()).and(Key::generate());
    /// ```
    pub fn and(mut self, old: Key) -> Self {
        self.others.push(old);
        self
    }

    /// Reads the keys from an environment variable: hexadecimal texts, separated by commas.
    ///
    /// # Errors
    /// [`KeyError`], which names the variable, if it is not set or a key is not valid.
    ///
    /// ```
    /// let error = avocet_session::Keys::from_env("SESSION_KEYS").unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "SESSION_KEYS: the variable is not set: make a key with `openssl rand -hex 64`",
    /// );
    /// ```
    pub fn from_env(variable: &str) -> Result<Self, KeyError> {
        let text = std::env::var(variable).map_err(|error| match error {
            VarError::NotPresent => KeyError::of(Problem::NotSet),
            VarError::NotUnicode(_) => KeyError::of(Problem::NotHexadecimal),
        });
        text.and_then(|text| text.parse())
            .map_err(|error: KeyError| KeyError {
                variable: variable.to_owned(),
                ..error
            })
    }

    pub(crate) fn first(&self) -> &Key {
        &self.first
    }

    /// All keys, the first one first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.first).chain(&self.others)
    }
}

impl From<Key> for Keys {
    fn from(first: Key) -> Self {
        Self {
            first,
            others: Vec::new(),
        }
    }
}

impl FromStr for Keys {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let mut keys = text.split(',').enumerate().map(|(index, text)| {
            text.parse::<Key>().map_err(|error| KeyError {
                position: index + 1,
                ..error
            })
        });
        // `split` has at least one part.
        let first = keys
            .next()
            .unwrap_or_else(|| Err(KeyError::of(Problem::NotSet)))?;
        let others = keys.collect::<Result<_, _>>()?;
        Ok(Self { first, others })
    }
}

/// Why a key cannot be used. It never shows the key.
///
/// ```
/// use avocet_session::{Key, Keys};
///
/// let error = "secret".parse::<Key>().unwrap_err();
/// assert_eq!(error.to_string(), "the session key is not hexadecimal: make one with `openssl rand -hex 64`");
/// let error = "secret,secret".parse::<Keys>().unwrap_err();
/// assert!(error.to_string().starts_with("session key 1 is not hexadecimal"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyError {
    /// Empty unless the key is from the environment.
    variable: String,
    /// In a list, from 1; 0 for a single key.
    position: usize,
    problem: Problem,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Problem {
    NotSet,
    NotHexadecimal,
    Short(usize),
    NotRandom(usize),
}

impl KeyError {
    const fn of(problem: Problem) -> Self {
        Self {
            variable: String::new(),
            position: 0,
            problem,
        }
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.variable.is_empty() {
            write!(f, "{}: ", self.variable)?;
        }
        match (&self.problem, self.position) {
            (Problem::NotSet, _) => {
                return f
                    .write_str("the variable is not set: make a key with `openssl rand -hex 64`");
            }
            (_, 0) => f.write_str("the session key ")?,
            (_, position) => write!(f, "session key {position} ")?,
        }
        match self.problem {
            Problem::NotSet | Problem::NotHexadecimal => f.write_str("is not hexadecimal")?,
            Problem::Short(bytes) => {
                write!(f, "has {bytes} bytes, at least {BYTES} are required")?;
            }
            Problem::NotRandom(different) => {
                write!(f, "is not random, it has {different} different bytes")?;
            }
        }
        f.write_str(": make one with `openssl rand -hex 64`")
    }
}

impl std::error::Error for KeyError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        let digits = digits.filter_map(|digit| char::from_digit(digit.into(), 16));
        digits.collect()
    }

    #[test]
    fn a_list_has_its_order() {
        let bytes = |start: u8| (start..start + 64).collect::<Vec<u8>>();
        let text = format!("{}, {}\n", hex(&bytes(0)), hex(&bytes(64)));
        let keys: Keys = text.parse().expect("two keys");
        let all: Vec<&[u8]> = keys.all().map(|key| key.get().master()).collect();
        assert_eq!(all, [bytes(0), bytes(64)]);
    }

    #[test]
    fn an_error_names_the_key() {
        let bytes: Vec<u8> = (0..64).collect();
        for (second, expected) in [
            ("", "session key 2 has 0 bytes"),
            ("0", "session key 2 is not hexadecimal"),
            ("zz", "session key 2 is not hexadecimal"),
            (&hex(&bytes[..63]), "session key 2 has 63 bytes"),
            (&hex(&[1; 64]), "session key 2 is not random"),
        ] {
            let text = format!("{},{second}", hex(&bytes));
            let error = text
                .parse::<Keys>()
                .expect_err("it is not valid")
                .to_string();
            assert!(error.starts_with(expected), "{error}");
            assert!(second.len() < 8 || !error.contains(second), "{error}");
        }
    }

    #[test]
    fn generated_keys_pass_the_check() {
        for _ in 0..1000 {
            let key = Key::generate();
            assert!(Key::from_bytes(key.get().master()).is_ok());
        }
    }
}

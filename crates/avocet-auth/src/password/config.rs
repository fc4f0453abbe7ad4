//! `PasswordConfig`: the cost of a hash, and the limits.

use std::fmt;
use std::thread::available_parallelism;

use argon2::{Algorithm, Argon2, Params, Version};

/// The cost of a hash, and the limits of [`Passwords`](super::Passwords).
///
/// ```
/// use avocet_auth::password::PasswordConfig;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let passwords = PasswordConfig::new().memory_kib(46 * 1024).passes(1).concurrent(2).build()?;
/// # Ok(())
/// # }
/// ```
///
/// | setting | default | accepted |
/// |---|---|---|
/// | [`memory_kib`](Self::memory_kib) | 19,456 KiB (19 MiB) | 8 KiB for a lane to 1 GiB |
/// | [`passes`](Self::passes) | 2 | 1 to 100 |
/// | [`lanes`](Self::lanes) | 1 | 1 to 64 |
/// | [`password_bytes`](Self::password_bytes) | 1,024 | 1 to 1 MiB |
/// | [`concurrent`](Self::concurrent) | the number of processors, at most 4 | 1 or more |
/// | [`waiting`](Self::waiting) | 64 | any |
///
/// At most `concurrent * memory_kib` of memory is used: 76 MiB by default.
#[derive(Clone, Debug)]
#[must_use]
pub struct PasswordConfig {
    pub(super) memory_kib: u32,
    pub(super) passes: u32,
    pub(super) lanes: u32,
    pub(super) password_bytes: usize,
    pub(super) concurrent: usize,
    pub(super) waiting: usize,
}

impl PasswordConfig {
    /// The largest memory in KiB, of the configuration and of a stored hash.
    pub(super) const MAX_MEMORY_KIB: u32 = 1024 * 1024;
    pub(super) const MAX_PASSES: u32 = 100;
    pub(super) const MAX_LANES: u32 = 64;

    /// Creates the configuration with the default values.
    ///
    /// ```
    /// let config = avocet_auth::password::PasswordConfig::new();
    /// ```
    pub fn new() -> Self {
        Self {
            memory_kib: 19 * 1024,
            passes: 2,
            lanes: 1,
            password_bytes: 1024,
            concurrent: available_parallelism().map_or(1, usize::from).min(4),
            waiting: 64,
        }
    }

    /// Sets the memory of one hash in KiB.
    ///
    /// ```
    /// let config = avocet_auth::password::PasswordConfig::new().memory_kib(64 * 1024);
    /// ```
    pub fn memory_kib(mut self, kib: u32) -> Self {
        self.memory_kib = kib;
        self
    }

    /// Sets how often a hash passes over its memory.
    ///
    /// ```
    /// let config = avocet_auth::password::PasswordConfig::new().passes(3);
    /// ```
    pub fn passes(mut self, passes: u32) -> Self {
        self.passes = passes;
        self
    }

    /// Sets the lanes of a hash. They are computed one after the other.
    ///
    /// ```
    /// let config = avocet_auth::password::PasswordConfig::new().lanes(1);
    /// ```
    pub fn lanes(mut self, lanes: u32) -> Self {
        self.lanes = lanes;
        self
    }

    /// Sets the length of the longest password in bytes.
    ///
    /// ```
    /// let config = avocet_auth::password::PasswordConfig::new().password_bytes(256);
    /// ```
    pub fn password_bytes(mut self, bytes: usize) -> Self {
        self.password_bytes = bytes;
        self
    }

    /// Sets how many hashes are computed at once, each on a thread for blocking work. More wait.
    ///
    /// ```
    /// let config = avocet_auth::password::PasswordConfig::new().concurrent(2);
    /// ```
    pub fn concurrent(mut self, hashes: usize) -> Self {
        self.concurrent = hashes;
        self
    }

    /// Sets how many hashes may wait. More are rejected with [`PasswordError::Busy`](super::PasswordError::Busy).
    ///
    /// ```
    /// let config = avocet_auth::password::PasswordConfig::new().waiting(16);
    /// ```
    pub fn waiting(mut self, hashes: usize) -> Self {
        self.waiting = hashes;
        self
    }

    /// Checks that each value is in its range.
    pub(super) fn check(&self) -> Result<(), InvalidPasswordConfig> {
        let most = usize::MAX >> 4;
        let least_memory = 8 * u64::from(self.lanes);
        for (name, value, least, most) in [
            (
                "passes",
                u64::from(self.passes),
                1,
                u64::from(Self::MAX_PASSES),
            ),
            (
                "lanes",
                u64::from(self.lanes),
                1,
                u64::from(Self::MAX_LANES),
            ),
            (
                "memory_kib",
                u64::from(self.memory_kib),
                least_memory,
                u64::from(Self::MAX_MEMORY_KIB),
            ),
            ("password_bytes", self.password_bytes as u64, 1, 1024 * 1024),
            ("concurrent", self.concurrent as u64, 1, most as u64),
            ("waiting", self.waiting as u64, 0, most as u64),
        ] {
            if !(least..=most).contains(&value) {
                return Err(InvalidPasswordConfig {
                    name,
                    value,
                    least,
                    most,
                });
            }
        }
        Ok(())
    }

    /// Returns the hasher; an error if the cost is out of the range of Argon2, which `check` excludes.
    pub(super) fn hasher(&self) -> Result<Argon2<'static>, argon2::Error> {
        let params = Params::new(self.memory_kib, self.passes, self.lanes, None)?;
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }
}

impl Default for PasswordConfig {
    fn default() -> Self {
        Self::new()
    }
}

/// A setting that is out of its range.
///
/// ```
/// let error = avocet_auth::password::PasswordConfig::new().concurrent(0).build().unwrap_err();
/// assert!(error.to_string().starts_with("concurrent is 0, accepted are 1 to"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidPasswordConfig {
    name: &'static str,
    value: u64,
    least: u64,
    most: u64,
}

impl fmt::Display for InvalidPasswordConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            value,
            least,
            most,
        } = self;
        write!(f, "{name} is {value}, accepted are {least} to {most}")
    }
}

impl std::error::Error for InvalidPasswordConfig {}

//! `Backend`: where sessions are kept.

use std::fmt;

use avocet_store::Namespace;

use crate::key::Keys;

#[derive(Clone)]
pub(crate) enum Backend {
    Signed(Keys),
    Encrypted(Keys),
    Stored(Namespace),
}

impl fmt::Debug for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Signed(_) => "Signed",
            Self::Encrypted(_) => "Encrypted",
            Self::Stored(_) => "Stored",
        })
    }
}

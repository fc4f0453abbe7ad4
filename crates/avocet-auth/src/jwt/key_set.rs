//! `KeySet`: the keys of a verifier by their ids.

use super::algorithm::Algorithm;
use super::key::VerifyingKey;

/// Keys with their ids, in the order of configuration.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeySet(pub(crate) Vec<(Option<String>, VerifyingKey)>);

impl KeySet {
    /// Returns the key that a token names. A token without a key id has the only key of the set.
    pub(crate) fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Option<&VerifyingKey> {
        let fitting = |key: &&VerifyingKey| key.fits(algorithm);
        match (id, &*self.0) {
            (None, [(_, only)]) => Some(only).filter(fitting),
            (None, _) => None,
            (Some(id), keys) => keys
                .iter()
                .filter(|(known, _)| known.as_deref() == Some(id))
                .map(|(_, key)| key)
                .find(fitting),
        }
    }
}

//! The text of a key: `<prefix>_<id>_<secret><checksum>`.

use sha2::{Digest, Sha256};

use super::error::{ApiKeyError, InvalidApiKeys};

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// 43 of 62 characters are 256 bits.
const SECRET: usize = 43;
const CHECKSUM: usize = 6;
/// The part of an id that depends on the owner.
pub(super) const OWNER: usize = 8;
const ID: usize = OWNER + 12;

pub(super) type Hash = [u8; 32];

/// Checks a prefix.
pub(super) fn check_prefix(prefix: &str) -> Result<(), InvalidApiKeys> {
    let is_letter = |it: u8| it.is_ascii_lowercase();
    let is_inner = |it: u8| is_letter(it) || it.is_ascii_digit() || it == b'_';
    let bytes = prefix.as_bytes();
    let is_valid = (2..=16).contains(&bytes.len())
        && is_letter(bytes[0])
        && bytes.iter().all(|it| is_inner(*it))
        && !prefix.ends_with('_');
    if is_valid {
        return Ok(());
    }
    Err(InvalidApiKeys::Prefix(prefix.chars().take(64).collect()))
}

/// Returns random letters and digits, each as probable as any other.
fn random(length: usize) -> Result<String, ApiKeyError> {
    let mut text = String::with_capacity(length);
    while text.len() < length {
        let mut bytes = [0; 64];
        getrandom::fill(&mut bytes).map_err(|error| ApiKeyError::Random(error.to_string()))?;
        // 248 is the largest multiple of 62: larger bytes would prefer some characters.
        let fair = bytes.iter().filter(|it| **it < 248);
        let characters = fair.map(|it| char::from(ALPHABET[usize::from(*it) % 62]));
        text.extend(characters.take(length - text.len()));
    }
    Ok(text)
}

/// Returns the start of the ids of an owner's keys, by which they are found without an index.
pub(super) fn owner_part(owner: &str) -> String {
    let hash = Sha256::digest(owner.as_bytes());
    let digits = hash[..OWNER / 2].iter().flat_map(|it| [it >> 4, it & 15]);
    digits
        .filter_map(|it| char::from_digit(it.into(), 16))
        .collect()
}

pub(super) fn new_id(owner: &str) -> Result<String, ApiKeyError> {
    Ok(owner_part(owner) + &random(ID - OWNER)?)
}

pub(super) fn new_key(prefix: &str, id: &str) -> Result<String, ApiKeyError> {
    let start = format!("{prefix}_{id}_{}", random(SECRET)?);
    let checksum = checksum(&start);
    Ok(start + &checksum)
}

/// The CRC-32 in base 62. It tells a key from other text; it proves nothing.
fn checksum(text: &str) -> String {
    let mut rest = crc32fast::hash(text.as_bytes());
    let mut digits = [b'0'; CHECKSUM];
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[(rest % 62) as usize];
        rest /= 62;
    }
    digits.into_iter().map(char::from).collect()
}

/// Returns the id in a text that has the form of a key.
pub(super) fn id_of<'k>(prefix: &str, key: &'k str) -> Option<&'k str> {
    let rest = key.strip_prefix(prefix)?.strip_prefix('_')?;
    let (id, secret) = rest.split_once('_')?;
    let is_text = |text: &str| text.bytes().all(|it| it.is_ascii_alphanumeric());
    if id.len() != ID || secret.len() != SECRET + CHECKSUM || !is_text(id) || !is_text(secret) {
        return None;
    }
    let (start, sum) = key.split_at(key.len() - CHECKSUM);
    (checksum(start) == sum).then_some(id)
}

pub(super) fn hash(key: &str) -> Hash {
    Sha256::digest(key.as_bytes()).into()
}

/// Returns what may be shown of a key. The last four characters are of the checksum: they reduce the secret by 24 of its 256 bits at most.
pub(super) fn shown(prefix: &str, key: &str) -> String {
    format!("{prefix}_…{}", &key[key.len() - 4..])
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test ends at the first failure")]
mod tests {
    use super::{ID, check_prefix, checksum, id_of, new_id, new_key, random};

    #[test]
    fn a_key_has_the_form_that_scanners_look_for() {
        let id = new_id("tenant-7").unwrap();
        let key = new_key("acme_live", &id).unwrap();
        assert_eq!(key.len(), "acme_live".len() + 1 + ID + 1 + 49);
        assert_eq!(id_of("acme_live", &key), Some(&*id));
        assert_eq!(id_of("acme", &key), None);
        for position in [12, 40, key.len() - 1] {
            let mut changed = key.clone().into_bytes();
            changed[position] = if changed[position] == b'x' {
                b'y'
            } else {
                b'x'
            };
            assert_eq!(
                id_of("acme_live", &String::from_utf8(changed).unwrap()),
                None
            );
        }
        for odd in [
            "",
            "acme_live",
            "acme_live__",
            "acme_live_ä_ö",
            &key[1..],
            &format!("{key}0"),
        ] {
            assert_eq!(id_of("acme_live", odd), None, "{odd}");
        }
    }

    #[test]
    fn random_text_has_all_characters() {
        let text = random(20_000).unwrap();
        let mut seen: Vec<char> = text.chars().collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 62);
        assert_ne!(random(43).unwrap(), random(43).unwrap());
    }

    #[test]
    fn checksums_have_six_characters() {
        assert_eq!(checksum(""), "000000");
        // The check value of CRC-32, 0xCBF43926, in base 62.
        assert_eq!(checksum("123456789"), "3jZRME");
    }

    #[test]
    fn a_prefix_is_lower_case_letters_and_digits() {
        for good in ["sk", "acme_live", "a0123456789abcde"] {
            assert!(check_prefix(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "a",
            "Acme",
            "acme_",
            "_acme",
            "0acme",
            "ac me",
            "a0123456789abcdef",
            "äcme",
        ] {
            assert!(check_prefix(bad).is_err(), "{bad}");
        }
    }
}

//! Where the files of the model are.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Returns the folder of the model: `AVOCET_MINILM`, or the folder that the script `fetch` fills,
/// `${XDG_CACHE_HOME:-~/.cache}/avocet/all-MiniLM-L6-v2`. The folder need not exist.
pub fn default_folder() -> PathBuf {
    choose(|name| env::var_os(name).filter(|value| !value.is_empty()))
}

fn choose(variable: impl Fn(&str) -> Option<OsString>) -> PathBuf {
    if let Some(folder) = variable("AVOCET_MINILM") {
        return folder.into();
    }
    let cache = variable("XDG_CACHE_HOME").map_or_else(
        || Path::new(&variable("HOME").unwrap_or_default()).join(".cache"),
        PathBuf::from,
    );
    cache.join("avocet/all-MiniLM-L6-v2")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(variables: &[(&str, &str)]) -> PathBuf {
        choose(|name| {
            let (_, value) = variables.iter().find(|(other, _)| *other == name)?;
            Some(value.into())
        })
    }

    #[test]
    fn the_most_specific_variable_decides() {
        let home = ("HOME", "/home/ann");
        let cache = ("XDG_CACHE_HOME", "/cache");
        let model = ("AVOCET_MINILM", "/model");
        assert_eq!(
            with(&[home]),
            Path::new("/home/ann/.cache/avocet/all-MiniLM-L6-v2")
        );
        assert_eq!(
            with(&[home, cache]),
            Path::new("/cache/avocet/all-MiniLM-L6-v2")
        );
        assert_eq!(with(&[home, cache, model]), Path::new("/model"));
    }
}

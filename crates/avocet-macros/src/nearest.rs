//! Finds the known word that a misspelled one is nearest to.

/// Returns the entry of a list whose first word is nearest to `word`, if it is near. The entries of the list are in backticks.
pub(crate) fn nearest<'l>(word: &str, list: &'l str) -> Option<&'l str> {
    // A short word is near to too many others.
    let near = match word.len() {
        0..4 => return None,
        4..8 => 1,
        _ => 2,
    };
    let entries = list.split('`').skip(1).step_by(2);
    let distances = entries.map(|entry| (distance(word, first_word(entry)), entry));
    let (distance, entry) = distances.min_by_key(|(distance, _)| *distance)?;
    (distance <= near).then_some(entry)
}

fn first_word(entry: &str) -> &str {
    let end = entry.find(|c: char| c != '_' && !c.is_alphanumeric());
    &entry[..end.unwrap_or(entry.len())]
}

/// Returns how many letters must be added, removed or replaced to make one word of the other (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for (index, letter) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (column, known) in other.chars().enumerate() {
            let replaced = diagonal + usize::from(letter != known);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &str = "`tag = \"…\"`, `default`, `map`, `min_length` and `response(402, \"…\")`";

    #[test]
    fn a_misspelled_word_has_a_nearest_one() {
        for (word, entry) in [
            ("tags", "tag = \"…\""),
            ("defaults", "default"),
            ("min_lenght", "min_length"),
            ("responses", "response(402, \"…\")"),
        ] {
            assert_eq!(nearest(word, KNOWN), Some(entry), "{word}");
        }
    }

    #[test]
    fn other_words_have_none() {
        for word in ["max", "secret", "minimum", "description"] {
            assert_eq!(nearest(word, KNOWN), None, "{word}");
        }
    }

    #[test]
    fn the_distance_counts_changed_letters() {
        for (one, other, count) in [
            ("", "abc", 3),
            ("tags", "tag", 1),
            ("abc", "axc", 1),
            ("ab", "ba", 2),
        ] {
            assert_eq!(distance(one, other), count, "{one} {other}");
            assert_eq!(distance(other, one), count, "{other} {one}");
        }
    }
}

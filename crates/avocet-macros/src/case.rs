//! Conversion of names between cases: serde's `rename_all`, header names, codes and words.

use syn::LitStr;

use crate::mistakes::Mistakes;

/// A case that `rename_all` accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

const CASES: [(&str, Case); 8] = [
    ("lowercase", Case::Lower),
    ("UPPERCASE", Case::Upper),
    ("PascalCase", Case::Pascal),
    ("camelCase", Case::Camel),
    ("snake_case", Case::Snake),
    ("SCREAMING_SNAKE_CASE", Case::ScreamingSnake),
    ("kebab-case", Case::Kebab),
    ("SCREAMING-KEBAB-CASE", Case::ScreamingKebab),
];

impl Case {
    /// Returns the case that `rename_all = "…"` names.
    pub(crate) fn named(name: &LitStr, mistakes: &mut Mistakes) -> Option<Self> {
        let found = CASES
            .iter()
            .find(|(known, _)| *known == name.value())
            .map(|(_, case)| *case);
        if found.is_none() {
            let known: Vec<String> = CASES
                .iter()
                .map(|(known, _)| format!("\"{known}\""))
                .collect();
            mistakes.add(
                name,
                format_args!("unknown case; serde supports {}", known.join(", ")),
            );
        }
        found
    }

    /// Converts a variant's name as serde does.
    pub(crate) fn of_variant(self, name: &str) -> String {
        match self {
            Self::Pascal => name.to_owned(),
            Self::Lower => name.to_ascii_lowercase(),
            Self::Upper => name.to_ascii_uppercase(),
            Self::Camel => first_lower(name),
            Self::Snake => snake(name),
            Self::ScreamingSnake => snake(name).to_ascii_uppercase(),
            Self::Kebab => snake(name).replace('_', "-"),
            Self::ScreamingKebab => snake(name).to_ascii_uppercase().replace('_', "-"),
        }
    }

    /// Converts a field's name as serde does.
    pub(crate) fn of_field(self, name: &str) -> String {
        match self {
            Self::Lower | Self::Snake => name.to_owned(),
            Self::Upper | Self::ScreamingSnake => name.to_ascii_uppercase(),
            Self::Pascal => pascal(name),
            Self::Camel => first_lower(&pascal(name)),
            Self::Kebab => name.replace('_', "-"),
            Self::ScreamingKebab => name.to_ascii_uppercase().replace('_', "-"),
        }
    }
}

/// Converts `NotFound` to `not_found`.
pub(crate) fn snake(name: &str) -> String {
    let mut spelled = String::new();
    for (position, letter) in name.char_indices() {
        if position > 0 && letter.is_uppercase() {
            spelled.push('_');
        }
        spelled.push(letter.to_ascii_lowercase());
    }
    spelled
}

/// Converts `NotFound` to `Not found`.
pub(crate) fn words(name: &str) -> String {
    let spelled = snake(name).replace('_', " ");
    let mut letters = spelled.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

fn pascal(name: &str) -> String {
    let mut upper = true;
    let mut spelled = String::new();
    for letter in name.chars() {
        if letter == '_' {
            upper = true;
        } else {
            spelled.push(if upper {
                letter.to_ascii_uppercase()
            } else {
                letter
            });
            upper = false;
        }
    }
    spelled
}

fn first_lower(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::{Case, snake, words};

    #[test]
    fn agrees_with_serde() {
        assert_eq!(Case::Camel.of_field("max_new_tokens"), "maxNewTokens");
        assert_eq!(Case::Kebab.of_field("max_new"), "max-new");
        assert_eq!(Case::Lower.of_field("Max_new"), "Max_new");
        assert_eq!(Case::ScreamingKebab.of_variant("ToolCall"), "TOOL-CALL");
        assert_eq!(Case::Camel.of_variant("ToolCall"), "toolCall");
        assert_eq!(Case::Lower.of_variant("ToolCall"), "toolcall");
    }

    #[test]
    fn codes_and_words() {
        assert_eq!(snake("NotFound"), "not_found");
        assert_eq!(words("NotFound"), "Not found");
    }
}

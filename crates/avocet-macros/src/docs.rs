//! Doc comments as descriptions.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, Expr, Lit, Meta};

/// A doc comment.
#[derive(Clone)]
pub(crate) enum Doc {
    /// Its text.
    Text(String),
    /// An expression that the compiler evaluates, because a part is `include_str!(…)` or another macro.
    Expression(TokenStream),
}

impl Doc {
    /// Parses the doc comment, without the leading space of each line.
    pub(crate) fn of(attributes: &[Attribute]) -> Self {
        let parts: Vec<Self> = attributes.iter().filter_map(part).collect();
        let texts: Option<Vec<&str>> = parts.iter().map(Self::as_text).collect();
        if let Some(texts) = texts {
            return Self::Text(texts.join("\n").trim().to_owned());
        }
        let separator = "\n";
        Self::Expression(quote!(::std::concat!(#(#parts, #separator),*).trim()))
    }

    /// Returns the doc comment, or `otherwise` if there is none.
    pub(crate) fn or(self, otherwise: impl FnOnce() -> Self) -> Self {
        if self.is_empty() { otherwise() } else { self }
    }

    /// Returns whether there is no text.
    pub(crate) fn is_empty(&self) -> bool {
        self.as_text() == Some("")
    }

    fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Expression(_) => None,
        }
    }
}

/// Prints an expression of type `&'static str`.
impl ToTokens for Doc {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Text(text) => text.to_tokens(tokens),
            Self::Expression(expression) => expression.to_tokens(tokens),
        }
    }
}

fn part(attribute: &Attribute) -> Option<Doc> {
    match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => of_value(&pair.value),
        _ => None,
    }
}

fn of_value(value: &Expr) -> Option<Doc> {
    match value {
        Expr::Group(group) => of_value(&group.expr),
        Expr::Macro(call) => Some(Doc::Expression(call.to_token_stream())),
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => {
                let text = text.value();
                let lines = text
                    .lines()
                    .map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end());
                Some(Doc::Text(lines.collect::<Vec<_>>().join("\n")))
            }
            _ => None,
        },
        _ => None,
    }
}

/// Reads a page of the documentation by its path from the folder `docs`.
#[cfg(test)]
pub(crate) fn page(path: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/");
    std::fs::read_to_string(format!("{folder}{path}")).expect(path)
}

/// Asserts that a table of the page lists every word that `known` has in backticks.
#[cfg(test)]
#[track_caller]
pub(crate) fn assert_documented(path: &str, known: &str) {
    let page = page(path);
    for written in known.split('`').skip(1).step_by(2) {
        let word = written.split([' ', '(']).next().unwrap_or_default();
        let cells = [" ", "`", "("].map(|end| format!("`{word}{end}"));
        let mut rows = page.lines().filter(|line| line.contains("| "));
        assert!(
            rows.any(|line| cells.iter().any(|cell| line.contains(cell))),
            "no table of {path} has `{word}`"
        );
    }
}

#[cfg(test)]
mod tests {
    use quote::{ToTokens, quote};
    use syn::ItemStruct;

    use super::Doc;

    fn printed(item: proc_macro2::TokenStream) -> String {
        let item: ItemStruct = syn::parse2(item).expect("a struct");
        Doc::of(&item.attrs).to_token_stream().to_string()
    }

    #[test]
    fn lines_are_joined() {
        let text = printed(quote!(
            #[doc = " One."]
            #[doc = ""]
            #[doc = "   code "]
            struct A;
        ));
        assert_eq!(text, r#""One.\n\n  code""#);
        assert_eq!(
            printed(quote!(
                #[doc(hidden)]
                struct A;
            )),
            r#""""#
        );
    }

    #[test]
    fn a_macro_is_left_to_the_compiler() {
        let text = printed(quote!(
            #[doc = " One."]
            #[doc = include_str!("two.md")]
            struct A;
        ));
        let expected = quote!(::std::concat!("One.", "\n", include_str!("two.md"), "\n").trim());
        assert_eq!(text, expected.to_string());
    }
}

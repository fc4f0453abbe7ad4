//! Literals passed through `macro_rules!`: they arrive in a group without delimiters, where a parser that expects a literal does not find
//! them.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// Returns the settings of an attribute with every literal taken out of its invisible group.
pub(crate) fn in_settings(tokens: TokenStream) -> TokenStream {
    if !holds_invisible(tokens.clone()) {
        return tokens;
    }
    let mut before: Option<TokenTree> = None;
    let mut tokens = tokens.into_iter().peekable();
    let mut printed = TokenStream::new();
    while let Some(token) = tokens.next() {
        match &token {
            // A group beside an operator stays, because it decides the operator's operand.
            TokenTree::Group(group)
                if group.delimiter() == Delimiter::None
                    && is_literal(group)
                    && ends(before.as_ref())
                    && ends(tokens.peek()) =>
            {
                printed.extend(in_settings(group.stream()));
            }
            TokenTree::Group(group) => printed.extend([regrouped(group, in_settings)]),
            _ => printed.extend([token.clone()]),
        }
        before = Some(token);
    }
    printed
}

/// Returns the item with the literals in all its attributes taken out of their groups.
pub(crate) fn in_item(tokens: TokenStream) -> TokenStream {
    if !holds_invisible(tokens.clone()) {
        return tokens;
    }
    let mut is_attribute = false;
    let each = |token: TokenTree| {
        let printed = match &token {
            TokenTree::Group(group) if is_attribute && group.delimiter() == Delimiter::Bracket => {
                regrouped(group, in_settings)
            }
            TokenTree::Group(group) => regrouped(group, in_item),
            _ => token.clone(),
        };
        is_attribute = matches!(&token, TokenTree::Punct(sign) if sign.as_char() == '#');
        printed
    };
    tokens.into_iter().map(each).collect()
}

fn holds_invisible(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => {
            group.delimiter() == Delimiter::None || holds_invisible(group.stream())
        }
        _ => false,
    })
}

/// Returns whether the group is a literal, optionally with a sign, optionally nested by several macros.
fn is_literal(group: &Group) -> bool {
    let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
    match &*tokens {
        [TokenTree::Literal(_)] => true,
        [TokenTree::Ident(word)] => word == "true" || word == "false",
        [TokenTree::Punct(sign), TokenTree::Literal(_)] => sign.as_char() == '-',
        [TokenTree::Group(inner)] => inner.delimiter() == Delimiter::None && is_literal(inner),
        _ => false,
    }
}

/// Returns whether a value ends here: at an end of the list, at a comma or behind `=`.
fn ends(beside: Option<&TokenTree>) -> bool {
    match beside {
        None => true,
        Some(TokenTree::Punct(sign)) => matches!(sign.as_char(), ',' | '='),
        Some(_) => false,
    }
}

fn regrouped(group: &Group, each: fn(TokenStream) -> TokenStream) -> TokenTree {
    let mut new = Group::new(group.delimiter(), each(group.stream()));
    new.set_span(group.span());
    new.into()
}

#[cfg(test)]
mod tests {
    use proc_macro2::{Delimiter, Group, TokenStream};
    use quote::quote;

    use super::{in_item, in_settings};

    fn invisible(tokens: TokenStream) -> Group {
        Group::new(Delimiter::None, tokens)
    }

    /// Returns whether a group without delimiters is left anywhere.
    fn is_flat(tokens: TokenStream) -> bool {
        !super::holds_invisible(tokens)
    }

    #[test]
    fn literals_come_out_of_their_groups() {
        let [text, number, twice] = [quote!("a"), quote!(-5), quote!(3)].map(invisible);
        let twice = invisible(quote!(#twice));
        let flat = in_settings(quote!(#text, id = #text, items(ge = #number, le = #twice)));
        assert_eq!(
            flat.to_string(),
            quote!("a", id = "a", items(ge = -5, le = 3)).to_string()
        );
        assert!(is_flat(flat));
        let item = quote!(#[doc = #text] struct A { #[field(default = #number)] a: i32 });
        assert!(is_flat(in_item(item)));
    }

    #[test]
    fn what_is_no_literal_or_stands_beside_an_operator_keeps_its_group() {
        let [sum, number, kind] = [quote!(1 + 2), quote!(-5), quote!(Vec<u8>)].map(invisible);
        for tokens in [
            quote!(ge = #sum),
            quote!(ge = #number.abs()),
            quote!(ge = 2 * #number),
        ] {
            assert!(!is_flat(in_settings(tokens)));
        }
        assert!(!is_flat(in_item(quote!(fn a() -> #kind { #number.abs() }))));
    }
}

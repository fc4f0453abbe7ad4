//! The static tables of one expansion.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};

use crate::vocabulary::RuleAttributes;

/// Collects tables and names them.
#[derive(Default)]
pub(crate) struct Tables {
    printed: TokenStream,
    count: usize,
}

impl Tables {
    /// Returns a reference to the table of these rules.
    pub(crate) fn rules(&mut self, rules: &RuleAttributes) -> TokenStream {
        if rules.is_empty() {
            return quote!(&__avocet::rules::Rules::NONE);
        }
        let name = format_ident!("__AVOCET_RULES_{}", self.count);
        self.count += 1;
        let table = rules.table();
        self.printed
            .extend(quote!(static #name: __avocet::rules::Rules = #table;));
        quote!(&#name)
    }
}

impl ToTokens for Tables {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.printed.to_tokens(tokens);
    }
}

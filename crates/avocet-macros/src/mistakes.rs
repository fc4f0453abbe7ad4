//! The errors found in the user's code: all of them, not only the first.

use proc_macro2::TokenStream;
use quote::ToTokens;

/// Collects compile errors.
pub(crate) struct Mistakes {
    errors: Vec<syn::Error>,
}

/// Runs a macro and appends the collected errors to its output. `print` checks [`Mistakes::none`] and prints stubs if there are errors.
pub(crate) fn collecting(print: impl FnOnce(&mut Mistakes) -> TokenStream) -> TokenStream {
    let mut mistakes = Mistakes { errors: Vec::new() };
    let mut printed = print(&mut mistakes);
    printed.extend(mistakes.errors.iter().map(syn::Error::to_compile_error));
    printed
}

impl Mistakes {
    /// Creates a collector that discards errors, for a second parse whose errors are recorded already.
    pub(crate) fn silent() -> Self {
        Self { errors: Vec::new() }
    }

    /// Records an error at the user's tokens.
    pub(crate) fn add(&mut self, at: impl ToTokens, sentence: impl std::fmt::Display) {
        self.errors.push(syn::Error::new_spanned(at, sentence));
    }

    /// Records a parser's error.
    pub(crate) fn note(&mut self, error: syn::Error) {
        self.errors.push(error);
    }

    /// Returns the value, or records the parser's error.
    pub(crate) fn good<T>(&mut self, parsed: syn::Result<T>) -> Option<T> {
        parsed.map_err(|error| self.note(error)).ok()
    }

    /// Returns the errors so far, one per line.
    #[cfg(test)]
    pub(crate) fn sentences(&self) -> String {
        let lines: Vec<String> = self.errors.iter().map(syn::Error::to_string).collect();
        lines.join("\n")
    }

    /// Returns whether there are no errors so far.
    pub(crate) fn none(&self) -> bool {
        self.errors.is_empty()
    }
}

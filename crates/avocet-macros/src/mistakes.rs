//! The mistakes found in what the user wrote: all of them, never only the first.

use proc_macro2::TokenStream;
use quote::ToTokens;

/// Collects compile errors.
pub(crate) struct Mistakes {
    errors: Vec<syn::Error>,
}

/// Runs a macro and puts the errors it collected behind what it prints. `print` is told whether there are any, through
/// [`Mistakes::none`], and prints stubs then.
pub(crate) fn collecting(print: impl FnOnce(&mut Mistakes) -> TokenStream) -> TokenStream {
    let mut mistakes = Mistakes { errors: Vec::new() };
    let mut printed = print(&mut mistakes);
    printed.extend(mistakes.errors.iter().map(syn::Error::to_compile_error));
    printed
}

impl Mistakes {
    /// For reading again what was read before, whose mistakes are noted already.
    pub(crate) fn silent() -> Self {
        Self { errors: Vec::new() }
    }

    /// Notes a mistake at the user's tokens.
    pub(crate) fn add(&mut self, at: impl ToTokens, sentence: impl std::fmt::Display) {
        self.errors.push(syn::Error::new_spanned(at, sentence));
    }

    /// Notes what a parser found.
    pub(crate) fn note(&mut self, error: syn::Error) {
        self.errors.push(error);
    }

    /// The value, or the parser's error noted.
    pub(crate) fn good<T>(&mut self, parsed: syn::Result<T>) -> Option<T> {
        parsed.map_err(|error| self.note(error)).ok()
    }

    /// What is wrong so far, a line for each mistake.
    #[cfg(test)]
    pub(crate) fn sentences(&self) -> String {
        let lines: Vec<String> = self.errors.iter().map(syn::Error::to_string).collect();
        lines.join("\n")
    }

    /// Whether nothing is wrong so far.
    pub(crate) fn none(&self) -> bool {
        self.errors.is_empty()
    }
}

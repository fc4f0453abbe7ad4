//! `crate = path`: where the code that a macro prints finds avocet.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, ExprPath};

use crate::mistakes::Mistakes;
use crate::settings::{self, Setting, Value};

/// The path of avocet. Printed code names it `__avocet`, which [`import`](Self::import) declares.
#[derive(Default)]
pub(crate) struct CratePath(Option<ExprPath>);

impl CratePath {
    /// Takes `crate = path` out of the settings.
    pub(crate) fn take(settings: &mut Vec<Setting>, mistakes: &mut Mistakes) -> Self {
        let mut found = Self::default();
        for setting in settings.extract_if(.., |setting| setting.is("crate")) {
            match &setting.value {
                Value::Is(value) => found.0 = path(value),
                Value::None | Value::List(_) => found.0 = None,
            }
            if found.0.is_none() {
                mistakes.add(
                    &setting,
                    "write the path of avocet without quotes: `crate = my_framework::avocet`",
                );
            }
        }
        found
    }

    /// Takes it from an attribute without other settings. `otherwise` is the error for these.
    pub(crate) fn only(tokens: TokenStream, otherwise: &str, mistakes: &mut Mistakes) -> Self {
        let whole = tokens.clone();
        let mut unheard = Mistakes::silent();
        let mut settings = settings::of_tokens(tokens, &mut unheard);
        let found = Self::take(&mut settings, mistakes);
        if !unheard.none() || !settings.is_empty() {
            mistakes.add(whole, otherwise);
        }
        found
    }

    /// Prints the `use` declaration at the beginning of a block of printed code.
    pub(crate) fn import(&self) -> TokenStream {
        match &self.0 {
            None => quote!(
                use ::avocet as __avocet;
            ),
            Some(path) => quote!(use #path as __avocet;),
        }
    }
}

/// Returns the path of an expression, also behind a fragment of `macro_rules!`.
fn path(value: &Expr) -> Option<ExprPath> {
    match value {
        Expr::Path(path) if path.qself.is_none() => Some(path.clone()),
        Expr::Group(group) => path(&group.expr),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::CratePath;
    use crate::mistakes::Mistakes;
    use crate::settings;

    #[test]
    fn the_import_names_the_path() {
        let import = |tokens| {
            let mut mistakes = Mistakes::silent();
            let mut settings = settings::of_tokens(tokens, &mut mistakes);
            let found = CratePath::take(&mut settings, &mut mistakes);
            assert!(mistakes.none() && settings.len() == 1);
            found.import().to_string()
        };
        let expected = |tokens: proc_macro2::TokenStream| tokens.to_string();
        assert_eq!(
            import(quote!(input)),
            expected(quote!(
                use ::avocet as __avocet;
            ))
        );
        assert_eq!(
            import(quote!(input, crate = ::reexport::api)),
            expected(quote!(
                use ::reexport::api as __avocet;
            ))
        );
    }

    #[test]
    fn what_is_no_path_is_an_error() {
        for tokens in [quote!(crate), quote!(crate = "api"), quote!(crate(api))] {
            let mut mistakes = Mistakes::silent();
            CratePath::only(tokens, "no settings", &mut mistakes);
            assert!(mistakes.sentences().starts_with("write the path"));
        }
    }
}

//! `#[main]`: runs an async function as the program.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::crate_path::CratePath;
use crate::function::Function;
use crate::mistakes::collecting;

pub(crate) fn run(settings: TokenStream, item: TokenStream) -> TokenStream {
    collecting(|mistakes| {
        let avocet = CratePath::only(
            settings,
            "`#[main]` has no settings but `crate = path`; to configure the runtime, build a tokio runtime yourself",
            mistakes,
        );
        let function: Function = match syn::parse2(item.clone()) {
            Ok(function) => function,
            Err(error) => {
                mistakes.note(error);
                return item;
            }
        };
        function.check("`main`", mistakes);
        if !function.signature.inputs.is_empty() {
            mistakes.add(&function.signature.inputs, "`main` cannot have arguments");
        }
        if mistakes.none() {
            expand(&function, &avocet)
        } else {
            stub(&function)
        }
    })
}

fn expand(function: &Function, avocet: &CratePath) -> TokenStream {
    let Function {
        attributes,
        visibility,
        signature,
        body,
    } = function;
    let mut outer = signature.clone();
    outer.asyncness = None;
    let (ident, import) = (function.ident(), avocet.import());
    quote! {
        #(#attributes)*
        #visibility #outer {
            #import
            #signature #body
            __avocet::__private::block_on(#ident())
        }
    }
}

/// Prints an empty `main`, so that the compiler does not report a missing one.
fn stub(function: &Function) -> TokenStream {
    let ident = Ident::new(&function.name(), function.ident().span());
    quote!(fn #ident() {})
}

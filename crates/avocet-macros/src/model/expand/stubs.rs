//! Stub implementations for an item with errors, so that the compiler reports only these errors.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use super::super::parse::strip;
use crate::calls::with_server;
use crate::crate_path::CratePath;

/// Returns the item without our attributes, and implementations that do nothing.
pub(in super::super) fn stubs(item: &DeriveInput, avocet: &CratePath) -> TokenStream {
    let mut item = item.clone();
    strip(&mut item, false);
    let ident = &item.ident;
    let (parameters, arguments, wheres) = item.generics.split_for_impl();
    let has_lifetime = item.generics.lifetimes().next().is_some();
    let implementations = (!has_lifetime).then(|| {
        let implement = |of: TokenStream, body: TokenStream| {
            quote! {
                #[automatically_derived]
                impl #parameters #of for #ident #arguments #wheres { #body }
            }
        };
        [
            implement(
                quote!(__avocet::model::Model),
                quote! {
                    fn name() -> ::std::string::String { __avocet::__private::never_runs() }
                    fn schema(_: &mut __avocet::model::Schemas) -> __avocet::model::Schema { __avocet::__private::never_runs() }
                },
            ),
            implement(
                quote!(__avocet::input::Input),
                quote! {
                    fn read(
                        _: &mut __avocet::read::Reader<'_>,
                        _: &__avocet::read::Location<'_>,
                        _: &__avocet::rules::Rules,
                    ) -> ::std::result::Result<Self, __avocet::read::Failure> { __avocet::__private::never_runs() }
                },
            ),
            implement(
                quote!(__avocet::input::FromText),
                quote! {
                    fn from_text(
                        _: &str,
                        _: &__avocet::read::Location<'_>,
                        _: &__avocet::rules::Rules,
                        _: &mut __avocet::read::ValidationErrors,
                    ) -> ::std::result::Result<Self, __avocet::read::Invalid> { __avocet::__private::never_runs() }
                },
            ),
            with_server(implement(
                quote!(__avocet::response::Responder),
                quote! {
                    fn describe(_: &mut __avocet::operation::Operation) { __avocet::__private::never_runs() }
                    async fn respond(self, _: &__avocet::response::ResponseContext) -> __avocet::response::Response {
                        __avocet::__private::never_runs()
                    }
                },
            )),
            with_server(implement(
                quote!(__avocet::response::Event),
                quote! {
                    fn describe(_: &mut __avocet::model::Schemas) -> __avocet::model::Schema { __avocet::__private::never_runs() }
                    fn write(
                        &self,
                        _: &mut __avocet::response::EventText,
                    ) -> ::std::result::Result<(), __avocet::response::BodyError> { __avocet::__private::never_runs() }
                },
            )),
            implement(
                quote!(__avocet::__private::serde::Serialize),
                quote! {
                    fn serialize<S: __avocet::__private::serde::Serializer>(
                        &self,
                        _: S,
                    ) -> ::std::result::Result<S::Ok, S::Error> { __avocet::__private::never_runs() }
                },
            ),
        ]
    });
    let implementations = implementations.into_iter().flatten();
    let import = (!has_lifetime).then(|| avocet.import());
    quote! {
        #item
        const _: () = {
            #import
            #(#implementations)*
        };
    }
}

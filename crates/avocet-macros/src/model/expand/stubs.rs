//! Stub implementations for an item with errors, so that the compiler reports only these errors.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use super::super::parse::strip;

/// Returns the item without our attributes, and implementations that do nothing.
pub(in super::super) fn stubs(item: &DeriveInput) -> TokenStream {
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
                quote!(::avocet::model::Model),
                quote! {
                    fn name() -> ::std::string::String { ::avocet::__private::never_runs() }
                    fn schema(_: &mut ::avocet::model::Schemas) -> ::avocet::model::Schema { ::avocet::__private::never_runs() }
                },
            ),
            implement(
                quote!(::avocet::read::Input),
                quote! {
                    fn read(
                        _: &mut ::avocet::read::Reader<'_>,
                        _: &::avocet::read::Location<'_>,
                        _: &::avocet::rules::Rules,
                    ) -> ::std::result::Result<Self, ::avocet::read::Failure> { ::avocet::__private::never_runs() }
                },
            ),
            implement(
                quote!(::avocet::read::FromText),
                quote! {
                    fn from_text(
                        _: &str,
                        _: &::avocet::read::Location<'_>,
                        _: &::avocet::rules::Rules,
                        _: &mut ::avocet::read::ValidationErrors,
                    ) -> ::std::result::Result<Self, ::avocet::read::Invalid> { ::avocet::__private::never_runs() }
                },
            ),
            implement(
                quote!(::avocet::response::Responder),
                quote! {
                    fn describe(_: &mut ::avocet::operation::Operation) { ::avocet::__private::never_runs() }
                    async fn respond(self, _: &::avocet::response::ResponseContext) -> ::avocet::response::Response {
                        ::avocet::__private::never_runs()
                    }
                },
            ),
            implement(
                quote!(::avocet::response::Event),
                quote! {
                    fn describe(_: &mut ::avocet::model::Schemas) -> ::avocet::model::Schema { ::avocet::__private::never_runs() }
                    fn write(
                        &self,
                        _: &mut ::avocet::response::EventText,
                    ) -> ::std::result::Result<(), ::avocet::response::BodyError> { ::avocet::__private::never_runs() }
                },
            ),
            implement(
                quote!(::avocet::__private::serde::Serialize),
                quote! {
                    fn serialize<S: ::avocet::__private::serde::Serializer>(
                        &self,
                        _: S,
                    ) -> ::std::result::Result<S::Ok, S::Error> { ::avocet::__private::never_runs() }
                },
            ),
        ]
    });
    let implementations = implementations.into_iter().flatten();
    quote! {
        #item
        const _: () = { #(#implementations)* };
    }
}

//! The implementations of `Respond` and `Event`: the value's JSON.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::model::Model;
use super::implement;

pub(super) fn answer(model: &Model) -> TokenStream {
    let respond = implement(model, &quote!(::avocet::respond::Respond));
    let event = implement(model, &quote!(::avocet::respond::Event));
    quote! {
        #respond {
            fn describe(__operation: &mut ::avocet::operation::Operation) {
                ::avocet::respond::describe_json::<Self>(__operation);
            }

            fn respond(
                self,
                __answering: &::avocet::respond::Answering,
            ) -> impl ::std::future::Future<Output = ::avocet::respond::Response> + ::std::marker::Send {
                ::avocet::__private::answer(&self, __answering)
            }
        }

        #event {
            fn describe(__schemas: &mut ::avocet::model::Schemas) -> ::avocet::model::Schema {
                ::avocet::__private::event::<Self>(::std::option::Option::None, __schemas)
            }

            fn write(
                &self,
                __text: &mut ::avocet::respond::EventText,
            ) -> ::std::result::Result<(), ::avocet::respond::BodyError> {
                __text.json(::std::option::Option::None, self)
            }
        }
    }
}

//! The implementations of `Responder` and `Event`, which send the value's JSON.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::model::Model;
use super::implement;

pub(super) fn response(model: &Model) -> TokenStream {
    let respond = implement(model, &quote!(::avocet::response::Responder));
    let event = implement(model, &quote!(::avocet::response::Event));
    quote! {
        #respond {
            fn describe(__operation: &mut ::avocet::operation::Operation) {
                ::avocet::response::describe_json::<Self>(__operation);
            }

            fn respond(
                self,
                __answering: &::avocet::response::ResponseContext,
            ) -> impl ::std::future::Future<Output = ::avocet::response::Response> + ::std::marker::Send {
                ::avocet::__private::response(&self, __answering)
            }
        }

        #event {
            fn describe(__schemas: &mut ::avocet::model::Schemas) -> ::avocet::model::Schema {
                ::avocet::__private::event::<Self>(::std::option::Option::None, __schemas)
            }

            fn write(
                &self,
                __text: &mut ::avocet::response::EventText,
            ) -> ::std::result::Result<(), ::avocet::response::BodyError> {
                __text.json(::std::option::Option::None, self)
            }
        }
    }
}

//! The implementations of `Responder` and `Event`, which send the value's JSON.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::model::Model;
use super::implementation::implement;
use crate::calls;

pub(super) fn response(model: &Model) -> TokenStream {
    let respond = implement(model, &quote!(__avocet::response::Responder));
    let event = implement(model, &quote!(__avocet::response::Event));
    calls::with_server(quote! {
        #respond {
            fn describe(__operation: &mut __avocet::operation::Operation) {
                __avocet::response::describe_json::<Self>(__operation);
            }

            fn respond(
                self,
                __answering: &__avocet::response::ResponseContext,
            ) -> impl ::std::future::Future<Output = __avocet::response::Response> + ::std::marker::Send {
                __avocet::__private::response(&self, __answering)
            }
        }

        #event {
            fn describe(__schemas: &mut __avocet::model::Schemas) -> __avocet::model::Schema {
                __avocet::__private::event::<Self>(::std::option::Option::None, __schemas)
            }

            fn write(
                &self,
                __text: &mut __avocet::response::EventText,
            ) -> ::std::result::Result<(), __avocet::response::BodyError> {
                __text.json(::std::option::Option::None, self)
            }
        }
    })
}

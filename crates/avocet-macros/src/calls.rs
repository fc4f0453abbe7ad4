//! Code bound by a user's type, spanned so that a wrong type is a single error that underlines the type.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Expr, Type};

/// A trait that a user's type must implement.
#[derive(Clone, Copy)]
pub(crate) struct Bound {
    /// Its path in avocet.
    path: &'static str,
    /// An item of the trait that has no generic parameters.
    item: &'static str,
}

impl Bound {
    /// Names a trait by an item of it.
    pub(crate) const fn new(path: &'static str, item: &'static str) -> Self {
        Self { path, item }
    }

    /// Names a trait that has an item for assertions only.
    pub(crate) const fn of(path: &'static str) -> Self {
        Self::new(path, "assert_implemented")
    }

    /// `<kind as Trait>::item`, with the span of the user's type.
    fn item_of(self, kind: &TokenStream, users: &impl ToTokens) -> TokenStream {
        self.item_with(kind, users, &TokenStream::new())
    }

    /// The same of a trait with parameters.
    fn item_with(
        self,
        kind: &TokenStream,
        users: &impl ToTokens,
        parameters: &TokenStream,
    ) -> TokenStream {
        let (first, last) = ends(&users.to_token_stream());
        let names = self.path.split("::").map(|name| Ident::new(name, first));
        let item = Ident::new(self.item, last);
        let path = quote_spanned!(first=> <#kind as __avocet #(::#names)* #parameters>::);
        quote!(#path #item)
    }
}

/// `let _ = <kind as Trait>::item;`, a statement that only asserts the bound.
///
/// The compiler adds no note to a missing trait in such a path. A note about a generic function would show the inside of avocet.
pub(crate) fn assertion(bound: Bound, kind: &Type) -> TokenStream {
    assertion_of(bound, &kind.to_token_stream(), kind)
}

/// The same for a type that is made from the user's type, with whose span an error is reported.
pub(crate) fn assertion_of(bound: Bound, kind: &TokenStream, users: &Type) -> TokenStream {
    let item = bound.item_of(kind, users);
    quote_spanned!(Span::call_site()=> let _ = #item;)
}

/// `__avocet::__private::function::<kind>(arguments)`.
///
/// The call has the span of the type, because the compiler reports a missing trait once for each span. Assert the bound of the function
/// in a statement before, so that the error is that of the assertion.
pub(crate) fn bound(function: &str, kind: &Type, arguments: TokenStream) -> TokenStream {
    generic(function, kind, None, arguments)
}

/// Like `bound`, for a function with a second type parameter, which the compiler infers.
pub(crate) fn bound_and_inferred(
    function: &str,
    kind: &Type,
    arguments: TokenStream,
) -> TokenStream {
    generic(function, kind, Some(&quote!(, _)), arguments)
}

/// Like `bound`, for a function with a second type, which is written elsewhere.
pub(crate) fn bound_and(
    function: &str,
    kind: &Type,
    second: &impl ToTokens,
    arguments: TokenStream,
) -> TokenStream {
    generic(function, kind, Some(&quote!(, #second)), arguments)
}

fn generic(
    function: &str,
    kind: &Type,
    more: Option<&TokenStream>,
    arguments: TokenStream,
) -> TokenStream {
    let (first, last) = ends(&kind.to_token_stream());
    let function = Ident::new(function, first);
    let arguments = parenthesized(arguments, last);
    quote_spanned!(first=> __avocet::__private::#function::<#kind #more> #arguments)
}

/// `<kind as Trait>::item(arguments)`, for which the compiler adds no note either.
pub(crate) fn of_trait(bound: Bound, kind: &Type, arguments: TokenStream) -> TokenStream {
    let (_, last) = ends(&kind.to_token_stream());
    let item = bound.item_of(&kind.to_token_stream(), kind);
    let arguments = parenthesized(arguments, last);
    quote!(#item #arguments)
}

/// `<_ as Trait<_>>::item(value)`, for the type of a user's value.
pub(crate) fn of_value(bound: Bound, value: &Expr) -> TokenStream {
    let (first, last) = ends(&value.to_token_stream());
    let inferred = quote_spanned!(first=> _);
    let parameters = quote_spanned!(first=> <_>);
    let item = bound.item_with(&inferred, value, &parameters);
    let arguments = parenthesized(value.to_token_stream(), last);
    quote!(#item #arguments)
}

/// Code that is compiled with the server alone: a crate that a client shares may do without it.
pub(crate) fn with_server(code: TokenStream) -> TokenStream {
    let code = Group::new(Delimiter::Brace, code);
    quote!(__avocet::__private::with_server! #code)
}

fn parenthesized(arguments: TokenStream, span: Span) -> Group {
    let mut arguments = Group::new(Delimiter::Parenthesis, arguments);
    arguments.set_span(span);
    arguments
}

/// The spans of the first and the last token.
fn ends(tokens: &TokenStream) -> (Span, Span) {
    let mut spans = tokens.clone().into_iter().map(|token| match token {
        TokenTree::Group(group) => (group.span_open(), group.span_close()),
        other => (other.span(), other.span()),
    });
    let Some((first, mut last)) = spans.next() else {
        return (Span::call_site(), Span::call_site());
    };
    if let Some((_, end)) = spans.last() {
        last = end;
    }
    (first, last)
}
